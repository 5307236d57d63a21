import { type Fields, saysNothing, textOf } from '../plain-values.js';
import { said } from './form.js';

/** Where a column's cell goes: the event itself, its parameters, its person, its one product, or its consent. */
type Place = 'event' | 'params' | 'user' | 'item' | 'consent';

interface Column {
  readonly place: Place;
  readonly field: string;
  /** Several values in one cell, with | or ; between. */
  readonly list?: boolean;
}

/**
 * What may stand in the head of a file, by our field; case, blanks and hyphens do not count. Words that often mean something else, such as
 * `name` and `id`, are none of them.
 */
const NAMES: readonly (readonly [Place, string, readonly string[]])[] = [
  ['event', 'name', ['event', 'event_name', 'event_type', 'conversion_name']],
  ['event', 'event_id', ['event_id']],
  ['event', 'timestamp', ['time', 'timestamp', 'event_time', 'conversion_time', 'date_time']],
  ['event', 'source', ['source', 'event_source']],
  ['event', 'limited_data_use', ['limited_data_use']],
  ['user', 'email', ['email', 'email_address', 'mail', 'e_mail', 'sha256_email_address', 'hashed_email']],
  ['user', 'phone', ['phone', 'phone_number', 'telephone', 'mobile', 'sha256_phone_number', 'hashed_phone']],
  ['user', 'external_id', ['external_id', 'customer_id', 'user_id', 'contact_id']],
  ['user', 'ttclid', ['ttclid', 'tiktok_click_id']],
  ['user', 'ttp', ['ttp', '_ttp']],
  ['user', 'ip', ['ip', 'ip_address']],
  ['user', 'user_agent', ['user_agent']],
  ['params', 'value', ['value', 'amount', 'revenue', 'total', 'conversion_value']],
  ['params', 'currency', ['currency', 'currency_code', 'conversion_currency']],
  ['params', 'transaction_id', ['order_id', 'transaction_id', 'order_number']],
  ['params', 'lead_id', ['lead_id', 'tiktok_lead_id']],
  ['params', 'lead_event_source', ['lead_event_source']],
  ['params', 'search_term', ['search_term', 'search_string']],
  ['params', 'description', ['description']],
  ['params', 'shop_id', ['shop_id', 'store_id', 'store']],
  ['params', 'page_location', ['page_location', 'page_url', 'url']],
  ['params', 'content_type', ['content_type']],
  ['item', 'item_id', ['item_id', 'product_id', 'content_id', 'sku']],
  ['item', 'item_name', ['item_name', 'product_name', 'content_name', 'product']],
  ['item', 'item_category', ['item_category', 'product_category', 'category']],
  ['item', 'item_brand', ['item_brand', 'brand']],
  ['item', 'price', ['price', 'unit_price']],
  ['item', 'quantity', ['quantity', 'qty']],
  ['consent', 'ad_user_data', ['ad_user_data', 'consent']],
  ['consent', 'ad_storage', ['ad_storage']],
  ['consent', 'ad_personalization', ['ad_personalization', 'ad_personalisation']],
];

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ...NAMES.flatMap(([place, field, names]) => names.map((name): [string, Column] => [name, { place, field }])),
  ['content_ids', { place: 'params', field: 'content_ids', list: true }],
  ['product_ids', { place: 'params', field: 'content_ids', list: true }],
  ['emails', { place: 'user', field: 'email', list: true }],
  ['phones', { place: 'user', field: 'phone', list: true }],
]);

/** A head's name as it is looked up: lower case, everything else between letters and digits as one underscore. */
function plainName(written: string): string {
  return written
    .trim()
    .toLowerCase()
    .replaceAll(/[\s.-]+/g, '_');
}

export interface CsvHead {
  /** Whether a column names the event. */
  readonly namesEvent: boolean;
  /** Columns of which nothing is made, as they are written; one that may be a value is named by its number. */
  readonly unknown: readonly string[];
  /** A row's cells as an event; cells without a column are left out. */
  event(cells: readonly string[]): Fields;
}

/** A head that is no name, because the file has none, must not be shown: it may be a person's address. */
function shownColumn(written: string, index: number): string {
  const name = written.trim();
  return /^[\p{L}_][\p{L}\p{N} _./-]{0,59}$/u.test(name) ? name : `column ${index + 1}`;
}

/** Reads the head of a CSV file. Of two columns that mean the same, the first that has something in a row counts there. */
export function csvHead(names: readonly string[]): CsvHead {
  const columns = names.map((name) => COLUMNS.get(plainName(name)));
  return {
    namesEvent: columns.some((column) => column?.place === 'event' && column.field === 'name'),
    unknown: names.flatMap((name, index) => (columns[index] || name.trim() === '' ? [] : [shownColumn(name, index)])),
    event(cells) {
      const places: Record<Place, Record<string, unknown>> = { event: {}, params: {}, user: {}, item: {}, consent: {} };
      for (const [index, column] of columns.entries()) {
        const cell = cells[index]?.trim();
        if (!column || saysNothing(cell)) continue;
        const place = places[column.place];
        if (place[column.field] !== undefined) continue;
        place[column.field] = column.list === true ? cell?.split(/\s*[|;]\s*/).filter((one) => one !== '') : cell;
      }
      const { event, params, user, item, consent } = places;
      const any = (fields: Fields): Fields | undefined => (Object.keys(fields).length > 0 ? fields : undefined);
      const limited = textOf(event['limited_data_use']);
      return said({
        ...event,
        limited_data_use: limited === undefined ? undefined : /^(?:true|yes|1)$/i.test(limited),
        params: any(said({ ...params, items: any(item) && [item] })),
        user: any(user),
        consent: any(consent),
      });
    },
  };
}

/** Every name of a column that is read, for the documentation. */
export function csvColumns(): readonly string[] {
  return [...COLUMNS.keys()];
}
