import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryExecutorProvider } from 'kysely';
import { SlotFarAway } from './not-sent.js';
import { type Granted, grant, latenessMs, OVERSLEPT_MS } from './rate-lanes.js';
import { type RateLevel, rateLimitOf } from './rate-levels.js';
import { farMs, lastPlace, sweep } from './rate-places.js';
import { type Attempt, inTurns, type Wanted } from './turns.js';

/** An answer of the database that takes longer says nothing about now. */
const PROMPT_MS = 10;
const MOST_LOOKS = 5;
const SWEEP_EVERY_MS = 3_600_000;

export interface SlotOptions {
  /** Waits for its slot however far it is, because its activity has one attempt. */
  readonly irreversible?: boolean;
  /** Ends the wait; the slot is then lost. */
  readonly signal?: AbortSignal | undefined;
}

export interface Limiter {
  /**
   * Waits until the endpoint may be called. Over all processes on the database, tenants that have had fewer of its slots lately go first,
   * and among those with as many whoever asked first.
   *
   * @returns when the call may go out, by the database's clock; null where there is no limit
   * @throws SlotFarAway when its turn is more than 2 s away (40 s for the later calls of an attempt that were to be expected), or the
   *   day's calls are used up; nothing is then used up
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

/** Slots for TikTok's endpoints, shared by all workers through PostgreSQL (design, section 8). */
export function createLimiter({ db, appId, level, attempt = () => undefined }: LimiterOptions): Limiter {
  const keyOf = (endpoint: string): string => `${appId} ${endpoint}`;
  const placed = ({ endpoint, ...rest }: Wanted) => ({ key: keyOf(endpoint), ...rest });
  let sweptAt = performance.now();
  const turns = inTurns({
    grant: (endpoint, limit, asked) => grant(db, keyOf(endpoint), limit, asked),
    farMs: (wanted, asked) => farMs(db, wanted.map(placed), asked),
    async sentAway(wanted, waiter) {
      if (performance.now() - sweptAt > SWEEP_EVERY_MS) {
        sweptAt = performance.now();
        await sweep(db);
      }
      const place = await lastPlace(db, wanted.map(placed), waiter);
      const { endpoint } = wanted.find((each) => keyOf(each.endpoint) === place?.key) ?? wanted[0] ?? { endpoint: '' };
      return new SlotFarAway(endpoint, place?.awayMs ?? 0);
    },
  });

  /** Waits until the slot is there and says how late it is then. Whoever hears of it late asks again, and holds up those behind. */
  async function untilDue(key: string, granted: Granted, grantedInMs: number, signal: AbortSignal | undefined): Promise<number> {
    let lateMs = -granted.wait_ms;
    let tookMs = grantedInMs;
    for (let looks = 0; lateMs < 0 || (tookMs > PROMPT_MS && looks < MOST_LOOKS); looks += 1) {
      if (lateMs < 0) await sleep(Math.ceil(-lateMs), undefined, signal ? { signal } : {});
      const asked = performance.now();
      lateMs = await latenessMs(db, key, granted);
      tookMs = performance.now() - asked;
    }
    return lateMs;
  }

  return {
    async take(endpoint, { irreversible = false, signal } = {}) {
      const limit = rateLimitOf(level, endpoint);
      if (limit === null) return null;
      for (let again = false; ; again = true) {
        signal?.throwIfAborted();
        const asked = performance.now();
        const granted = await turns(attempt(), { endpoint, limit, irreversible, again });
        const lateMs = await untilDue(keyOf(endpoint), granted, performance.now() - asked, signal);
        if (lateMs <= OVERSLEPT_MS) return new Date(granted.slot.getTime() + Math.max(lateMs, 0));
      }
    },
  };
}
