import { EVENT_NAME } from '../../contract/event-settings.js';
import { DROP_REASONS, type DropReason, REJECT_REASONS, type RejectReason } from '../../contract/event-reasons.js';
import {
  EVENT_SOURCES,
  type EventNote,
  type EventSource,
  type EventVerdict,
  MAX_EVENT_BYTES,
  type TrackEvent,
} from '../../contract/events.js';
import { asksForLimitedUse, consentDrop, readConsent } from './consent.js';
import { eventParts } from './event-parts.js';
import { eventTime } from './event-time.js';
import { type Fields, firstOf, isFields, saysNothing, textOf } from './plain-values.js';
import type { PreparedMap, Target } from './prepared-map.js';
import { readProperties } from './properties.js';
import { holdsIdentifier, rawIdentifiers } from './raw-identifiers.js';
import { trackRequest } from './track-request.js';
import { unreadFields } from './unread-fields.js';
import { EMAIL_FIELDS, namesSomebody, PHONE_FIELDS, userFields } from './user-fields.js';

interface About {
  name: string | null;
  event_id: string | null;
  source: EventSource | null;
}

interface Refusal {
  readonly reason: RejectReason;
  readonly field: string;
}

function rejected(about: About, { reason, field }: Refusal): EventVerdict {
  return { ...about, verdict: 'reject', reason, field, ...REJECT_REASONS[reason] };
}

function dropped(about: About, reason: DropReason): EventVerdict {
  return { ...about, verdict: 'drop', reason, ...DROP_REASONS[reason] };
}

function sourceOf(value: unknown, fallback: EventSource): EventSource | undefined {
  return saysNothing(value) ? fallback : EVENT_SOURCES.find((source) => source === value);
}

/** The id as it came, letter by letter: it must be the pixel's own. */
function eventIdOf(value: unknown): string | undefined {
  if (typeof value === 'number') return textOf(value);
  return typeof value === 'string' && value.length <= 128 && textOf(value) !== undefined ? value : undefined;
}

/** The event's id, or for a purchase its order number, which is as stable (ga4-events facts, section 5). */
function readEventId(event: Fields, params: Fields, target: Target, own: readonly string[]): string | Refusal {
  const field = 'event_id';
  const written =
    saysNothing(event.event_id) && target.event === 'Purchase' ? firstOf(params, 'transaction_id', 'order_id') : event.event_id;
  if (saysNothing(written)) return { reason: 'event_id_missing', field };
  const id = eventIdOf(written);
  if (id === undefined) return { reason: 'event_id_invalid', field };
  return holdsIdentifier(id, own) ? { reason: 'event_id_personal', field } : id;
}

/** A part of the event as an object: absent means empty; undefined where it is something else. */
function objectAt(event: Fields, field: string): Fields | undefined {
  const value = event[field];
  if (saysNothing(value)) return {};
  return isFields(value) ? value : undefined;
}

interface Context {
  readonly about: About & { source: EventSource };
  /** The event's raw identifiers, so that they are found where they do not belong. */
  readonly own: readonly string[];
  readonly now: Date;
}

