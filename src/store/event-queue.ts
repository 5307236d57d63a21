import { sql, type Transaction } from 'kysely';
import type { ParkReason } from '../contract/event-reasons.js';
import type { EventSource } from '../contract/events.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

/** A pixel, app or event set for which events are due. */
export interface DuePlace {
  readonly eventSourceId: string;
  /** When the oldest event that waits for it came in. */
  readonly oldestAt: Date;
  /** Since when the first of the due ones is due. */
  readonly dueAt: Date;
}

/**
 * The destinations with events that may be sent now, each found by a jump in the index, whatever waits behind.
 * @param since no event older than this is looked at, so that partitions of older days cost nothing
 */
export async function duePlaces(db: Database, { now, since }: { readonly now: Date; readonly since: Date }): Promise<DuePlace[]> {
  const { rows } = await sql<{ event_source_id: string; oldest_at: Date; due_at: Date }>`
    with recursive places (event_source_id) as (
      (select event_source_id from events where state = 'waiting' and received_at >= ${since} order by event_source_id limit 1)
      union all
      select (select e.event_source_id from events e
        where e.state = 'waiting' and e.received_at >= ${since} and e.event_source_id > p.event_source_id
        order by e.event_source_id limit 1)
      from places p where p.event_source_id is not null)
    select p.event_source_id, oldest.received_at as oldest_at, due.next_at as due_at
    from places p
    cross join lateral (select e.received_at from events e
      where e.state = 'waiting' and e.received_at >= ${since} and e.event_source_id = p.event_source_id order by e.received_at limit 1) oldest
    cross join lateral (select e.next_at from events e
      where e.state = 'waiting' and e.received_at >= ${since} and e.event_source_id = p.event_source_id
        and e.next_at <= ${now} and (e.leased_until is null or e.leased_until <= ${now})
      order by e.next_at limit 1) due
    where p.event_source_id is not null`.execute(db);
  return rows.map(({ event_source_id, oldest_at, due_at }) => ({ eventSourceId: event_source_id, oldestAt: oldest_at, dueAt: due_at }));
}

/** When the oldest event that waits came in; undefined where none waits. Looks at every day, so it is for now and then. */
export async function oldestWaiting(db: Database): Promise<Date | undefined> {
  const places = await duePlacesOfAllTime(db);
  return places.reduce<Date | undefined>((oldest, at) => (oldest === undefined || at < oldest ? at : oldest), undefined);
}

async function duePlacesOfAllTime(db: Database): Promise<Date[]> {
  const { rows } = await sql<{ oldest_at: Date }>`
    with recursive places (event_source_id) as (
      (select event_source_id from events where state = 'waiting' order by event_source_id limit 1)
      union all
      select (select e.event_source_id from events e where e.state = 'waiting' and e.event_source_id > p.event_source_id
        order by e.event_source_id limit 1)
      from places p where p.event_source_id is not null)
    select oldest.received_at as oldest_at
    from places p
    cross join lateral (select e.received_at from events e
      where e.state = 'waiting' and e.event_source_id = p.event_source_id order by e.received_at limit 1) oldest
    where p.event_source_id is not null`.execute(db);
  return rows.map(({ oldest_at }) => oldest_at);
}

/** An event that this process has to send, and nobody else until the lease is over. */
export interface ClaimedEvent {
  readonly id: string;
  readonly receivedAt: Date;
  readonly slug: string;
  readonly source: EventSource;
  readonly eventSourceId: string;
  readonly testEventCode: string | null;
  /** Exactly what goes to TikTok, as JSON. */
  readonly payload: string;
  /** When it happened, in Unix seconds. */
  readonly eventTime: number;
  /** TikTok would know it if it came again: an app's event has no id there (facts 4.2). */
  readonly recognised: boolean;
  /** 1, 2, 3 …: the attempt that the claim has begun. */
  readonly attempt: number;
  /** When an earlier attempt may have reached TikTok. */
  readonly maybeSentAt: Date | null;
  /** The sender that had it before ended without a word. */
  readonly abandoned: boolean;
}

