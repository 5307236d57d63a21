import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { type Asked, lanesOf, utcDay } from './rate-lanes.js';
import type { RateLimit } from './rate-levels.js';
import { BACK_BEFORE_MS, had, turnAt, type Waiter, waitingSince } from './rate-line.js';

/** Nobody is sent away for less: asking again at once would get the same answer. */
const LEAST_AWAY_MS = 200;
/** Nobody is sent away for longer, because the line may have become shorter. */
const LONGEST_AWAY_MS = 60_000;
/** Who has not come back for so long is taken out of the line; a tenant's share is counted anew after an hour, too. */
const SWEPT_AFTER_HOURS = 2;
/** Those whom midnight lets go on do not come together. */
const SPREAD_MS = 2_000;

/** An endpoint of one developer app, and how many slots of it will be wanted. */
export interface Wanted {
  readonly key: string;
  readonly limit: RateLimit;
  readonly calls: number;
}

/** A caller's place at one of the endpoints that it wants. */
export interface Place {
  readonly key: string;
  /** Until when it stays away. */
  readonly awayMs: number;
}

interface Turn {
  readonly endpoint: string;
  readonly day_is_over: boolean;
  readonly midnight_ms: number;
  readonly turn_ms: number;
}

/** When the endpoint's next slot falls free that nobody has. */
const free = sql`greatest(slots.next_at, (select min(free_at) from unnest(slots.lanes) as free_at))`;

function spacingMs(limit: RateLimit): number {
  const { count, periodMs } = lanesOf(limit);
  return periodMs / count;
}

/** The wanted endpoints that were ever called, as the rows `slots` and `wanted`: SQL. */
function rowsOf(wanted: readonly Wanted[]): RawBuilder<unknown> {
  const keys = wanted.map(({ key }) => key);
  const spacings = wanted.map(({ limit }) => spacingMs(limit));
  const days = wanted.map(({ limit }) => limit.qpd);
  const calls = wanted.map((each) => each.calls);
  return sql`unnest(${keys}::text[], ${spacings}::float8[], ${days}::float8[], ${calls}::integer[]) as wanted (endpoint, spacing_ms, qpd, calls)
    join rate_slots as slots on slots.endpoint = wanted.endpoint`;
}

function turnOf(waiter: Waiter | undefined): RawBuilder<unknown> {
  return turnAt(waiter, { endpoint: sql`slots.endpoint`, free, spacingMs: sql`wanted.spacing_ms` });
}

/** How far away the slot of each endpoint is for whoever asks so, in milliseconds; 0 or less when it is free. */
export async function farMs(
  db: QueryExecutorProvider,
  wanted: readonly Wanted[],
  { inLine, waiter }: Asked,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ endpoint: string; far_ms: number }>`
    select slots.endpoint, extract(epoch from ${turnOf(inLine ? waiter : undefined)} - clock_timestamp())::float8 * 1000 as far_ms
    from ${rowsOf(wanted)}`.execute(db);
  return new Map(rows.map((row) => [row.endpoint, row.far_ms]));
}

/** Puts the waiter in all lines of `turns`, in its places if it has them already: a part of an SQL statement. */
function queued(waiter: Waiter): RawBuilder<unknown> {
  const endpoint = sql`turns.endpoint`;
  return sql`queued as (
      insert into rate_waiters (endpoint, waiter, had, since, calls, turn_at)
      select ${endpoint}, ${waiter.name}, ${had(waiter, endpoint)}, ${waitingSince(waiter, endpoint)}, turns.calls, turns.turn_at from turns
      order by ${endpoint}
      on conflict (endpoint, waiter) do update set had = excluded.had, calls = excluded.calls, turn_at = excluded.turn_at)`;
}

/** Takes those out of all lines who never came back, and forgets old shares. What somebody else is at is left for the next time. */
export async function sweep(db: QueryExecutorProvider): Promise<void> {
  const old = sql`clock_timestamp() - ${SWEPT_AFTER_HOURS} * interval '1 hour'`;
  await sql`delete from rate_waiters where ctid = any(array(select ctid from rate_waiters where turn_at < ${old} for update skip locked))`.execute(
    db,
  );
  await sql`delete from rate_shares where ctid = any(array(select ctid from rate_shares where since < ${old} for update skip locked))`.execute(
    db,
  );
}

function awayMs({ day_is_over, midnight_ms, turn_ms }: Turn): number {
  // Spread, where there is no place for each.
  const spread = Math.random();
  if (day_is_over) return midnight_ms + spread * SPREAD_MS;
  return turn_ms > LONGEST_AWAY_MS ? LONGEST_AWAY_MS * (1 + spread) * 0.5 : Math.max(turn_ms - BACK_BEFORE_MS, LEAST_AWAY_MS);
}

/**
 * Until when a refused caller stays away: just before its turn at the endpoint where that comes last. It gets a place in the line of every
 * endpoint that it wants, or keeps the one that it has, among those whose tenants have had as many slots of the endpoint as its own;
 * those with fewer go first, also when they come later.
 */
export async function lastPlace(
  db: QueryExecutorProvider,
  wanted: readonly Wanted[],
  waiter: Waiter | undefined,
): Promise<Place | undefined> {
  const { rows } = await sql<Turn>`
    with turns as (
      select slots.endpoint, wanted.calls, ${turnOf(waiter)} as turn_at, slots.day = ${utcDay} and slots.day_count >= wanted.qpd as day_is_over
      from ${rowsOf(wanted)}),
    ${waiter === undefined ? sql`nobody as (select)` : queued(waiter)}
    select turns.endpoint, turns.day_is_over,
      extract(epoch from ((${utcDay} + 1)::timestamp at time zone 'utc') - clock_timestamp())::float8 * 1000 as midnight_ms,
      extract(epoch from turns.turn_at - clock_timestamp())::float8 * 1000 as turn_ms
    from turns`.execute(db);
  const places = rows.map((row) => ({ key: row.endpoint, awayMs: awayMs(row) }));
  return places.sort((a, b) => b.awayMs - a.awayMs)[0];
}
