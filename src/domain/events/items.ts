import type { RejectReason } from '../../contract/event-reasons.js';
import { MAX_ITEMS, type TrackContent } from '../../contract/events.js';
import { amountOf, type Fields, firstOf, isFields, saysNothing, textOf } from './plain-values.js';

const MAX_TEXT = 500;

export type ItemsRead =
  | {
      readonly ok: true;
      readonly contents: readonly TrackContent[] /** The currency that all items name, where they do. */;
      readonly currency: unknown;
    }
  | { readonly ok: false; readonly reason: RejectReason; readonly field: string };

function shortText(value: unknown, sendable: (text: string) => boolean): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= MAX_TEXT && sendable(text) ? text : undefined;
}

/** GA4's item, or one that is in TikTok's words already, as TikTok's content: price of one unit, a missing quantity is 1. */
function contentOf(
  item: Fields,
  at: string,
  sendable: (text: string) => boolean,
): { content: TrackContent } | { reason: RejectReason; field: string } {
  const contentId = shortText(firstOf(item, 'item_id', 'content_id', 'id'), sendable);
  const contentName = shortText(firstOf(item, 'item_name', 'content_name', 'name'), sendable);
  if (contentId === undefined && contentName === undefined) return { reason: 'item_without_id', field: at };
  const price = saysNothing(item.price) ? undefined : amountOf(item.price);
  if (price === undefined && !saysNothing(item.price)) return { reason: 'item_number_invalid', field: `${at}.price` };
  const quantity = saysNothing(item.quantity) ? 1 : amountOf(item.quantity);
  if (quantity === undefined || quantity === 0) return { reason: 'item_number_invalid', field: `${at}.quantity` };
  return {
    content: {
      content_id: contentId,
      content_name: contentName,
      content_category: shortText(firstOf(item, 'item_category', 'content_category'), sendable),
      brand: shortText(firstOf(item, 'item_brand', 'brand'), sendable),
      price,
      quantity,
    },
  };
}

/**
 * The products of an event, from GA4's `items` or TikTok's `contents`.
 * @param sendable false for a text that must not go, because it holds an identifier
 */
export function readItems(params: Fields, sendable: (text: string) => boolean): ItemsRead {
  const field = saysNothing(params.items) ? 'contents' : 'items';
  const written = params[field];
  if (saysNothing(written)) return { ok: true, contents: [], currency: undefined };
  if (!Array.isArray(written) || written.length > MAX_ITEMS) return { ok: false, reason: 'items_invalid', field: `params.${field}` };
  const contents: TrackContent[] = [];
  let currency: unknown;
  let agreed = true;
  for (const [index, item] of written.entries()) {
    const at = `params.${field}.${index}`;
    if (!isFields(item)) return { ok: false, reason: 'items_invalid', field: at };
    const read = contentOf(item, at, sendable);
    if ('reason' in read) return { ok: false, ...read };
    contents.push(read.content);
    if (index > 0 && item.currency !== currency) agreed = false;
    currency = item.currency;
  }
  return { ok: true, contents, currency: agreed ? currency : undefined };
}
