import type { DropReason } from '../../contract/event-reasons.js';
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

const FLAGS = { ad_user_data: 'adUserData', ad_storage: 'adStorage', ad_personalization: 'adPersonalization' } as const;
const FLAG_NAMES = ['ad_user_data', 'ad_storage', 'ad_personalization'] as const;

/**
 * Reads consent flags where senders put them: `consent`, `params.consent`, `user.consent`. Where they disagree, the denial counts.
 * @returns no consent where nothing was said; not ok with the field of a flag that cannot be read
 */
export function readConsent(event: Fields, params: Fields, user: Fields): Read {
  const told = { adUserData: true, adStorage: true, adPersonalization: true };
  let said = false;
  for (const [where, holder] of [
    ['consent', event],
    ['params.consent', params],
    ['user.consent', user],
  ] as const) {
    const value = holder.consent;
    if (saysNothing(value)) continue;
    if (!isFields(value)) {
      const all = flagOf(value);
      if (all === undefined) return { ok: false, field: where };
      said = true;
      if (!all) told.adUserData = told.adStorage = told.adPersonalization = false;
      continue;
    }
    for (const name of FLAG_NAMES) {
      if (saysNothing(value[name])) continue;
      const flag = flagOf(value[name]);
      if (flag === undefined) return { ok: false, field: `${where}.${name}` };
      said = true;
      if (!flag) told[FLAGS[name]] = false;
    }
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
