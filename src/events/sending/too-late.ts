import type { ParkReason } from '../../contract/event-reasons.js';
import { DEDUP_WINDOW_MS } from '../../domain/events/dedup-key.js';
import { MAX_AGE_S } from '../../domain/events/event-time.js';
import type { ClaimedEvent } from '../../store/event-queue.js';

/** Clocks differ, and TikTok's window may begin with its own arrival: what comes this shortly before its end is not risked. */
const MARGIN_MS = 3_600_000;

/**
 * Why an event may not go out any more; undefined where it may. One that TikTok may have taken goes again only while TikTok drops the
 * second of a key.
 */
export function tooLate(event: ClaimedEvent, now: Date): ParkReason | undefined {
  if (event.eventTime * 1_000 < now.getTime() - MAX_AGE_S[event.source] * 1_000) return 'too_old';
  if (event.maybeSentAt === null) return undefined;
  if (!event.recognised) return 'outcome_unknown';
  return now.getTime() - event.maybeSentAt.getTime() > DEDUP_WINDOW_MS - MARGIN_MS ? 'outcome_unknown' : undefined;
}