interface Claim {
  readonly eventSourceId: string;
  readonly now: Date;
  readonly since: Date;
  readonly leaseMs: number;
  readonly most: number;
}

interface ClaimedRow {
  readonly id: string;
  readonly received_at: Date;
  readonly slug: string;
  readonly source: EventSource;
  readonly test_event_code: string | null;
  readonly payload: string;
  readonly event_time: number;
  readonly recognised: boolean;
  readonly attempts: number;
  readonly maybe_sent_at: Date | null;
  readonly leased_until: Date | null;
}

/** The first and last arrival of some events: they name the partitions that a statement touches. */
function arrivals(events: readonly { readonly receivedAt: Date }[]): { readonly first: Date; readonly last: Date } {
  const times = events.map(({ receivedAt }) => receivedAt.getTime());
  return { first: new Date(times.reduce((a, b) => Math.min(a, b))), last: new Date(times.reduce((a, b) => Math.max(a, b))) };
}

/**
 * Claims what is due for one destination, the longest due first, and counts the attempt. Senders at work at once get different events and
 * do not wait for each other. Whoever dies leaves its events to the others when the lease is over; those say `abandoned`.
 */
export async function claimEvents(db: Database, { eventSourceId, now, since, leaseMs, most }: Claim): Promise<ClaimedEvent[]> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<ClaimedRow>`
      select id, received_at, slug, source, test_event_code, payload::text as payload, (payload->>'event_time')::float8 as event_time,
        payload->>'event_id' is not null as recognised, attempts, maybe_sent_at, leased_until
      from events
      where state = 'waiting' and received_at >= ${since} and event_source_id = ${eventSourceId}
        and next_at <= ${now} and (leased_until is null or leased_until <= ${now})
      order by next_at limit ${most} for update skip locked`.execute(transaction);
    const claimed = rows.map((row): ClaimedEvent => {
      const begunAt = row.leased_until === null ? null : new Date(row.leased_until.getTime() - leaseMs);
      return {
        id: row.id,
        receivedAt: row.received_at,
        slug: row.slug,
        source: row.source,
        eventSourceId,
        testEventCode: row.test_event_code,
        payload: row.payload,
        eventTime: row.event_time,
        recognised: row.recognised,
        attempt: row.attempts + 1,
        maybeSentAt: row.maybe_sent_at ?? begunAt,
        abandoned: row.leased_until !== null,
      };
    });
    if (claimed.length > 0) {
      const { first, last } = arrivals(claimed);
      await sql`
        update events set attempts = attempts + 1, leased_until = ${new Date(now.getTime() + leaseMs)},
          maybe_sent_at = coalesce(maybe_sent_at, leased_until - ${leaseMs}::float8 * interval '1 millisecond')
        where id = any(${claimed.map(({ id }) => id)}::bigint[]) and received_at between ${first} and ${last}`.execute(transaction);
      await recordAbandoned(transaction, eventSourceId, claimed, now);
    }
    return claimed;
  });
}

async function recordAbandoned(
  transaction: Transaction<Tables>,
  eventSourceId: string,
  claimed: readonly ClaimedEvent[],
  now: Date,
): Promise<void> {
  const rows = claimed.filter(({ abandoned }) => abandoned).map(({ id }) => id);
  if (rows.length === 0) return;
  await transaction
    .insertInto('event_attempts')
    .values({ event_source_id: eventSourceId, at: now, event_rows: rows, outcome: 'sender_ended', certain: false })
    .execute();
}

interface Answered {
  readonly now: Date;
  readonly requestId: string;
}

/**
 * TikTok took these events. What another sender claimed in between is settled too: it went out, and what the other does is a repetition.
 * @returns how many were still open
 */
