import { type Fields, firstOf, isFields, saysNothing } from '../plain-values.js';
import { type FormMessage, type FormRead, said } from './form.js';
import { googleUser } from './google-user.js';
import { stableId } from './stable-id.js';

/** A user property is an object with a `value`. */
function propertyOf(body: Fields, name: string): unknown {
  const properties = isFields(body.user_properties) ? body.user_properties : {};
  const property = properties[name];
  return isFields(property) ? property.value : undefined;
}

function consentOf(body: Fields): unknown {
  if (body.non_personalized_ads !== true) return body.consent;
  return { ...(isFields(body.consent) ? body.consent : {}), ad_personalization: 'denied' };
}

/**
 * The event's own id, else its transaction's; else, where the sender says the moment, one made of the whole event, which is the same when
 * the sender tries again. Without any of them the event is refused later.
 */
function idOf(body: Fields, { name, params }: { name: unknown; params: Fields }, moment: unknown): unknown {
  const own = firstOf(params, 'event_id', 'transaction_id');
  if (own !== undefined || saysNothing(moment)) return own;
  const sender = firstOf(body, 'client_id', 'app_instance_id', 'user_id') ?? null;
  return stableId('ga4', { sender, name: name ?? null, params, moment });
}

function messageOf(body: Fields, written: unknown): FormMessage {
  if (!isFields(written) || (!saysNothing(written.params) && !isFields(written.params))) return { kind: 'event', event: written };
  const params = isFields(written.params) ? written.params : {};
  const moment = firstOf(written, 'timestamp_micros') ?? firstOf(params, 'timestamp_micros') ?? firstOf(body, 'timestamp_micros');
  const device = isFields(body.device) ? body.device : {};
  return {
    kind: 'event',
    event: said({
      name: written.name,
      event_id: idOf(body, { name: written.name, params }, moment),
      timestamp: moment,
      source: saysNothing(body.app_instance_id) ? 'web' : 'app',
      params,
      consent: consentOf(body),
      user: said({
        ...googleUser(body.user_data),
        external_id: body.user_id,
        ip: firstOf(body, 'ip_override'),
        user_agent: firstOf(body, 'user_agent'),
        locale: firstOf(device, 'language'),
        ttclid: firstOf(params, 'ttclid') ?? propertyOf(body, 'ttclid'),
        ttp: firstOf(params, '_ttp', 'ttp') ?? propertyOf(body, '_ttp') ?? propertyOf(body, 'ttp'),
      }),
    }),
  };
}

/**
 * GA4's Measurement Protocol: `{client_id, user_id, timestamp_micros, user_data, consent, events: [{name, params}]}`. The client id is no
 * identifier that TikTok knows, and is not sent on.
 */
export function ga4Messages(body: unknown): FormRead {
  if (!isFields(body)) return { ok: false, field: '', sentence: 'the body is no JSON object, as the Measurement Protocol has it' };
  if (!Array.isArray(body.events))
    return { ok: false, field: 'events', sentence: '`events` is not a list of {name, params}, as the Measurement Protocol has it' };
  return { ok: true, messages: body.events.map((written: unknown) => messageOf(body, written)) };
}
