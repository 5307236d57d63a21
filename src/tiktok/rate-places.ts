import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { type Asked, lanesOf, utcDay } from './rate-lanes.js';
import type { RateLimit } from './rate-levels.js';
import { BACK_BEFORE_MS, had, turnAt, type Waiter, waitingSince } from './rate-line.js';

/** Nobody is sent away for less: asking again at once would get the same answer. */
const LEAST_AWAY_MS = 200;
/** Nobody is sent away for longer, because the line may have become shorter. */
const LONGEST_AWAY_MS = 300_000;
/** Who has not come back for so long is taken out of the line. */
const SWEPT_AFTER_HOURS = 1;
/** Those whom midnight lets go on do not come together. */
const SPREAD_MS = 2_000;

/** An endpoint of one developer app, and how many slots of it will be wanted. */
export interface Wanted {
  readonly key: string;
  readonly limit: RateLimit;
  readonly calls: number;
}

interface Refused {
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

/** How far away the slot of each endpoint is for whoever asks so, in milliseconds; 0 or less when it is free. */
export async function farMs(
  db: QueryExecutorProvider,
  wanted: readonly Wanted[],
  { inLine, waiter }: Asked,
): Promise<ReadonlyMap<string, number>> {
  const turn = turnAt(inLine ? waiter : undefined, { endpoint: sql`slots.endpoint`, free, spacingMs: sql`wanted.spacing_ms` });
  const { rows } = await sql<{ endpoint: string; far_ms: number }>`
    select slots.endpoint, extract(epoch from ${turn} - clock_timestamp())::float8 * 1000 as far_ms
    from unnest(${wanted.map(({ key }) => key)}::text[], ${wanted.map(({ limit }) => spacingMs(limit))}::float8[]) as wanted (endpoint, spacing_ms)
    join rate_slots as slots on slots.endpoint = wanted.endpoint`.execute(db);
  return new Map(rows.map((row) => [row.endpoint, row.far_ms]));
}

/** Puts the waiter in the line of `line`, in its place if it is there already, and takes those out who never came back: SQL. */
function queued({ name, fairnessKey }: Waiter, calls: number, endpoint: RawBuilder<unknown>): RawBuilder<unknown> {
  const waiter: Waiter = { name, fairnessKey };
  return sql`queued as (
      insert into rate_waiters (endpoint, waiter, had, since, calls, turn_at)
      select ${endpoint}, ${name}, ${had(waiter, endpoint)}, ${waitingSince(waiter, endpoint)}, ${calls}::integer, line.turn_at from line
      on conflict (endpoint, waiter) do update set had = excluded.had, calls = excluded.calls, turn_at = excluded.turn_at),
    swept as (delete from rate_waiters where rate_waiters.endpoint = ${endpoint} and rate_waiters.waiter <> ${name}
      and rate_waiters.turn_at < clock_timestamp() - ${SWEPT_AFTER_HOURS} * interval '1 hour')`;
}

/**
 * Until when a refused caller stays away: just before its turn. It keeps its place among those whose tenants have had as many slots of
 * the endpoint as its own; those with fewer go first, also when they come later.
 */
export async function refusedForMs(db: QueryExecutorProvider, { key, limit, calls }: Wanted, waiter: Waiter | undefined): Promise<number> {
  const endpoint = sql`${key}::text`;
  const turn = turnAt(waiter, { endpoint, free, spacingMs: sql`${spacingMs(limit)}::float8` });
  const { rows } = await sql<Refused>`
    with line as (select slots.*, ${turn} as turn_at from rate_slots as slots where slots.endpoint = ${endpoint}),
    ${waiter === undefined ? sql`nobody as (select)` : queued(waiter, calls, endpoint)}
    select
      line.day = ${utcDay} and line.day_count >= ${limit.qpd} as day_is_over,
      extract(epoch from ((${utcDay} + 1)::timestamp at time zone 'utc') - clock_timestamp())::float8 * 1000 as midnight_ms,
      extract(epoch from line.turn_at - clock_timestamp())::float8 * 1000 as turn_ms
    from line`.execute(db);
  const [line] = rows;
  const spread = Math.random();
  if (line?.day_is_over) return line.midnight_ms + spread * SPREAD_MS;
  const turnMs = line?.turn_ms ?? 0;
  return turnMs > LONGEST_AWAY_MS ? LONGEST_AWAY_MS * (1 + spread) * 0.5 : Math.max(turnMs - BACK_BEFORE_MS, LEAST_AWAY_MS);
}
