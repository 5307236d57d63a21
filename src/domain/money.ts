/**
 * Money is kept as integer minor units (cents) by ISO 4217; TikTok speaks in currency units: numbers in management endpoints, text
 * in reports (facts 1.1). Only these functions translate. Digits are moved as text, because 1.005 * 100 is not 100.5 in floats.
 */

const WITHOUT_MINOR_UNIT = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const WITH_THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...WITHOUT_MINOR_UNIT.map((currency) => [currency, 0] as const),
  ...WITH_THREE_DECIMALS.map((currency) => [currency, 3] as const),
]);

/**
 * Decimal places of a currency by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD.
 * @throws RangeError when the text is not a currency code.
 */
export function currencyExponent(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError('a currency is three capital letters, such as EUR');
  return EXPONENTS.get(currency) ?? 2;
}

/** A number's shortest decimal digits, without an exponent. */
function plainDecimal(amount: number): string {
  if (!Number.isFinite(amount)) throw new RangeError('an amount is a finite number');
  const text = String(amount);
  const scientific = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!scientific) return text;
  const [, sign = '', lead = '0', rest = '', power = '0'] = scientific;
  const digits = lead + rest;
  const point = 1 + Number(power);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? `${sign}${digits.padEnd(point, '0')}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * Integer minor units of TikTok's amount in currency units, rounded half away from zero: 12.34 EUR is 1234, 500 JPY is 500.
 * @throws RangeError when it is not a decimal number, not a currency, or too large for an exact integer.
 */
export function toMinorUnits(amount: number | string, currency: string): number {
  const exponent = currencyExponent(currency);
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(typeof amount === 'number' ? plainDecimal(amount) : amount.trim());
  if (!parts) throw new RangeError('an amount is a decimal number such as 12.34');
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const kept = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  const rounded = (fraction[exponent] ?? '0') >= '5' ? kept + 1n : kept;
  const minor = Number(rounded);
  if (!Number.isSafeInteger(minor)) throw new RangeError('the amount is too large');
  return sign === '-' && minor !== 0 ? -minor : minor;
}

/**
 * TikTok's number in currency units of integer minor units: 1234 EUR cents are 12.34.
 * @throws RangeError when it is not a safe integer or not a currency.
 */
export function fromMinorUnits(minor: number, currency: string): number {
  const exponent = currencyExponent(currency);
  if (!Number.isSafeInteger(minor)) throw new RangeError('minor units are a whole number');
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const units = Number(exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`);
  return minor < 0 ? -units : units;
}

/**
 * An amount as people read it: 500000 EUR cents are `5000.00 EUR`.
 * @throws RangeError when it is not a safe integer or not a currency.
 */
export function amountText(minor: number, currency: string): string {
  return `${fromMinorUnits(minor, currency).toFixed(currencyExponent(currency))} ${currency}`;
}
