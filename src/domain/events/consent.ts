import type { DropReason } from '../../contract/event-reasons.js';
import { spelling } from './field-spelling.js';
import { type Fields, isFields, saysNothing } from './plain-values.js';

/** What the person allows, of what was asked. */
export interface Consent {
  /** Whether the event may go at all. */
  readonly adUserData: boolean;
  /** Whether ids from cookies and devices (ttclid, ttp, advertising ids) may go with it. */
  readonly adStorage: boolean;
  /** Denied, TikTok is asked for limited data use. */
  readonly adPersonalization: boolean;
}

const GRANTED = new Set(['granted', 'true', 'yes', '1']);
const DENIED = new Set(['denied', 'false', 'no', '0']);

/** Granted, denied, or not to be told. */
export function flagOf(value: unknown): boolean | undefined {
  const word = String(value).trim().toLowerCase();
  return GRANTED.has(word) ? true : DENIED.has(word) ? false : undefined;
}

type Read = { readonly ok: true; readonly consent: Consent | undefined } | { readonly ok: false; readonly field: string };

const FLAGS: ReadonlyMap<string, keyof Consent> = new Map([
  ['aduserdata', 'adUserData'],
  ['adstorage', 'adStorage'],
  ['adpersonalization', 'adPersonalization'],
  ['adpersonalisation', 'adPersonalization'],
]);

/** Whether a field of this name says what the person allows, however it is spelled. */
export function isConsentField(name: string): boolean {
  const spelled = spelling(name);
  return spelled === 'consent' || FLAGS.has(spelled);
}

/** The flags of one holder, each with the field that it stands in: its own, and those of its `consent`. */
function flagsIn(where: string, holder: Fields): { field: string; flags: readonly (keyof Consent)[]; value: unknown }[] {
  return Object.entries(holder).flatMap(([name, value]) => {
    if (!isConsentField(name) || saysNothing(value)) return [];
    const field = `${where}${name}`;
    const flag = FLAGS.get(spelling(name));
    if (flag) return [{ field, flags: [flag], value }];
    if (!isFields(value)) return [{ field, flags: [...new Set(FLAGS.values())], value }];
    return Object.entries(value).flatMap(([inner, one]) => {
      const own = FLAGS.get(spelling(inner));
      return own === undefined || saysNothing(one) ? [] : [{ field: `${field}.${inner}`, flags: [own], value: one }];
    });
  });
}

/**
 * Reads consent flags where senders put them: in the event, its `params` or its `user`, there or in a `consent` there, in whatever spelling,
 * for a denial that is not heard cannot be taken back. Where they disagree, the denial counts.
 * @returns no consent where nothing was said; not ok with the field of a flag that cannot be read
 */
export function readConsent(event: Fields, params: Fields, user: Fields): Read {
  const told = { adUserData: true, adStorage: true, adPersonalization: true };
  let said = false;
  for (const { field, flags, value } of [...flagsIn('', event), ...flagsIn('params.', params), ...flagsIn('user.', user)]) {
    const granted = flagOf(value);
    if (granted === undefined) return { ok: false, field };
    said = true;
    if (!granted) for (const flag of flags) told[flag] = false;
  }
  return { ok: true, consent: said ? told : undefined };
}

/** Whether the sender asks for limited data use, in the event or its parameters; what cannot be read is taken for a yes. */
export function asksForLimitedUse(event: Fields, params: Fields): boolean {
  return [event.limited_data_use, params.limited_data_use].some((asked) => !saysNothing(asked) && flagOf(asked) !== false);
}

/** Limited data use exists for web and app events only (facts 4.2), so elsewhere a denied personalisation keeps the event here. */
export function consentDrop(
  consent: Consent | undefined,
  { required, limitable }: { readonly required: boolean; readonly limitable: boolean },
): DropReason | undefined {
  if (!consent) return required ? 'consent_missing' : undefined;
  return consent.adUserData && (consent.adPersonalization || limitable) ? undefined : 'consent_denied';
}
