import type { RejectReason } from '../../contract/event-reasons.js';
import type { EventNote, TrackContent } from '../../contract/events.js';
import { fromMinorUnits, toMinorUnits } from '../money.js';
import { EVENT_CURRENCIES } from './currencies.js';
import { amountOf, type Fields, firstOf, saysNothing, textOf } from './plain-values.js';

type Read =
  | { readonly ok: true; readonly currency: string | undefined; readonly value: number | undefined }
  | { readonly ok: false; readonly reason: RejectReason; readonly field: string };

/** Price times quantity in minor units; undefined where an item has no price. */
function sumOf(contents: readonly TrackContent[], currency: string): number | undefined {
  let sum = 0;
  for (const { price, quantity = 1 } of contents) {
    if (price === undefined) return undefined;
    sum += Number.isInteger(quantity) ? toMinorUnits(price, currency) * quantity : toMinorUnits(price * quantity, currency);
  }
  return contents.length === 0 || !Number.isSafeInteger(sum) ? undefined : sum;
}

interface Context {
  readonly contents: readonly TrackContent[];
  /** What the items call their currency, for senders that leave it out above. */
  readonly itemCurrency: unknown;
  readonly defaultCurrency: string | undefined;
  readonly notes: EventNote[];
}

/**
 * The event's total and its currency: a value needs a currency (GA4), the currency must be one that TikTok takes, and the total has no more
 * decimals than the currency. A value that is missing is the sum of price times quantity, as GA4 defines it.
 */
export function readAmounts(params: Fields, { contents, itemCurrency, defaultCurrency, notes }: Context): Read {
  const written = firstOf(params, 'value');
  const amount = written === undefined ? undefined : amountOf(written);
  if (written !== undefined && amount === undefined) return { ok: false, reason: 'value_invalid', field: 'params.value' };
  const named = saysNothing(params.currency) ? itemCurrency : params.currency;
  const said = saysNothing(named) ? undefined : (textOf(named)?.toUpperCase() ?? '');
  if (said !== undefined && !EVENT_CURRENCIES.has(said)) return { ok: false, reason: 'currency_not_accepted', field: 'params.currency' };
  const priced = amount !== undefined || (contents.length > 0 && contents.every(({ price }) => price !== undefined));
  const currency = said ?? (priced ? defaultCurrency : undefined);
  if (currency === undefined)
    return amount === undefined
      ? { ok: true, currency: undefined, value: undefined }
      : { ok: false, reason: 'currency_missing', field: 'params.currency' };
  try {
    const minor = amount === undefined ? sumOf(contents, currency) : toMinorUnits(amount, currency);
    if (minor !== undefined && amount === undefined) notes.push({ code: 'value_from_items', field: 'params.value' });
    if (said === undefined) notes.push({ code: 'currency_from_settings', field: 'params.currency' });
    return { ok: true, currency, value: minor === undefined ? undefined : fromMinorUnits(minor, currency) };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, reason: 'value_invalid', field: 'params.value' };
    throw error;
  }
}
