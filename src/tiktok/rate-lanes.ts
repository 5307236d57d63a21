import { type QueryExecutorProvider, sql } from 'kysely';
import type { RateLimit } from './rate-levels.js';
import { milliseconds, served, turnAt, type Waiter } from './rate-line.js';

/** Our clock and TikTok's do not cut seconds alike, and the way there varies. */
const HEADROOM = 1.03;
/** Half of a second's headroom; the other half is for the way to TikTok. Whoever is later than this holds up the next in its lane. */
const LATE_MS = 15;
/** For endpoints with a thousand calls a second; a lane has several of them then. */
const MOST_LANES = 50;
/** A slot that is over for so long is not used: those behind have gone. */
export const OVERSLEPT_MS = 500;

/** How a slot is asked for. */
export interface Asked {
  /** How far away it may be, in milliseconds; null however far. */
  readonly withinMs: number | null;
  /** Whether those who go first are let go. */
  readonly inLine: boolean;
  /** Undefined for whoever belongs to no tenant. */
  readonly waiter: Waiter | undefined;
}

export interface Granted {
  readonly lane: number;
  readonly slot: Date;
  readonly wait_ms: number;
  /** By how much the lane had been held up when the slot was given. */
  readonly held_up_ms: number;
}

export interface Lanes {
  readonly count: number;
  /** Milliseconds between two calls of one lane. */
  readonly periodMs: number;
  /** Milliseconds between two calls of the endpoint. */
  readonly spacingMs: number;
}

/**
 * A limit of three a second as three lanes of one call each in a little more than a second: whatever is late in one lane delays
 * nothing in the others, and no second has more than three.
 */
export function lanesOf({ qps, qpm }: RateLimit): Lanes {
  const perSecond = qps < 1 ? qps : Math.floor(qps);
  const count = Math.min(Math.max(1, perSecond), MOST_LANES);
  const spacingMs = Math.max(1_000 / perSecond, 60_000 / qpm);
  return { count, spacingMs, periodMs: count * spacingMs * HEADROOM };
}

export const utcDay = sql`(clock_timestamp() at time zone 'utc')::date`;

/**
 * The next slot of the lane that is free first, in one statement: the row's lock gives every caller its own, and the first call of an
 * idle endpoint earns nothing for the calls that were not made. The day is TikTok's, by UTC.
 */
export async function grant(
  db: QueryExecutorProvider,
  key: string,
  limit: RateLimit,
  { withinMs, inLine, waiter }: Asked,
): Promise<Granted | undefined> {
  const endpoint = sql`${key}::text`;
  const { count, periodMs, spacingMs } = lanesOf(limit);
  const period = milliseconds(periodMs);
  const all = sql`array[${count}::integer]`;
  // Another number of lanes than before, because the app's level changed: none is free before the old line's end.
  const lanes = sql`case when cardinality(slots.lanes) = ${count} then slots.lanes else array_fill(slots.next_at, ${all}) end`;
  const heldUp = sql`case when cardinality(slots.held_up_ms) = ${count} then slots.held_up_ms else array_fill(0::float8, ${all}) end`;
  const free = sql`greatest(slots.next_at, (select min(free_at) from unnest(${lanes}) as free_at))`;
  const turn = turnAt(inLine ? waiter : undefined, { endpoint, free, spacingMs: sql`${periodMs / count}::float8` });
  const { rows } = await sql<Granted>`
    with granted as (insert into rate_slots as slots (endpoint, next_at, lane, lanes, held_up_ms, day, day_count)
    values (${key}, clock_timestamp() + ${milliseconds(spacingMs)}, 1, (clock_timestamp() + ${period}) || array_fill(clock_timestamp(), array[${count - 1}::integer]),
      array_fill(0::float8, ${all}), ${utcDay}, 1)
    on conflict (endpoint) do update set
      (next_at, lane, lanes) = (
        select chosen.slot + ${milliseconds(spacingMs)}, chosen.lane,
          (select array_agg(case when lane = chosen.lane then chosen.slot + ${period} else free_at end order by lane)
            from unnest(${lanes}) with ordinality as each(free_at, lane))
        from (select lane, greatest(free_at, slots.next_at, clock_timestamp()) as slot
          from unnest(${lanes}) with ordinality as each(free_at, lane) order by free_at, lane limit 1) as chosen),
      held_up_ms = ${heldUp},
      day = excluded.day,
      day_count = case when slots.day = excluded.day then slots.day_count + 1 else 1 end
    where (${withinMs}::float8 is null or ${turn} <= clock_timestamp() + ${withinMs}::float8 * interval '1 millisecond')
      and (slots.day <> excluded.day or slots.day_count < ${limit.qpd})
    returning
      slots.lane::integer as lane,
      slots.lanes[slots.lane] - ${period} as slot,
      slots.held_up_ms[slots.lane] as held_up_ms,
      extract(epoch from slots.lanes[slots.lane] - ${period} - clock_timestamp())::float8 * 1000 as wait_ms),
      ${waiter === undefined ? sql`nobody as (select)` : served(waiter, endpoint)}
    select * from granted`.execute(db);
  return rows[0];
}

/**
 * How late the holder of a slot is, by the database's clock; negative while the slot is still to come. The slots of a lane move when
 * somebody before is late, so that its calls never come closer together than planned, and none is lost.
 */
export async function latenessMs(db: QueryExecutorProvider, key: string, { lane, slot, held_up_ms }: Granted): Promise<number> {
  const now = sql`coalesce(held_up_ms[${lane}::integer], 0)`;
  const late = sql`(extract(epoch from clock_timestamp() - ${slot}::timestamptz)::float8 * 1000 - (${now} - ${held_up_ms}::float8))`;
  const seen = await sql<{ late_ms: number }>`select ${late} as late_ms from rate_slots where endpoint = ${key}`.execute(db);
  const lateMs = seen.rows[0]?.late_ms ?? 0;
  if (lateMs <= LATE_MS || lateMs > OVERSLEPT_MS) return lateMs;
  const holdUp = sql`greatest(${late} - ${LATE_MS}, 0)`;
  await sql`
    update rate_slots set
      held_up_ms[${lane}::integer] = ${now} + ${holdUp},
      lanes[${lane}::integer] = lanes[${lane}::integer] + ${holdUp} * interval '1 millisecond'
    where endpoint = ${key}`.execute(db);
  return LATE_MS;
}
