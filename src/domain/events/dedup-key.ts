import type { TrackDestination } from '../../contract/events.js';
import { sha256 } from './hashing.js';

/** How long TikTok drops a second event of the same key (ga4-events facts, section 5), in milliseconds. */
export const DEDUP_WINDOW_MS = 48 * 3_600_000;

/**
 * TikTok's key of deduplication, event source id, event name and event id, as 64 hex characters. Test events have keys of their own, so that
 * a test never swallows a real event.
 */
export function dedupKey({ event_source, event_source_id, test_event_code }: TrackDestination, event: string, eventId: string): string {
  return sha256(JSON.stringify([event_source, event_source_id, test_event_code ?? null, event, eventId]));
}