export async function settleSent(db: Database, events: readonly ClaimedEvent[], { now, requestId }: Answered): Promise<number> {
  if (events.length === 0) return 0;
  const { first, last } = arrivals(events);
  const { numAffectedRows } = await sql`
    update events set state = 'sent', code = 0, request_id = ${requestId}, settled_at = ${now}, reason = null, leased_until = null,
      next_at = null, maybe_sent_at = null
    where id = any(${events.map(({ id }) => id)}::bigint[]) and received_at between ${first} and ${last}
      and state in ('waiting', 'parked')`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

export interface Parked {
  readonly event: ClaimedEvent;
  readonly reason: ParkReason;
  readonly code: number | null;
  readonly requestId: string | null;
}

/** Takes events out of the queue, each with why, until a person does something about it. */
export async function parkEvents(db: Database, parked: readonly Parked[], now: Date): Promise<void> {
  if (parked.length === 0) return;
  const { first, last } = arrivals(parked.map(({ event }) => event));
  await sql`
    update events e set state = 'parked', reason = p.reason, code = p.code, request_id = p.request_id, settled_at = ${now},
      leased_until = null, next_at = null, maybe_sent_at = coalesce(e.maybe_sent_at, p.maybe_sent_at)
    from unnest(${parked.map(({ event }) => event.id)}::bigint[], ${parked.map(({ event }) => event.attempt)}::integer[],
      ${parked.map(({ reason }) => reason)}::text[], ${parked.map(({ code }) => code)}::integer[],
      ${parked.map(({ requestId }) => requestId)}::text[], ${parked.map(({ event }) => event.maybeSentAt)}::timestamptz[])
      as p (id, attempt, reason, code, request_id, maybe_sent_at)
    where e.id = p.id and e.received_at between ${first} and ${last} and e.state = 'waiting' and e.attempts = p.attempt`.execute(db);
}

export interface Postponed {
  readonly event: ClaimedEvent;
  readonly nextAt: Date;
}

interface Why {
  readonly code: number | null;
  readonly requestId: string | null;
}

/** Puts events back into the queue, for that instant; what TikTok said stays with them until they are settled. */
export async function postponeEvents(db: Database, postponed: readonly Postponed[], { code, requestId }: Why): Promise<void> {
  if (postponed.length === 0) return;
  const { first, last } = arrivals(postponed.map(({ event }) => event));
  await sql`
    update events e set leased_until = null, next_at = p.next_at, maybe_sent_at = coalesce(e.maybe_sent_at, p.maybe_sent_at),
      code = coalesce(${code}::integer, e.code), request_id = coalesce(${requestId}::text, e.request_id)
    from unnest(${postponed.map(({ event }) => event.id)}::bigint[], ${postponed.map(({ event }) => event.attempt)}::integer[],
      ${postponed.map(({ nextAt }) => nextAt)}::timestamptz[], ${postponed.map(({ event }) => event.maybeSentAt)}::timestamptz[])
      as p (id, attempt, next_at, maybe_sent_at)
    where e.id = p.id and e.received_at between ${first} and ${last} and e.state = 'waiting' and e.attempts = p.attempt`.execute(db);
}

/** What was claimed and never sent goes back as it was: the attempt did not happen. */
export async function giveBackEvents(db: Database, events: readonly ClaimedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const { first, last } = arrivals(events);
  await sql`
    update events e set leased_until = null, attempts = e.attempts - 1, maybe_sent_at = coalesce(e.maybe_sent_at, p.maybe_sent_at)
    from unnest(${events.map(({ id }) => id)}::bigint[], ${events.map(({ attempt }) => attempt)}::integer[],
      ${events.map(({ maybeSentAt }) => maybeSentAt)}::timestamptz[]) as p (id, attempt, maybe_sent_at)
    where e.id = p.id and e.received_at between ${first} and ${last} and e.state = 'waiting' and e.attempts = p.attempt`.execute(db);
}
