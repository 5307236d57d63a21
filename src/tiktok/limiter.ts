import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryExecutorProvider } from 'kysely';
import { SlotFarAway } from './not-sent.js';
import { type Granted, grant, latenessMs, OVERSLEPT_MS, refusedForMs } from './rate-lanes.js';
import { type RateLevel, type RateLimit, rateLimitOf } from './rate-levels.js';

/** A slot further away than this is left to others, unless the call may not be repeated. */
const FAR_AWAY_MS = 2_000;
/** An attempt that has sent something waits longer for its next calls: coming back, it would send the first ones again. */
const BEGUN_FAR_AWAY_MS = 15_000;

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
