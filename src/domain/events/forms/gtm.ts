import { flagOf } from '../consent.js';
import { type Fields, firstOf, isFields, saysNothing } from '../plain-values.js';
import { type FormMessage, type FormRead, said } from './form.js';
import { googleUser } from './google-user.js';

const DENIED_LETTERS = 'pqmu';
const GRANTED_LETTERS = 'tnrv';

/** `x-ga-gcs`, such as G101: the first digit is about ads' storage, the second about analytics'. */
function adStorageOf(gcs: unknown): 'granted' | 'denied' | undefined {
  const digit = typeof gcs === 'string' ? /^G1([01])/.exec(gcs)?.[1] : undefined;
  return digit === undefined ? undefined : digit === '1' ? 'granted' : 'denied';
}

/** `x-ga-gcd`, such as 13t3q3p3t5: one letter each for ad_storage, analytics_storage, ad_user_data and ad_personalization. */
function flagsOf(gcd: unknown): Fields {
  const letters = typeof gcd === 'string' && gcd.length < 40 ? (gcd.match(/[a-z]/g) ?? []) : [];
  const flag = (index: number) => {
    const letter = letters[index] ?? '';
    if (letter === '') return undefined;
    return DENIED_LETTERS.includes(letter) ? 'denied' : GRANTED_LETTERS.includes(letter) ? 'granted' : undefined;
  };
  return letters.length < 4 ? {} : said({ ad_storage: flag(0), ad_user_data: flag(2), ad_personalization: flag(3) });
}

/** Consent flags wherever the container holds them; what one of them denies is denied. */
function consentOf(data: Fields): unknown {
  if (!saysNothing(data.consent) && !isFields(data.consent)) return data.consent;
  const holders: Fields[] = [
    flagsOf(data['x-ga-gcd']),
    said({ ad_storage: adStorageOf(data['x-ga-gcs']) }),
    isFields(data.consent_state) ? data.consent_state : {},
    isFields(data.consent) ? data.consent : {},
  ];
  const flags: Record<string, unknown> = {};
  for (const holder of holders)
    for (const name of ['ad_user_data', 'ad_storage', 'ad_personalization']) {
      if (saysNothing(holder[name])) continue;
      if (flagOf(flags[name]) !== false) flags[name] = holder[name];
    }
  return Object.keys(flags).length === 0 ? undefined : flags;
}

function momentOf(data: Fields): unknown {
  const system = data['x-sst-system_properties'];
  return (
    firstOf(data, 'timestamp_micros', 'timestamp', 'event_time') ??
    (isFields(system) ? firstOf(system, 'request_start_time_ms') : undefined)
  );
}

function messageOf(data: unknown): FormMessage {
  if (!isFields(data)) return { kind: 'event', event: data };
  const cookies = isFields(data.common_cookie) ? data.common_cookie : {};
  const app = firstOf(data, 'x-ga-app_instance_id', 'app_instance_id');
  return {
    kind: 'event',
    event: said({
      name: firstOf(data, 'event_name'),
      event_id: firstOf(data, 'event_id', 'transaction_id'),
      timestamp: momentOf(data),
      source: app === undefined ? 'web' : 'app',
      // Parameters stand beside everything else; those that no event of TikTok has are never sent.
      params: said({ ...data, consent: undefined, user_data: undefined }),
      consent: consentOf(data),
      user: said({
        ...googleUser(data.user_data),
        external_id: firstOf(data, 'user_id'),
        ip: firstOf(data, 'ip_override'),
        user_agent: firstOf(data, 'user_agent'),
        locale: firstOf(data, 'language'),
        ttclid: firstOf(data, 'ttclid') ?? firstOf(cookies, 'ttclid'),
        ttp: firstOf(data, '_ttp', 'ttp') ?? firstOf(cookies, '_ttp'),
      }),
    }),
  };
}

/**
 * The common event data of a server-side Tag Manager container, one object or a list: `{event_name, event_id, client_id, page_location,
 * user_data, items, ip_override, user_agent, x-ga-gcs, …}`.
 */
export function gtmMessages(body: unknown): FormRead {
  const list = Array.isArray(body) ? body : isFields(body) && Array.isArray(body.events) ? body.events : undefined;
  if (list) return { ok: true, messages: list.map((data: unknown) => messageOf(data)) };
  if (!isFields(body))
    return { ok: false, field: '', sentence: "the body is neither one event's data as a JSON object, nor a list of them" };
  return { ok: true, messages: [messageOf(body)] };
}
