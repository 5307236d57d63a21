import type { ColumnType, Generated } from 'kysely';
import type { EventSource, TrackEvent } from '../contract/events.js';

export type EventState = 'waiting' | 'sent' | 'parked' | 'refused' | 'unmapped' | 'dropped';

/** One event as it came in, what was decided about it, and how far it got. */
export interface EventsTable {
  id: string;
  received_at: ColumnType<Date, Date | string, never>;
  slug: string;
  name: string | null;
  event_id: string | null;
  source: EventSource | null;
  state: EventState;
  /** Code of the tables in src/contract/event-reasons.ts. */
  reason: string | null;
  field: string | null;
  /** TikTok's name. */
  event: string | null;
  event_source_id: string | null;
  test_event_code: string | null;
  /** Exactly what goes to TikTok. */
  payload: ColumnType<TrackEvent | null, string | null, string | null>;
  map_version: string;
  next_at: ColumnType<Date | null, Date | string | null, Date | string | null>;
  attempts: Generated<number>;
  leased_until: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  settled_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  code: number | null;
  request_id: string | null;
}

/** Which events were taken in within the last 48 hours, by TikTok's key of deduplication. */
export interface EventKeysTable {
  key: Buffer;
  /** `events.id` of the first of that key. */
  event_row: Generated<string>;
  first_at: ColumnType<Date, Date | string, Date | string>;
}