/** Everything about an event that has a target and may go. */
function judgeMapped(prepared: PreparedMap, event: Fields, target: Target, context: Context): EventVerdict {
  const { settings } = prepared;
  const { about, own, now } = context;
  const { source } = about;
  const reject = (refusal: Refusal): EventVerdict => rejected(about, refusal);
  const params = objectAt(event, 'params');
  if (!params) return reject({ reason: 'field_invalid', field: 'params' });
  const user = objectAt(event, 'user');
  if (!user) return reject({ reason: 'field_invalid', field: 'user' });
  const eventId = readEventId(event, params, target, own);
  if (typeof eventId === 'string') about.event_id = eventId;

  const read = readConsent(event, params, user);
  if (!read.ok) return reject({ reason: 'consent_unreadable', field: read.field });
  const { consent } = read;
  const limitable = source === 'web' || source === 'app';
  const drop = consentDrop(consent, { required: settings.consent === 'required', limitable });
  if (drop) return dropped(about, drop);

  const destination = prepared.destination(source);
  if (!destination) return reject({ reason: 'source_not_configured', field: 'source' });
  if (typeof eventId !== 'string') return reject(eventId);
  const time = eventTime(event.timestamp, source, now);
  if (!time.ok) return reject({ reason: time.reason, field: 'timestamp' });
  const notes: EventNote[] = unreadFields(event, params, user);
  const parts = eventParts(source, { params, user, ad: event.ad, settings, own, cookieIds: consent?.adStorage !== false, notes });
  if (!parts.ok) return reject(parts);
  const fields = userFields(user, { source, country: prepared.country, consent, clickId: parts.clickId, notes });
  if (source === 'offline' && fields.email === undefined && fields.phone === undefined)
    return reject({ reason: 'match_key_missing', field: 'user' });
  if (source !== 'crm' && !namesSomebody(fields)) notes.push({ code: 'no_match_key', field: 'user' });
  const properties = readProperties(params, {
    event: target.event,
    own,
    defaultCurrency: settings.currency,
    contentType: settings.content_type,
    notes,
  });
  if (!properties.ok) return reject(properties);
  const limited = settings.limited_data_use || asksForLimitedUse(event, params) || consent?.adPersonalization === false;
  const outgoing: TrackEvent = {
    event: target.event,
    event_time: time.seconds,
    ...(source === 'app' ? {} : { event_id: eventId }),
    user: fields,
    properties: properties.properties,
    ...parts.parts,
    limited_data_use: limitable && limited ? true : undefined,
  };
  return {
    ...about,
    verdict: 'send',
    event: target.event,
    standard: target.standard,
    payload: trackRequest(destination, [outgoing]),
    notes,
  };
}

/** An id that may be shown beside a verdict: none that holds an identifier of the person. */
function shownId(value: unknown, own: readonly string[]): string | null {
  const id = eventIdOf(value);
  return id === undefined || holdsIdentifier(id, own) ? null : id;
}

function ownIdentifiers(user: unknown): string[] {
  return isFields(user) ? rawIdentifiers([...EMAIL_FIELDS, ...PHONE_FIELDS].map((field) => user[field])) : [];
}

/**
 * Decides about one event, as it came in: what exactly would be sent, or why not. Never throws for what a sender wrote, and repeats none of
 * its identifiers.
 *
 * @param now when the event came in
 */
export function judgeEvent(prepared: PreparedMap, event: unknown, now: Date): EventVerdict {
  const about: About = { name: null, event_id: null, source: null };
  if (!isFields(event)) return rejected(about, { reason: 'malformed', field: '' });
  const own = ownIdentifiers(event.user);
  about.event_id = shownId(event.event_id, own);
  if (saysNothing(event.name)) return rejected(about, { reason: 'name_missing', field: 'name' });
  if (typeof event.name !== 'string' || !EVENT_NAME.test(event.name)) return rejected(about, { reason: 'name_invalid', field: 'name' });
  about.name = event.name;
  const source = sourceOf(event.source, prepared.settings.default_source);
  if (!source) return rejected(about, { reason: 'source_invalid', field: 'source' });
  about.source = source;
  if (prepared.ignored.has(event.name)) return dropped(about, 'ignored');
  const target = prepared.target(source, event.name);
  if (target) return judgeMapped(prepared, event, target, { about: { ...about, source }, own, now });
  const { text, near } = prepared.suggestion(source, event.name);
  return { ...about, verdict: 'unmapped', suggestion: text, near };
}

/** The same for a line of JSON. What cannot be parsed is not repeated, because nobody knows what it holds. */
export function judgeLine(prepared: PreparedMap, line: string, now: Date): EventVerdict {
  const about: About = { name: null, event_id: null, source: null };
  if (line.length > MAX_EVENT_BYTES) return rejected(about, { reason: 'too_large', field: '' });
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return rejected(about, { reason: 'malformed', field: '' });
  }
  return judgeEvent(prepared, event, now);
}

/** The verdict about a line or row of which nothing can be told. */
export function unreadable(reason: 'malformed' | 'too_large' | 'not_utf8' | 'row_unreadable'): EventVerdict {
  return rejected({ name: null, event_id: null, source: null }, { reason, field: '' });
}

/** The verdict about a line that was too long to be read. */
export function tooLarge(): EventVerdict {
  return unreadable('too_large');
}

/** The verdict, or the refusal of an event whose source this sender may not use. */
export function onlyFrom(sources: readonly EventSource[], verdict: EventVerdict): EventVerdict {
  const { name, event_id, source } = verdict;
  return source === null || sources.includes(source)
    ? verdict
    : rejected({ name, event_id, source }, { reason: 'source_not_allowed', field: 'source' });
}
