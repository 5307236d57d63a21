import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type QueryExecutorProvider, sql } from 'kysely';
import { SlotFarAway } from './not-sent.js';
import { type RateLevel, type RateLimit, rateLimitOf } from './rate-levels.js';

/** Our clock and TikTok's do not cut seconds alike, and the way there varies. */
const HEADROOM = 1.03;
/** A slot further away than this is left to others, unless the call may not be repeated. */
const FAR_AWAY_MS = 2_000;
/** Woken later than this, we would come together with those behind us. */
const LATE_MS = 30;
const MOST_RETAKES = 5;

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
   * @returns the slot by the database's clock, null where there is no limit
   * @throws SlotFarAway when it is more than 2 s away, or the day's calls are used up; nothing is then used up
   * @throws AbortError when the signal ends the wait, and whatever the database answers
   */
  take(endpoint: string, options?: SlotOptions): Promise<Date | null>;
}

export interface LimiterOptions {
  /** The engine's database; all workers of one developer app share it. */
  readonly db: QueryExecutorProvider;
  readonly appId: string;
  readonly level: RateLevel;
}

interface Granted {
  readonly slot: Date;
  readonly wait_ms: number;
}

interface Refused {
  readonly wait_ms: number;
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
async function grant(db: QueryExecutorProvider, key: string, limit: RateLimit, irreversible: boolean): Promise<Granted | undefined> {
  const spacing = sql`${spacingMs(limit)} * interval '1 millisecond'`;
  const { rows } = await sql<Granted>`
    insert into rate_slots as slots (endpoint, next_at, day, day_count)
    values (${key}, clock_timestamp() + ${spacing}, ${utcDay}, 1)
    on conflict (endpoint) do update set
      next_at = greatest(slots.next_at, clock_timestamp()) + ${spacing},
      day = excluded.day,
      day_count = case when slots.day = excluded.day then slots.day_count + 1 else 1 end
    where (${irreversible} or slots.next_at <= clock_timestamp() + ${FAR_AWAY_MS} * interval '1 millisecond')
      and (slots.day <> excluded.day or slots.day_count < ${limit.qpd})
    returning
      slots.next_at - ${spacing} as slot,
      extract(epoch from slots.next_at - ${spacing} - clock_timestamp())::float8 * 1000 as wait_ms`.execute(db);
  return rows[0];
}

/** Until when a refused caller stays away: the slot that would have been its own, or the next UTC day. */
async function refusedForMs(db: QueryExecutorProvider, key: string, limit: RateLimit): Promise<number> {
  const { rows } = await sql<Refused>`
    select extract(epoch from
      case when day = ${utcDay} and day_count >= ${limit.qpd}
        then ((${utcDay} + 1)::timestamp at time zone 'utc') - clock_timestamp()
        else next_at - clock_timestamp()
      end)::float8 * 1000 as wait_ms
    from rate_slots where endpoint = ${key}`.execute(db);
  // Spread, so that those who were refused together do not come back together.
  return Math.max(rows[0]?.wait_ms ?? 0, 0) + Math.random() * FAR_AWAY_MS;
}

/** Slots for TikTok's endpoints, shared by all workers through PostgreSQL (design, section 8). */
export function createLimiter({ db, appId, level }: LimiterOptions): Limiter {
  return {
    async take(endpoint, { irreversible = false, signal } = {}) {
      const limit = rateLimitOf(level, endpoint);
      if (limit === null) return null;
      const key = `${appId} ${endpoint}`;
      for (let retakes = 0; ; retakes += 1) {
        signal?.throwIfAborted();
        const granted = await grant(db, key, limit, irreversible);
        if (granted === undefined) throw new SlotFarAway(endpoint, await refusedForMs(db, key, limit));
        const waitMs = Math.max(granted.wait_ms, 0);
        const wakeAt = performance.now() + waitMs;
        if (waitMs > 0) await sleep(waitMs, undefined, signal ? { signal } : {});
        if (performance.now() <= wakeAt + LATE_MS || retakes === MOST_RETAKES) return granted.slot;
      }
    },
  };
}
