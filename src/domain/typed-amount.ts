import { currencyExponent, toMinorUnits } from './money.js';

/** Of an amount in minor units: as many are exact integers. */
const MOST_DIGITS = 15;
/** Longer than any amount that a person types; what is looked for in a text must not take longer than reading it. */
const MOST_CHARACTERS = 100;

/** Thousands in groups of three, parted all by the same sign, and then the decimals behind the other one. */
const GROUPED = [/^\d{1,3}(?:,\d{3})+\.\d+$/, /^\d{1,3}(?:\.\d{3})+,\d+$/];

/**
 * Minor units of an amount as a person types it: `2500`, `2 500.00`, `2.500,00`, `2500.00 EUR`. What could mean two amounts (`2,500`),
 * has more decimals than the currency or another currency, is more money than there is, or is no amount, is undefined: somebody must type
 * it again.
 *
 * @throws RangeError when `currency` is no currency
 */
export function typedAmount(typed: string, currency: string): number | undefined {
  const exponent = currencyExponent(currency);
  if (typed.length > MOST_CHARACTERS) return undefined;
  const bare = typed
    .trim()
    .replace(new RegExp(`\\s*${currency}$`, 'i'), '')
    .replaceAll(/(?<=\d)[\s'’](?=\d{3})/g, '');
  const grouped = GROUPED.some((pattern) => pattern.test(bare));
  const [whole = '', ...decimals] = bare.split(grouped ? (bare.lastIndexOf('.') > bare.lastIndexOf(',') ? '.' : ',') : /[.,]/);
  const fraction = decimals.join('');
  if (decimals.length > 1 || fraction.length > exponent || (decimals.length === 1 && fraction === '')) return undefined;
  const units = grouped ? whole.replaceAll(/[.,]/g, '') : whole;
  if (!/^\d+$/.test(units) || units.length + exponent > MOST_DIGITS || !/^\d*$/.test(fraction)) return undefined;
  return toMinorUnits(fraction === '' ? units : `${units}.${fraction}`, currency);
}
