import { setTimeout as sleep } from 'node:timers/promises';
import { type QueryExecutorProvider, sql } from 'kysely';
import { SlotFarAway } from './not-sent.js';
import { type RateLevel, type RateLimit, rateLimitOf } from './rate-levels.js';

/** Our clock and TikTok's do not cut seconds alike, and the way there varies. */
const HEADROOM = 1.03;
/** A slot further away than this is left to others, unless the call may not be repeated. */
const FAR_AWAY_MS = 2_000;
/** An attempt that has sent something waits longer for its next calls: coming back, it would send the first ones again. */
const BEGUN_FAR_AWAY_MS = 15_000;
/** Who was sent away is back so long before a slot falls free, however late Temporal's timer is. */
const BACK_BEFORE_MS = 1_500;
/** Nobody is sent away for longer; beyond that, places in the line would outlive those who were given them. */
const LONGEST_AWAY_MS = 60_000;
/** Half of the headroom of a second; the other half is for the way to TikTok. Whoever wakes later than this holds up those behind. */
const LATE_MS = 15;
/** A slot that is over for so long is not used: those behind have gone. */
const OVERSLEPT_MS = 500;

export interface SlotOptions {
  /** Waits for its slot however far it is, because its activity has one attempt. */
  readonly irreversible?: boolean;
  /** Ends the wait; the slot is then lost. */
  readonly signal?: AbortSignal | undefined;
}

export interface Limiter {
  /**
   * Waits until the endpoint may be called. The order is that of asking, over all processes on the database.
   *
   * @returns when the call may go out, by the database's clock; null where there is no limit
   * @throws SlotFarAway when it is more than 2 s away (15 s for an attempt that had a slot before), or the day's calls are used up;
   *   nothing is then used up
   * @throws AbortError when the signal ends the wait, and whatever the database answers
   */
  take(endpoint: string, options?: SlotOptions): Promise<Date | null>;
}

export interface LimiterOptions {
  /** The engine's database; all workers of one developer app share it. */
  readonly db: QueryExecutorProvider;
  readonly appId: string;
  readonly level: RateLevel;
  /** The attempt that asks; undefined for a caller who may come back at any time. */
  readonly attempt?: () => Attempt | undefined;
}

export interface Attempt {
  /** One object for each attempt. */
  readonly identity: object;
  /** Whether there is no other: then every call in it waits for its slot, also those that could be repeated. */
  readonly only: boolean;
}

interface Granted {
  readonly slot: Date;
  readonly wait_ms: number;
  /** By how much the line had been held up when the slot was given. */
  readonly held_up_ms: number;
}

interface Refused {
  readonly day_is_over: boolean;
  readonly midnight_ms: number;
  readonly place_ms: number;
}

/** Milliseconds between two calls. */
function spacingMs({ qps, qpm }: RateLimit): number {
  return Math.max(1_000 / qps, 60_000 / qpm) * HEADROOM;
}

const utcDay = sql`(clock_timestamp() at time zone 'utc')::date`;

/**
 * GCRA without a burst, in one statement: the row's lock gives every caller its own slot, and the first call of an idle endpoint
 * earns nothing for the calls that were not made. The day is TikTok's, by UTC.
 */
async function grant(db: QueryExecutorProvider, key: string, limit: RateLimit, withinMs: number | null): Promise<Granted | undefined> {
  const spacing = sql`${spacingMs(limit)} * interval '1 millisecond'`;
  const { rows } = await sql<Granted>`
    insert into rate_slots as slots (endpoint, next_at, day, day_count)
    values (${key}, clock_timestamp() + ${spacing}, ${utcDay}, 1)
    on conflict (endpoint) do update set
      next_at = greatest(slots.next_at, clock_timestamp()) + ${spacing},
      day = excluded.day,
      day_count = case when slots.day = excluded.day then slots.day_count + 1 else 1 end
    where (${withinMs}::float8 is null or slots.next_at <= clock_timestamp() + ${withinMs}::float8 * interval '1 millisecond')
      and (slots.day <> excluded.day or slots.day_count < ${limit.qpd})
    returning
      slots.next_at - ${spacing} as slot,
      slots.held_up_ms,
      extract(epoch from slots.next_at - ${spacing} - clock_timestamp())::float8 * 1000 as wait_ms`.execute(db);
  return rows[0];
}

/**
 * How late the holder of a slot is, by the database's clock; negative while the slot is still to come. Slots move when somebody
 * before is late, so that calls never come closer together than was planned, and none is lost.
 */
