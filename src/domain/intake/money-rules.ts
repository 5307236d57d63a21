import { ACCOUNT_CURRENCIES } from '../currencies.js';
import { fault, type Fault, type Path } from '../faults.js';
import { currencyExponent, toMinorUnits } from '../money.js';
import type { Draft } from './draft.js';

type Amount = number | string;

/** Minor units of an amount in the file, or why it cannot be one: too many decimals for its currency, or too large. */
function minorUnits(amount: Amount, currency: string): number | string {
  const exponent = currencyExponent(currency);
  const text = String(amount);
  const excess = text.split('.')[1]?.slice(exponent) ?? '';
  if (/[1-9]/.test(excess) || /e-/i.test(text)) return `${currency} has ${exponent === 0 ? 'no decimals' : `at most ${exponent} decimals`}`;
  try {
    return toMinorUnits(amount, currency);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Amounts fit their currency; a cap below the first funding is worth a look. */
export function moneyRules({ currency, budgetCap, initialFunding }: Draft): { faults: Fault[]; warnings: Fault[] } {
  if (currency === undefined || !ACCOUNT_CURRENCIES.includes(currency)) return { faults: [], warnings: [] };
  const faults: Fault[] = [];
  const read = (path: Path, amount: Amount | undefined): number | undefined => {
    if (amount === undefined) return undefined;
    const minor = minorUnits(amount, currency);
    if (typeof minor === 'number') return minor;
    faults.push(fault(path, minor));
    return undefined;
  };
  const cap = read(['billing', 'budget_cap_per_month'], budgetCap);
  const funding = read(['billing', 'initial_funding'], initialFunding);
  const warnings =
    cap !== undefined && funding !== undefined && cap < funding
      ? [fault(['billing', 'initial_funding'], 'is more than may be spent in a month')]
      : [];
  if (cap === 0) faults.push(fault(['billing', 'budget_cap_per_month'], 'must be above 0; leave it out for no cap'));
  return { faults, warnings };
}
