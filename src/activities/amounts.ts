/** Decimal places of a currency by ISO 4217, such as 2 for EUR and 0 for JPY. */
function exponentOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** TikTok's number in currency units (facts 1.1) from integer minor units. */
export function unitsOf(minor: number, currency: string): number {
  return Number((minor / 10 ** exponentOf(currency)).toFixed(exponentOf(currency)));
}

/** Integer minor units from TikTok's number in currency units, rounded to the nearest. */
export function minorOf(units: number, currency: string): number {
  return Math.round(units * 10 ** exponentOf(currency));
}