async function latenessMs(db: QueryExecutorProvider, key: string, { slot, held_up_ms }: Granted): Promise<number> {
  const late = sql`(extract(epoch from clock_timestamp() - ${slot}::timestamptz)::float8 * 1000 - (held_up_ms - ${held_up_ms}::float8))`;
  const seen = await sql<{ late_ms: number }>`select ${late} as late_ms from rate_slots where endpoint = ${key}`.execute(db);
  const lateMs = seen.rows[0]?.late_ms ?? 0;
  if (lateMs <= LATE_MS || lateMs > OVERSLEPT_MS) return lateMs;
  await sql`
    update rate_slots set
      held_up_ms = held_up_ms + greatest(${late} - ${LATE_MS}, 0),
      next_at = next_at + greatest(${late} - ${LATE_MS}, 0) * interval '1 millisecond'
    where endpoint = ${key}`.execute(db);
  return LATE_MS;
}

/**
 * Until when a refused caller stays away: just before the end of the line of those who were sent away earlier, so that they come back
 * one after the other, as fast as slots fall free. A place in it is no slot: who has begun, or comes by chance, may be faster.
 */
async function refusedForMs(db: QueryExecutorProvider, key: string, limit: RateLimit): Promise<number> {
  const { rows } = await sql<Refused>`
    update rate_slots set
      returning_at = case when greatest(returning_at, next_at) > clock_timestamp() + ${LONGEST_AWAY_MS} * interval '1 millisecond'
        then returning_at else greatest(returning_at, next_at) + ${spacingMs(limit)} * interval '1 millisecond' end
    where endpoint = ${key}
    returning
      day = ${utcDay} and day_count >= ${limit.qpd} as day_is_over,
      extract(epoch from ((${utcDay} + 1)::timestamp at time zone 'utc') - clock_timestamp())::float8 * 1000 as midnight_ms,
      extract(epoch from greatest(returning_at, next_at) - clock_timestamp())::float8 * 1000 as place_ms`.execute(db);
  const [line] = rows;
  // Spread, where there is no place for each.
  const spread = Math.random();
  if (line?.day_is_over) return line.midnight_ms + spread * FAR_AWAY_MS;
  if ((line?.place_ms ?? 0) > LONGEST_AWAY_MS) return LONGEST_AWAY_MS * (1 + spread) * 0.5;
  return Math.max((line?.place_ms ?? 0) - BACK_BEFORE_MS, 0);
}

/** Slots for TikTok's endpoints, shared by all workers through PostgreSQL (design, section 8). */
export function createLimiter({ db, appId, level, attempt = () => undefined }: LimiterOptions): Limiter {
  /** How the first asking of each attempt went. */
  const firsts = new WeakMap<object, Promise<'granted' | 'failed' | SlotFarAway>>();

  async function ask(endpoint: string, limit: RateLimit, withinMs: number | null): Promise<Granted> {
    const key = `${appId} ${endpoint}`;
    const granted = await grant(db, key, limit, withinMs);
    if (granted === undefined) throw new SlotFarAway(endpoint, await refusedForMs(db, key, limit));
    return granted;
  }

  /** Calls of one attempt that go out together: the first one decides whether the attempt goes on, so that none is sent in vain. */
  async function askInTurn(endpoint: string, limit: RateLimit, irreversible: boolean): Promise<Granted> {
    const asking = attempt();
    if (irreversible || asking?.only) return ask(endpoint, limit, null);
    if (asking === undefined) return ask(endpoint, limit, FAR_AWAY_MS);
    const first = firsts.get(asking.identity);
    if (first === undefined) {
      const asked = ask(endpoint, limit, FAR_AWAY_MS);
      const remembered = asked.then(
        () => 'granted' as const,
        (error: unknown) => (error instanceof SlotFarAway ? error : 'failed'),
      );
      firsts.set(asking.identity, remembered);
      return asked;
    }
    const outcome = await first;
    if (outcome instanceof SlotFarAway) throw outcome;
    return ask(endpoint, limit, outcome === 'granted' ? BEGUN_FAR_AWAY_MS : FAR_AWAY_MS);
  }

  return {
    async take(endpoint, { irreversible = false, signal } = {}) {
      const limit = rateLimitOf(level, endpoint);
      if (limit === null) return null;
      const key = `${appId} ${endpoint}`;
      for (;;) {
        signal?.throwIfAborted();
        const granted = await askInTurn(endpoint, limit, irreversible);
        let waitMs = granted.wait_ms;
        if (waitMs <= 0) return granted.slot;
        while (waitMs > 0) {
          await sleep(Math.ceil(waitMs), undefined, signal ? { signal } : {});
          waitMs = -(await latenessMs(db, key, granted));
        }
        if (waitMs >= -OVERSLEPT_MS) return new Date(granted.slot.getTime() - waitMs);
      }
    },
  };
}
