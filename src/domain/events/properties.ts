import type { RejectReason } from '../../contract/event-reasons.js';
import type { EventNote, TrackProperties } from '../../contract/events.js';
import { readAmounts } from './amounts.js';
import { readItems } from './items.js';
import { amountOf, type Fields, firstOf, saysNothing, textOf } from './plain-values.js';
import { holdsIdentifier } from './raw-identifiers.js';

const MAX_TEXT = 500;
const MAX_CONTENT_IDS = 200;

/** What TikTok expects of each event (ga4-events facts, section 3); without it the event goes, with a note. */
const EXPECTS_CONTENTS = new Set(['ViewContent', 'AddToCart', 'Purchase', 'InitiateCheckout', 'AddPaymentInfo', 'AddToWishlist']);
const EXPECTS_VALUE = EXPECTS_CONTENTS;

type Read =
  | { readonly ok: true; readonly properties: TrackProperties | undefined }
  | { readonly ok: false; readonly reason: RejectReason; readonly field: string };

interface Context {
  /** TikTok's name of the event. */
  readonly event: string;
  readonly own: readonly string[];
  readonly defaultCurrency: string | undefined;
  readonly contentType: 'product' | 'product_group';
  readonly notes: EventNote[];
}

/** Ids as text (TikTok's rule), from a list or from the single id of content events. */
function contentIds(params: Fields, sendable: (text: string) => boolean): string[] {
  const written = firstOf(params, 'content_ids', 'content_id', 'item_id');
  const list: readonly unknown[] = Array.isArray(written) ? written.slice(0, MAX_CONTENT_IDS) : [written];
  return list.flatMap((one) => {
    const id = textOf(one);
    return id !== undefined && id.length <= MAX_TEXT && sendable(id) ? [id] : [];
  });
}

function expectations({ event, notes }: Context, properties: TrackProperties): void {
  const missing = (code: EventNote['code'], field: string): void => void notes.push({ code, field });
  if (EXPECTS_CONTENTS.has(event) && !properties.contents && !properties.content_ids) missing('contents_missing', 'params.items');
  if (EXPECTS_VALUE.has(event) && (properties.value === undefined || properties.currency === undefined))
    missing('value_missing', 'params.value');
  if (event === 'Search' && properties.search_string === undefined) missing('search_string_missing', 'params.search_term');
  if (event === 'Purchase' && properties.order_id === undefined) missing('order_id_missing', 'params.transaction_id');
}

/**
 * GA4's parameters as TikTok's properties: items to contents, value and currency, search term, order number, ids. Parameters that are not
 * named here are never sent.
 */
export function readProperties(params: Fields, context: Context): Read {
  const { own, notes } = context;
  const sendable = (text: string): boolean => !holdsIdentifier(text, own);
  const text = (...names: readonly string[]): string | undefined => {
    const written = textOf(firstOf(params, ...names));
    if (written === undefined) return undefined;
    const field = `params.${names.find((name) => !saysNothing(params[name])) ?? ''}`;
    if (!sendable(written)) notes.push({ code: 'identifier_removed', field });
    else if (written.length > MAX_TEXT) notes.push({ code: 'text_too_long', field });
    else return written;
    return undefined;
  };
  const items = readItems(params, sendable);
  if (!items.ok) return items;
  const { contents } = items;
  const amounts = readAmounts(params, { contents, itemCurrency: items.currency, defaultCurrency: context.defaultCurrency, notes });
  if (!amounts.ok) return amounts;
  const ids = contents.length > 0 ? [] : contentIds(params, sendable);
  const hasIds = ids.length > 0 || contents.some(({ content_id }) => content_id !== undefined);
  const said = params.content_type === 'product' || params.content_type === 'product_group' ? params.content_type : undefined;
  const properties: TrackProperties = {
    currency: amounts.currency,
    value: amounts.value,
    contents: contents.length > 0 ? contents : undefined,
    content_ids: ids.length > 0 ? ids : undefined,
    content_type: hasIds ? (said ?? context.contentType) : undefined,
    num_items: saysNothing(params.num_items) ? undefined : amountOf(params.num_items),
    search_string: text('search_term', 'search_string', 'query'),
    description: text('description'),
    order_id: text('transaction_id', 'order_id'),
    shop_id: text('shop_id'),
  };
  expectations(context, properties);
  return { ok: true, properties: Object.values(properties).some((value) => value !== undefined) ? properties : undefined };
}
