import type { EventNote } from '../../contract/events.js';
import { isConsentField } from './consent.js';
import { spelling } from './field-spelling.js';
import { type Fields, isFields, saysNothing } from './plain-values.js';
import { USER_FIELDS } from './user-fields.js';

const EVENT_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'event_id',
  'timestamp',
  'params',
  'user',
  'source',
  'consent',
  'limited_data_use',
  'ad',
]);

/** Parameters of which something is made. A sender's others are never sent, and only those that look like one of these are worth a note. */
const PARAMS: ReadonlySet<string> = new Set([
  'items',
  'contents',
  'value',
  'currency',
  'search_term',
  'search_string',
  'transaction_id',
  'order_id',
  'content_ids',
  'content_id',
  'item_id',
  'content_type',
  'page_location',
  'page_url',
  'url',
  'page_referrer',
  'referrer',
  'lead_id',
  'lead_event_source',
  'app_id',
  'app_name',
  'app_version',
  'num_items',
  'description',
  'shop_id',
  'limited_data_use',
]);
const PARAM_SPELLINGS: ReadonlySet<string> = new Set([...PARAMS].map(spelling));

/** A name that may be repeated; anything else could be a value, such as a mail address, where a name belongs. */
const SHOWABLE = /^[A-Za-z_][A-Za-z_-]{0,39}$/;

/** A note for each field of an event as it came in of which nothing is made, so that a misspelled one is seen. */
export function unreadFields(event: Fields, params: Fields, user: Fields): EventNote[] {
  const note = (holder: string, fields: Fields, isRead: (name: string) => boolean): EventNote[] =>
    Object.entries(fields).flatMap(([name, value]) =>
      isRead(name) || isConsentField(name) || saysNothing(value)
        ? []
        : [{ code: 'field_not_read' as const, field: `${holder}${SHOWABLE.test(name) ? name : '…'}` }],
    );
  return [
    ...note('', event, (name) => EVENT_FIELDS.has(name)),
    ...(isFields(event.consent) ? note('consent.', event.consent, () => false) : []),
    ...note('user.', user, (name) => USER_FIELDS.has(name)),
    ...note('params.', params, (name) => PARAMS.has(name) || !PARAM_SPELLINGS.has(spelling(name))),
  ];
}
