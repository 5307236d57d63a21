import { isFields } from '../plain-values.js';
import type { FormRead } from './form.js';

/** Our own form: one event, a list of events, or `{events: […]}`. */
export function ownMessages(body: unknown): FormRead {
  const list = Array.isArray(body) ? body : isFields(body) && Array.isArray(body.events) ? body.events : undefined;
  if (list) return { ok: true, messages: list.map((event: unknown) => ({ kind: 'event', event })) };
  if (!isFields(body)) return { ok: false, field: '', sentence: 'the body is neither an event as a JSON object, nor a list of events' };
  return { ok: true, messages: [{ kind: 'event', event: body }] };
}
