import { SlotFarAway } from './not-sent.js';
import type { Granted } from './rate-lanes.js';
import type { RateLimit } from './rate-levels.js';

/** A slot further away than this is left to others, unless the call may not be repeated. */
const FAR_AWAY_MS = 2_000;
/** An attempt that has sent something waits longer for its next calls: coming back, it would send the first ones again. */
const BEGUN_FAR_AWAY_MS = 40_000;
/** How long it is remembered which endpoint attempts of a kind had to wait for. */
const REMEMBERED_MS = 60_000;

export interface Attempt {
  /** One object for each attempt. */
  readonly identity: object;
  /** What is attempted; attempts of one kind call the same endpoints. */
  readonly kind: string;
  /** Whether there is no other: then every call in it waits for its slot, also those that could be repeated. */
  readonly only: boolean;
}

/** Where the slots are kept. */
export interface Slots {
  /**
   * @param withinMs how far away the slot may be; null however far
   * @throws SlotFarAway
   */
  grant(endpoint: string, limit: RateLimit, withinMs: number | null): Promise<Granted>;
  /** How far away the endpoint's next slot is, in milliseconds. */
  farMs(endpoint: string): Promise<number>;
  sentAway(endpoint: string, limit: RateLimit): Promise<SlotFarAway>;
}

/**
 * Who gets a slot, and who comes back later. The first call of an attempt decides for all of them, so that none is sent in vain: it
 * goes out only when its own slot is near, and that of the endpoint which attempts of its kind had to wait for lately.
 */
export function inTurns(slots: Slots) {
  /** How the first asking of each attempt went. */
  const firsts = new WeakMap<object, Promise<'granted' | 'failed' | SlotFarAway>>();
  const waitedFor = new Map<string, { readonly endpoint: string; readonly limit: RateLimit; readonly until: number }>();

  async function begin({ kind }: Attempt, endpoint: string, limit: RateLimit): Promise<Granted> {
    const narrow = waitedFor.get(kind);
    if (narrow && narrow.endpoint !== endpoint && Date.now() < narrow.until && (await slots.farMs(narrow.endpoint)) > FAR_AWAY_MS)
      throw await slots.sentAway(narrow.endpoint, narrow.limit);
    return slots.grant(endpoint, limit, FAR_AWAY_MS);
  }

  async function goOn({ kind }: Attempt, endpoint: string, limit: RateLimit): Promise<Granted> {
    const remember = (): void => void waitedFor.set(kind, { endpoint, limit, until: Date.now() + REMEMBERED_MS });
    try {
      const granted = await slots.grant(endpoint, limit, BEGUN_FAR_AWAY_MS);
      if (granted.wait_ms > FAR_AWAY_MS) remember();
      return granted;
    } catch (error) {
      if (error instanceof SlotFarAway) remember();
      throw error;
    }
  }

  return async (attempt: Attempt | undefined, endpoint: string, limit: RateLimit, irreversible: boolean): Promise<Granted> => {
    if (irreversible || attempt?.only) return slots.grant(endpoint, limit, null);
    if (attempt === undefined) return slots.grant(endpoint, limit, FAR_AWAY_MS);
    const first = firsts.get(attempt.identity);
    if (first === undefined) {
      const begun = begin(attempt, endpoint, limit);
      const remembered = begun.then(
        () => 'granted' as const,
        (error: unknown) => (error instanceof SlotFarAway ? error : 'failed'),
      );
      firsts.set(attempt.identity, remembered);
      return begun;
    }
    const outcome = await first;
    if (outcome instanceof SlotFarAway) throw outcome;
    return outcome === 'granted' ? goOn(attempt, endpoint, limit) : slots.grant(endpoint, limit, FAR_AWAY_MS);
  };
}
