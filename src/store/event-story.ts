import type { EventSource, TrackEvent } from '../contract/events.js';
import type { Database } from './database.js';
import { attemptsAt, type FailedAttempt } from './event-attempts.js';
import type { EventState } from './event-tables.js';

/** One event of the ledger of events. Instants are ISO 8601. */
export interface EventRecord {
  readonly id: string;
  readonly receivedAt: string;
  readonly name: string | null;
  readonly eventId: string | null;
  readonly source: EventSource | null;
  readonly state: EventState;
  readonly reason: string | null;
  readonly field: string | null;
  /** TikTok's name. */
  readonly event: string | null;
  readonly eventSourceId: string | null;
  readonly testEventCode: string | null;
  readonly mapVersion: string;
  /** When it left the queue. */
  readonly settledAt: string | null;
  readonly attempts: number;
  readonly code: number | null;
  readonly requestId: string | null;
}

const COLUMNS = [
  'id',
  'received_at',
  'name',
  'event_id',
  'source',
  'state',
  'reason',
  'field',
  'event',
  'event_source_id',
  'test_event_code',
  'map_version',
  'settled_at',
  'attempts',
  'code',
  'request_id',
] as const;

interface Row {
  readonly id: string;
  readonly received_at: Date;
  readonly name: string | null;
  readonly event_id: string | null;
  readonly source: EventSource | null;
  readonly state: EventState;
  readonly reason: string | null;
  readonly field: string | null;
  readonly event: string | null;
  readonly event_source_id: string | null;
  readonly test_event_code: string | null;
  readonly map_version: string;
  readonly settled_at: Date | null;
  readonly attempts: number;
  readonly code: number | null;
  readonly request_id: string | null;
}

function recordOf(row: Row): EventRecord {
  return {
    id: row.id,
    receivedAt: row.received_at.toISOString(),
    name: row.name,
    eventId: row.event_id,
    source: row.source,
    state: row.state,
    reason: row.reason,
    field: row.field,
    event: row.event,
    eventSourceId: row.event_source_id,
    testEventCode: row.test_event_code,
    mapVersion: row.map_version,
    settledAt: row.settled_at?.toISOString() ?? null,
    attempts: row.attempts,
    code: row.code,
    requestId: row.request_id,
  };
}

/** The events of a tenant that came in last, newest first. */
export async function newestEvents(db: Database, slug: string, limit: number): Promise<EventRecord[]> {
  const rows = await db
    .selectFrom('events')
    .select([...COLUMNS])
    .where('slug', '=', slug)
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(recordOf);
}

export interface EventStory extends EventRecord {
  /** What went, or is to go, to TikTok, identifiers as they are sent. */
  readonly payload: TrackEvent | null;
  /** Requests with it that were not simply accepted, oldest first. */
  readonly failures: readonly Omit<FailedAttempt, 'eventRows'>[];
}

/** Everything that is known of one event of a tenant; undefined where the tenant has none of that id. */
export async function eventStory(db: Database, slug: string, id: string): Promise<EventStory | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const row = await db
    .selectFrom('events')
    .select([...COLUMNS, 'payload'])
    .where('id', '=', id)
    .where('slug', '=', slug)
    .executeTakeFirst();
  return row && { ...recordOf(row), payload: row.payload, failures: await attemptsAt(db, id) };
}
