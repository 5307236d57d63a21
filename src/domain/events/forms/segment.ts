import { flagOf } from '../consent.js';
import { type Fields, firstOf, isFields, saysNothing, textOf } from '../plain-values.js';
import { holdsIdentifier } from '../raw-identifiers.js';
import { type FormMessage, type FormRead, said } from './form.js';
import { ONE_PRODUCT, SEGMENT_NAMES } from './segment-names.js';

/** Kinds of messages that say who somebody is, not what they did. */
const NO_EVENT = new Set(['identify', 'group', 'alias']);

const fieldsAt = (fields: Fields, name: string): Fields => (isFields(fields[name]) ? fields[name] : {});

/** A product of Segment's specification as GA4's item. */
function itemOf(product: unknown): unknown {
  if (!isFields(product)) return product;
  return said({
    item_id: firstOf(product, 'product_id', 'sku', 'item_id', 'id'),
    item_name: firstOf(product, 'name', 'item_name'),
    item_category: firstOf(product, 'category', 'item_category'),
    item_brand: firstOf(product, 'brand', 'item_brand'),
    price: product.price,
    quantity: product.quantity,
  });
}

function paramsOf(name: unknown, properties: Fields, page: Fields): Fields {
  const one = typeof name === 'string' && ONE_PRODUCT.has(name);
  const items = Array.isArray(properties.products)
    ? properties.products.map((product: unknown) => itemOf(product))
    : one
      ? [itemOf(properties)]
      : properties.items;
  return said({
    ...properties,
    items,
    // Of an order, `revenue` is without tax and shipping, as GA4's value is; `total` is with them.
    value: firstOf(properties, 'value', 'revenue', 'subtotal', 'total'),
    transaction_id: firstOf(properties, 'transaction_id', 'order_id'),
    search_term: firstOf(properties, 'search_term', 'query'),
    page_location: firstOf(properties, 'page_location', 'url') ?? firstOf(page, 'url'),
    page_referrer: firstOf(properties, 'page_referrer', 'referrer') ?? firstOf(page, 'referrer'),
  });
}

/** Categories of advertising in the words of consent managers; C0004 is OneTrust's. */
const ADVERTISING = /^(?:advertis|ads?$|marketing|targeting|c0004$)/i;

/** Flags as Google writes them, or the category of advertising in a consent manager's words. */
function consentOf(message: Fields, context: Fields): unknown {
  const written = firstOf(message, 'consent') ?? firstOf(context, 'consent');
  if (!isFields(written)) return written;
  const categories = fieldsAt(written, 'categoryPreferences');
  const allowed = Object.entries(categories).flatMap(([name, answer]) => (ADVERTISING.test(name) ? [flagOf(answer)] : []));
  if (allowed.includes(false)) return false;
  const flags = said({
    ad_user_data: written.ad_user_data,
    ad_storage: written.ad_storage,
    ad_personalization: written.ad_personalization,
  });
  return Object.keys(flags).length === 0 && allowed.includes(true) ? true : flags;
}

function appUser(device: Fields, tracked: boolean): Fields {
  const type = textOf(device.type)?.toLowerCase();
  const id = tracked ? firstOf(device, 'advertisingId') : undefined;
  return type === 'ios' ? { idfa: id, idfv: firstOf(device, 'id') } : type === 'android' ? { gaid: id } : {};
}

function eventOf(type: string, message: Fields, sentAt: unknown): Fields {
  const context = fieldsAt(message, 'context');
  const [device, app] = [fieldsAt(context, 'device'), fieldsAt(context, 'app')];
  const traits = { ...fieldsAt(context, 'traits'), ...fieldsAt(message, 'traits') };
  const properties = fieldsAt(message, 'properties');
  const onDevice = type === 'screen' || /^(?:ios|android)$/i.test(textOf(device.type) ?? '');
  const name = type === 'track' ? message.event : type === 'page' ? 'page_view' : 'screen_view';
  const consent = consentOf(message, context);
  return said({
    name: typeof name === 'string' ? (SEGMENT_NAMES.get(name) ?? name) : name,
    event_id: firstOf(properties, 'event_id') ?? firstOf(message, 'messageId'),
    timestamp: firstOf(message, 'timestamp', 'originalTimestamp', 'sentAt') ?? sentAt,
    source: onDevice ? 'app' : 'web',
    params: said({
      ...paramsOf(name, properties, fieldsAt(context, 'page')),
      ...(onDevice ? { app_id: firstOf(app, 'namespace'), app_name: firstOf(app, 'name'), app_version: firstOf(app, 'version') } : {}),
    }),
    consent: isFields(consent) && Object.keys(consent).length === 0 ? undefined : consent,
    user: said({
      email: firstOf(traits, 'email') ?? firstOf(properties, 'email'),
      phone: firstOf(traits, 'phone') ?? firstOf(properties, 'phone'),
      external_id: firstOf(message, 'userId'),
      ip: firstOf(context, 'ip'),
      user_agent: firstOf(context, 'userAgent'),
      locale: firstOf(context, 'locale'),
      ttclid: firstOf(properties, 'ttclid'),
      ttp: firstOf(properties, '_ttp', 'ttp'),
      ...(onDevice ? appUser(device, device.adTrackingEnabled !== false) : {}),
    }),
  });
}

function messageOf(written: unknown, kind: string | undefined, sentAt: unknown): FormMessage {
  if (!isFields(written)) return { kind: 'event', event: written };
  const type = textOf(written.type) ?? kind ?? 'track';
  const id = textOf(written.messageId);
  const event_id = id === undefined || holdsIdentifier(id, []) ? null : id;
  if (NO_EVENT.has(type))
    return { kind: 'ignored', event_id, sentence: `${type} says who somebody is; it is no event, and nothing of it is kept` };
  if (type !== 'track' && type !== 'page' && type !== 'screen')
    return { kind: 'ignored', event_id, sentence: 'the type is none of track, page, screen, identify, group, alias' };
  return { kind: 'event', event: eventOf(type, written, sentAt) };
}

/**
 * Segment's messages, one or a `batch`: `messageId` is the event's id unless the properties name one, `userId` the external id. An
 * `anonymousId` is no identifier that TikTok knows, and is not sent on.
 *
 * @param kind what the address says the message is, for bodies without a type
 */
export function segmentMessages(body: unknown, kind?: string): FormRead {
  if (!isFields(body)) return { ok: false, field: '', sentence: 'the body is no JSON object, as Segment sends it' };
  if (saysNothing(body.batch)) return { ok: true, messages: [messageOf(body, kind, undefined)] };
  if (!Array.isArray(body.batch)) return { ok: false, field: 'batch', sentence: '`batch` is not a list of messages, as Segment sends it' };
  return { ok: true, messages: body.batch.map((message: unknown) => messageOf(message, undefined, body.sentAt)) };
}
