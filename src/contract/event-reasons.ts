/** The closed tables of what can become of an event that is not sent as it came: codes, sentences for people, and what mends it. */

export interface EventReason {
  readonly sentence: string;
  /** What the sender or the operator does about it. */
  readonly mend: string;
}

/** Why an event is refused: the closed table. The sender has to mend it and hand the event in again. */
export const REJECT_REASONS = {
  malformed: {
    sentence: 'The event is not one JSON object.',
    mend: 'send each event as one JSON object; in JSON lines, on a line of its own',
  },
  row_unreadable: {
    sentence: 'The row of the file cannot be read: a quote is opened and never closed, or it is longer than 65,536 bytes.',
    mend: 'close the quote, and write a quote within a cell twice',
  },
  not_utf8: { sentence: 'The line is not UTF-8.', mend: 'save the file as UTF-8' },
  too_large: { sentence: 'The event is larger than 65,536 bytes.', mend: 'leave out what is not needed; split long item lists' },
  field_invalid: { sentence: 'The field has a shape that cannot be read.', mend: 'send the field as docs/events.md describes it' },
  name_missing: { sentence: 'The event has no name.', mend: 'send the GA4 name as `name` (Tag Manager: `event_name`, Segment: `event`)' },
  name_invalid: {
    sentence: 'The name is not a letter followed by up to 63 letters, digits, blanks or _ . : -',
    mend: 'send a GA4 name, such as purchase',
  },
  event_id_missing: {
    sentence: 'The event has no id, so a retry and the copy of the pixel would count again.',
    mend: "send the pixel's event id as `event_id`; of a purchase the order number will do",
  },
  event_id_invalid: {
    sentence: 'The event id is not text of 1 to 128 characters.',
    mend: 'send the id as text without control characters',
  },
  event_id_personal: {
    sentence: 'The event id holds a mail address or a phone number.',
    mend: 'make the id from the order number or at random',
  },
  time_missing: { sentence: 'The event does not say when it happened.', mend: 'send the moment as `timestamp`' },
  time_invalid: {
    sentence: 'The moment cannot be read.',
    mend: 'send ISO 8601 with a time zone, or Unix time; a file whose times have no zone is uploaded with --time-zone',
  },
  time_too_old: {
    sentence: 'The event is older than TikTok takes (web, app: 7 days; offline, crm: 28 days).',
    mend: 'send events as they happen; what is older is lost to TikTok',
  },
  time_in_future: { sentence: 'The event lies more than 10 minutes in the future.', mend: "set the sender's clock; send UTC" },
  source_invalid: { sentence: 'The source is none of web, app, offline, crm.', mend: 'send one of them as `source`, or leave it out' },
  source_not_allowed: {
    sentence: 'A write key for browsers takes web events only, because everybody can read it in the page.',
    mend: 'send this event from a server with a key without origins (kobi events keys create SLUG --name NAME --as PERSON)',
  },
  source_not_configured: {
    sentence: 'The tenant has no destination for this source.',
    mend: 'name it under `destinations` in the event settings (kobi events settings set SLUG FILE --as PERSON)',
  },
  page_url_missing: {
    sentence: 'A web event needs the address of its page.',
    mend: 'send `page_location`, or set `website` in the settings',
  },
  page_url_invalid: { sentence: 'The address of the page is not a full http or https address.', mend: 'send the full `page_location`' },
  app_id_missing: { sentence: 'An app event needs the id of the app in its store.', mend: 'send `app_id`, or set it in the settings' },
  lead_id_missing: { sentence: 'A CRM event needs the id of its lead.', mend: 'send `lead_id` as TikTok handed it over with the lead' },
  match_key_missing: {
    sentence: 'An offline event without a usable e-mail address or phone number is of no use.',
    mend: 'send `email` or `phone`; phones without country code need `country` in the settings',
  },
  lead_id_personal: {
    sentence: 'The id of the lead holds a mail address or a phone number, which must not go unhashed.',
    mend: 'send `lead_id` as TikTok handed it over with the lead',
  },
  currency_missing: {
    sentence: 'The event has a value, but no currency.',
    mend: 'send `currency` beside `value`, or set it in the settings',
  },
  currency_not_accepted: {
    sentence: 'TikTok does not take this currency.',
    mend: 'send one of the ISO 4217 codes under "The map" in docs/events.md, such as EUR',
  },
  value_invalid: {
    sentence: 'The value is not a plain number of 0 or more.',
    mend: 'send 19.9 or "19.90", without thousands separators or signs',
  },
  items_invalid: { sentence: 'The items are not a list of at most 200 objects.', mend: 'send `items` as GA4 does' },
  item_without_id: { sentence: 'An item has neither item_id nor item_name.', mend: 'send item_id, the id in the catalog' },
  item_number_invalid: {
    sentence: 'The price or quantity of an item is not a plain number.',
    mend: 'send numbers; the price of one unit is 0 or more, the quantity above 0',
  },
  consent_unreadable: {
    sentence: 'A consent flag is neither granted nor denied, so nobody knows whether the event may go.',
    mend: 'send granted or denied (or true, false)',
  },
} as const satisfies Record<string, EventReason>;
export type RejectReason = keyof typeof REJECT_REASONS;

