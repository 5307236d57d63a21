import type { CountryCode } from 'libphonenumber-js/min';
import type { EventNoteCode } from '../../contract/event-reasons.js';
import type { EventNote, EventSource, TrackUser } from '../../contract/events.js';
import type { Consent } from './consent.js';
import { advertisingIdOfApple, advertisingIdOfGoogle, hashedEmail, hashedExternalId, hashedPhone } from './identifiers.js';
import { isDeviceAddress } from './network-address.js';
import { type Fields, firstOf, saysNothing, textOf } from './plain-values.js';

/** Where senders put the identifiers, ours and GA4's words for them; the first that says anything counts. */
export const EMAIL_FIELDS = ['email', 'emails', 'sha256_email_address'] as const;
export const PHONE_FIELDS = ['phone', 'phones', 'phone_number', 'sha256_phone_number'] as const;
const EXTERNAL_ID_FIELDS = ['external_id', 'user_id'] as const;

/** Every field of `user` of which something is made on some source. */
export const USER_FIELDS: ReadonlySet<string> = new Set([
  ...EMAIL_FIELDS,
  ...PHONE_FIELDS,
  ...EXTERNAL_ID_FIELDS,
  'ttclid',
  'ttp',
  '_ttp',
  'ip',
  'ip_address',
  'user_agent',
  'locale',
  'att_status',
  'idfa',
  'idfv',
  'gaid',
  'lead_id',
]);

const MAX_VALUES = 10;
const ATT_STATUS = new Set(['AUTHORIZED', 'DENIED', 'NOT_DETERMINED', 'RESTRICTED', 'NOT_APPLICABLE']);

/** Each of a text or list of texts, hashed; one is sent as text, several as a list. */
function each(value: unknown, hashed: (one: unknown) => string | undefined): string | string[] | undefined {
  if (!Array.isArray(value)) return hashed(value);
  const hashes = [...new Set(value.slice(0, MAX_VALUES).flatMap((one) => hashed(one) ?? []))];
  return hashes.length > 1 ? hashes : hashes[0];
}

/** Text that is sent as it came, where it has the shape TikTok knows; never changed (ga4-events facts, section 4). */
function asItIs(value: unknown, shape: RegExp): string | undefined {
  const text = textOf(value);
  return text !== undefined && shape.test(text) ? text : undefined;
}

const CLICK_ID = /^\S{1,1024}$/;
const LOCALE = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/;
const TEXT = /^.{1,2048}$/;
const DEVICE = /^[0-9A-Fa-f-]{8,64}$/;

interface Context {
  readonly source: EventSource;
  readonly country: CountryCode | undefined;
  readonly consent: Consent | undefined;
  /** The click id in the page's address. */
  readonly clickId: string | undefined;
  readonly notes: EventNote[];
}

/**
 * The fields by which TikTok finds the person, each only on the sources that TikTok reads it from (facts 4.2). What says nothing, or is
 * none, is left out and noted; no value is ever repeated in a note.
 */
export function userFields(user: Fields, { source, country, consent, clickId, notes }: Context): TrackUser {
  const online = source === 'web' || source === 'app';
  const ids = consent?.adStorage !== false;
  const checked = <T>(field: string, written: unknown, usable: T | undefined, code: EventNoteCode = 'user_field_left_out') => {
    if (usable === undefined && !saysNothing(written) && !(Array.isArray(written) && written.every(saysNothing)))
      notes.push({ code, field: `user.${field}` });
    return usable;
  };
  const email = firstOf(user, ...EMAIL_FIELDS);
  const phone = firstOf(user, ...PHONE_FIELDS);
  const of: { -readonly [Field in keyof TrackUser]: TrackUser[Field] } = {
    email: checked('email', email, each(email, hashedEmail), 'email_left_out'),
    phone: checked(
      'phone',
      phone,
      each(phone, (one) => hashedPhone(one, country)),
      'phone_left_out',
    ),
  };
  if (source === 'web' || source === 'crm') {
    const externalId = firstOf(user, ...EXTERNAL_ID_FIELDS);
    of.external_id = checked('external_id', externalId, each(externalId, hashedExternalId));
  }
  if (source === 'web' && ids) {
    const ttp = firstOf(user, 'ttp', '_ttp');
    of.ttclid = checked('ttclid', user.ttclid, asItIs(user.ttclid, CLICK_ID)) ?? asItIs(clickId, CLICK_ID);
    of.ttp = checked('ttp', ttp, asItIs(ttp, CLICK_ID));
  }
  if (online) {
    const ip = firstOf(user, 'ip', 'ip_address');
    const address = textOf(ip);
    of.ip = checked('ip', ip, address !== undefined && isDeviceAddress(address) ? address : undefined);
    of.user_agent = checked('user_agent', user.user_agent, asItIs(user.user_agent, TEXT));
    of.locale = checked('locale', user.locale, asItIs(user.locale, LOCALE));
  }
  if (source === 'app') {
    of.att_status = checked('att_status', user.att_status, ATT_STATUS.has(String(user.att_status)) ? String(user.att_status) : undefined);
    if (ids) {
      of.idfa = checked('idfa', user.idfa, advertisingIdOfApple(user.idfa));
      of.idfv = checked('idfv', user.idfv, asItIs(user.idfv, DEVICE));
      of.gaid = checked('gaid', user.gaid, advertisingIdOfGoogle(user.gaid));
    }
  }
  return of;
}

/** Whether anything in the fields names the person; language and browser do not. */
export function namesSomebody(user: TrackUser): boolean {
  const { email, phone, external_id, ttclid, ttp, ip, idfa, idfv, gaid } = user;
  return [email, phone, external_id, ttclid, ttp, ip, idfa, idfv, gaid].some((field) => field !== undefined);
}
