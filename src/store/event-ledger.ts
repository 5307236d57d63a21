import { type RawBuilder, sql } from 'kysely';
import type { EventSource, TrackEvent } from '../contract/events.js';
import type { Database } from './database.js';
import type { EventState } from './event-tables.js';

/** What is known of one event, from its arrival to TikTok's answer. */
export interface LedgerEvent {
  readonly id: string;
  readonly slug: string;
  readonly receivedAt: Date;
  readonly name: string | null;
  /** The sender's id of it. */
  readonly eventId: string | null;
  readonly source: EventSource | null;
  readonly state: EventState;
  readonly reason: string | null;
  readonly field: string | null;
  /** TikTok's name. */
  readonly event: string | null;
  readonly eventSourceId: string | null;
  readonly testEventCode: string | null;
  readonly payload: TrackEvent | null;
  readonly mapVersion: string;
  readonly nextAt: Date | null;
  readonly attempts: number;
  readonly leasedUntil: Date | null;
  readonly settledAt: Date | null;
  readonly code: number | null;
  readonly requestId: string | null;
  readonly maybeSentAt: Date | null;
}

async function eventsWhere(
  db: Database,
  condition: RawBuilder<unknown>,
  rest: RawBuilder<unknown> = sql`order by id`,
): Promise<LedgerEvent[]> {
  const { rows } = await sql<LedgerEvent>`
    select id, slug, received_at as "receivedAt", name, event_id as "eventId", source, state, reason, field, event,
      event_source_id as "eventSourceId", test_event_code as "testEventCode", payload, map_version as "mapVersion", next_at as "nextAt", attempts,
      leased_until as "leasedUntil", settled_at as "settledAt", code, request_id as "requestId", maybe_sent_at as "maybeSentAt"
    from events where ${condition} ${rest}`.execute(db);
  return rows;
}

/** An event by our own id. */
export async function eventById(db: Database, id: string): Promise<LedgerEvent | undefined> {
  return (await eventsWhere(db, sql`id = ${id}`))[0];
}

/** A tenant's events by the id that the sender gave them, oldest first: several names, sources and repetitions after 48 hours share one. */
export async function eventsOfSender(db: Database, slug: string, eventId: string): Promise<LedgerEvent[]> {
  return eventsWhere(db, sql`slug = ${slug} and event_id = ${eventId}`, sql`order by id limit 100`);
}

/** A tenant's newest events, all or those since a moment, oldest of them first. */
export async function newestEvents(
  db: Database,
  slug: string,
  { since, limit }: { readonly since?: Date; readonly limit: number },
): Promise<LedgerEvent[]> {
  const from = since === undefined ? sql`slug = ${slug}` : sql`slug = ${slug} and received_at >= ${since}`;
  return (await eventsWhere(db, from, sql`order by received_at desc, id desc limit ${limit}`)).toReversed();
}

/** Events by our own ids, that came in since a moment. */
export async function eventsByIds(db: Database, ids: readonly string[], since: Date): Promise<LedgerEvent[]> {
  return ids.length === 0 ? [] : eventsWhere(db, sql`id = any(${ids}::bigint[]) and received_at >= ${since}`);
}

/** A tenant's parked events, oldest first, and how many there are by reason. */
export async function parkedEvents(
  db: Database,
  slug: string,
  limit: number,
): Promise<{ readonly events: readonly LedgerEvent[]; readonly counts: readonly { readonly reason: string; readonly count: number }[] }> {
  const events = await eventsWhere(db, sql`slug = ${slug} and state = 'parked'`, sql`order by received_at, id limit ${limit}`);
  const { rows } = await sql<{ reason: string; count: string }>`
    select coalesce(reason, '') as reason, count(*) as count from events where slug = ${slug} and state = 'parked' group by 1 order by 2 desc`.execute(
    db,
  );
  return { events, counts: rows.map(({ reason, count }) => ({ reason, count: Number(count) })) };
}
