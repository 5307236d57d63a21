import type { RejectReason } from '../../contract/event-reasons.js';
import type { EventSource } from '../../contract/events.js';
import { saysNothing } from './plain-values.js';

const DAY_S = 86_400;
/** How old an event may be, in seconds; TikTok: 7 days on the web, 28 days offline (facts 4.2), the others alike by kind. */
export const MAX_AGE_S: Readonly<Record<EventSource, number>> = { web: 7 * DAY_S, app: 7 * DAY_S, offline: 28 * DAY_S, crm: 28 * DAY_S };
/** How far a sender's clock may be ahead, in seconds; our own limit. */
export const MAX_AHEAD_S = 600;
/** So long after an event came in TikTok takes it no more, wherever it came from, in milliseconds. */
export const HOPELESS_AFTER_MS = (Math.max(...Object.values(MAX_AGE_S)) + MAX_AHEAD_S) * 1_000;

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * Whole Unix seconds of ISO 8601 with a zone, or of Unix time in seconds, milliseconds or microseconds (GA4), told apart by their size.
 * @returns undefined where it is none of these
 */
export function unixSeconds(value: unknown): number | undefined {
  if (typeof value === 'string' && ISO.test(value.trim())) {
    const ms = Date.parse(value.trim());
    return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
  }
  const number = typeof value === 'string' && /^\d{9,16}(?:\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  if (number < 1e11) return Math.floor(number);
  if (number < 1e14) return Math.floor(number / 1e3);
  return number < 1e17 ? Math.floor(number / 1e6) : undefined;
}

type Read = { readonly ok: true; readonly seconds: number } | { readonly ok: false; readonly reason: RejectReason };

/**
 * When an event happened, in Unix seconds. Web and app events that do not say so happened when they came in; an upload must say it.
 * @param now when it came in
 */
export function eventTime(timestamp: unknown, source: EventSource, now: Date): Read {
  const arrived = Math.floor(now.getTime() / 1000);
  if (saysNothing(timestamp))
    return source === 'web' || source === 'app' ? { ok: true, seconds: arrived } : { ok: false, reason: 'time_missing' };
  const seconds = unixSeconds(timestamp);
  if (seconds === undefined) return { ok: false, reason: 'time_invalid' };
  if (seconds < arrived - MAX_AGE_S[source]) return { ok: false, reason: 'time_too_old' };
  return seconds > arrived + MAX_AHEAD_S ? { ok: false, reason: 'time_in_future' } : { ok: true, seconds };
}