/** Why an event that is in order stays here. */
export const DROP_REASONS = {
  consent_denied: { sentence: 'The person has not consented to ads.', mend: 'nothing: such events stay here' },
  consent_missing: {
    sentence: 'The event carries no consent, and the settings demand it.',
    mend: 'send the consent flags, or set `consent: assumed` where the law allows it',
  },
  forgotten: {
    sentence: 'The person asked to be forgotten: what the event said about them is gone, and it was not sent.',
    mend: 'nothing: it stays so',
  },
  known_there: {
    sentence: 'The event was to be moved to another destination, where the same event stands already.',
    mend: 'nothing: it counts once, there',
  },
  ignored: { sentence: 'The settings say to ignore events of this name.', mend: 'take the name off `ignore` in the event settings' },
} as const satisfies Record<string, EventReason>;
export type DropReason = keyof typeof DROP_REASONS;

/** Why an event that was to go to TikTok did not, and waits for a person. */
export const PARK_REASONS = {
  refused_by_tiktok: {
    sentence: 'TikTok refuses this event, sent alone as well.',
    mend: 'read what TikTok said (kobi events show ID), mend the source of the event, and hand it in under a new event id',
  },
  keeps_failing: {
    sentence: 'TikTok fails at this event again and again, while it takes others.',
    mend: 'kobi events replay SLUG --from INSTANT --to INSTANT --state parked --as PERSON --reason TEXT, when TikTok has mended it',
  },
  too_old: {
    sentence: 'The event waited until it was older than TikTok takes (web, app: 7 days; offline, crm: 28 days).',
    mend: 'nothing brings it to TikTok; find out why it waited (kobi events show ID)',
  },
  outcome_unknown: {
    sentence: 'TikTok may have taken the event, and would no longer recognise it if it came again.',
    mend: 'look in Events Manager; if it is missing there, kobi events replay SLUG --from INSTANT --to INSTANT --state parked --as PERSON --reason TEXT',
  },
} as const satisfies Record<string, EventReason>;
export type ParkReason = keyof typeof PARK_REASONS;

/** Why nothing is sent to a destination for a while; its events wait, and one attempt now and then tells whether it is over. */
export const BREAKER_REASONS = {
  unavailable: 'TikTok does not answer, or answers with errors',
  rate_limited: 'TikTok throttles us',
  token: 'TikTok does not accept our access token: set a new one',
  permission:
    "our access token may not send to this destination: give the token's user access to the pixel or event set; an app must be on TikTok's allow-list",
  not_found: 'TikTok does not know this destination: look at `destinations` in the event settings',
  fatal: 'TikTok refuses the call as such: look at TIKTOK_BASE_URL and the app',
  everything_refused: 'TikTok refuses every event of this destination: look at one of them with kobi events show ID',
} as const;
export type BreakerReason = keyof typeof BREAKER_REASONS;

/** What was left out or filled in; the event goes all the same. */
export const EVENT_NOTES = {
  field_not_read: 'no field of this name is read; docs/events.md lists those that are',
  email_left_out: 'the e-mail address is none, and was left out',
  phone_left_out: 'the phone number cannot be brought into the form +COUNTRYNUMBER, and was left out',
  user_field_left_out: 'the field is not what TikTok takes, and was left out',
  identifier_removed: 'a mail address or phone number stood in a field that is not hashed, and was taken out',
  text_too_long: 'the text is longer than 500 characters, and was left out',
  no_match_key: 'nothing names the person, so TikTok can hardly attribute the event',
  value_missing: 'without value and currency there is no return on ad spend and no value optimisation',
  value_from_items: 'the value was summed up from the items',
  currency_from_settings: "the currency is the settings' default",
  contents_missing: 'the event should name its products (items)',
  search_string_missing: 'the event should carry the search term',
  order_id_missing: 'the event should carry the order number (transaction_id)',
  page_from_settings: "the page is the settings' website",
} as const;
export type EventNoteCode = keyof typeof EVENT_NOTES;
