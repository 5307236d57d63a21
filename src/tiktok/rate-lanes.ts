import { type QueryExecutorProvider, sql } from 'kysely';
import type { RateLimit } from './rate-levels.js';

/** Our clock and TikTok's do not cut seconds alike, and the way there varies. */
const HEADROOM = 1.03;
/** Who was sent away is back so long before a slot falls free, however late Temporal's timer is. */
const BACK_BEFORE_MS = 1_500;
/** Nobody is sent away for longer; beyond that, places in the line would outlive those who were given them. */
const LONGEST_AWAY_MS = 60_000;
/** Half of a second's headroom; the other half is for the way to TikTok. Whoever is later than this holds up the next in its lane. */
const LATE_MS = 15;
/** For endpoints with a thousand calls a second; a lane has several of them then. */
const MOST_LANES = 50;
/** A slot that is over for so long is not used: those behind have gone. */
export const OVERSLEPT_MS = 500;
/** Those whom midnight lets go on do not come together. */
const SPREAD_MS = 2_000;

export interface Granted {
  readonly lane: number;
  readonly slot: Date;
  readonly wait_ms: number;
  /** By how much the lane had been held up when the slot was given. */
  readonly held_up_ms: number;
}

interface Refused {
  readonly day_is_over: boolean;
  readonly midnight_ms: number;
  readonly place_ms: number;
}

interface Lanes {
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
function lanesOf({ qps, qpm }: RateLimit): Lanes {
  const perSecond = qps < 1 ? qps : Math.floor(qps);
  const count = Math.min(Math.max(1, perSecond), MOST_LANES);
  const spacingMs = Math.max(1_000 / perSecond, 60_000 / qpm);
  return { count, spacingMs, periodMs: count * spacingMs * HEADROOM };
}

const utcDay = sql`(clock_timestamp() at time zone 'utc')::date`;

function milliseconds(count: number) {
  return sql`${count}::float8 * interval '1 millisecond'`;
}

/**
 * The next slot of the lane that is free first, in one statement: the row's lock gives every caller its own, and the first call of an
 * idle endpoint earns nothing for the calls that were not made. The day is TikTok's, by UTC.
 */
export async function grant(
  db: QueryExecutorProvider,
  key: string,
  limit: RateLimit,
  withinMs: number | null,
): Promise<Granted | undefined> {
  const { count, periodMs, spacingMs } = lanesOf(limit);
  const period = milliseconds(periodMs);
  const all = sql`array[${count}::integer]`;
  // Another number of lanes than before, because the app's level changed: none is free before the old line's end.
  const lanes = sql`case when cardinality(slots.lanes) = ${count} then slots.lanes else array_fill(slots.next_at, ${all}) end`;
  const heldUp = sql`case when cardinality(slots.held_up_ms) = ${count} then slots.held_up_ms else array_fill(0::float8, ${all}) end`;
  const { rows } = await sql<Granted>`
    insert into rate_slots as slots (endpoint, next_at, lane, lanes, held_up_ms, day, day_count)
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
    where (${withinMs}::float8 is null
        or greatest(slots.next_at, (select min(free_at) from unnest(${lanes}) as free_at)) <= clock_timestamp() + ${withinMs}::float8 * interval '1 millisecond')
      and (slots.day <> excluded.day or slots.day_count < ${limit.qpd})
    returning
      slots.lane::integer as lane,
      slots.lanes[slots.lane] - ${period} as slot,
      slots.held_up_ms[slots.lane] as held_up_ms,
      extract(epoch from slots.lanes[slots.lane] - ${period} - clock_timestamp())::float8 * 1000 as wait_ms`.execute(db);
  return rows[0];
}

/** How far away the next slot is that nobody has, in milliseconds; 0 or less when it is free. */
export async function farMs(db: QueryExecutorProvider, key: string): Promise<number> {
  const { rows } = await sql<{ far_ms: number }>`
    select extract(epoch from greatest(next_at, (select min(free_at) from unnest(lanes) as free_at)) - clock_timestamp())::float8 * 1000 as far_ms
    from rate_slots where endpoint = ${key}`.execute(db);
  return rows[0]?.far_ms ?? 0;
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

/**
 * Until when a refused caller stays away: just before the end of the line of those who were sent away earlier, so that they come back
 * one after the other, as fast as slots fall free. A place in it is no slot: who has begun, or comes by chance, may be faster.
 */
export async function refusedForMs(db: QueryExecutorProvider, key: string, limit: RateLimit): Promise<number> {
  const { count, periodMs } = lanesOf(limit);
  const end = sql`greatest(returning_at, next_at, (select min(free_at) from unnest(lanes) as free_at))`;
  const { rows } = await sql<Refused>`
    update rate_slots set
      returning_at = case when ${end} > clock_timestamp() + ${milliseconds(LONGEST_AWAY_MS)} then returning_at else ${end} + ${milliseconds(periodMs / count)} end
    where endpoint = ${key}
    returning
      day = ${utcDay} and day_count >= ${limit.qpd} as day_is_over,
      extract(epoch from ((${utcDay} + 1)::timestamp at time zone 'utc') - clock_timestamp())::float8 * 1000 as midnight_ms,
      extract(epoch from ${end} - clock_timestamp())::float8 * 1000 as place_ms`.execute(db);
  const [line] = rows;
  // Spread, where there is no place for each.
  const spread = Math.random();
  if (line?.day_is_over) return line.midnight_ms + spread * SPREAD_MS;
  if ((line?.place_ms ?? 0) > LONGEST_AWAY_MS) return LONGEST_AWAY_MS * (1 + spread) * 0.5;
  return Math.max((line?.place_ms ?? 0) - BACK_BEFORE_MS, 0);
}
