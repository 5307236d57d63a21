import { performance } from 'node:perf_hooks';
import { SlotFarAway } from './not-sent.js';
import type { Asked, Granted } from './rate-lanes.js';
import type { RateLimit } from './rate-levels.js';
import type { Waiter } from './rate-line.js';

/** A slot further away than this is left to others, unless the call may not be repeated. */
const FAR_AWAY_MS = 2_000;
/** An attempt that has sent something waits longer for its next calls: coming back, it would send the first ones again. */
const BEGUN_FAR_AWAY_MS = 40_000;
/** Room in the line is kept for the calls that follow an attempt's first so soon, not for those that come back to look again. */
const TOGETHER_MS = 5_000;
/** Attempts with more calls to one endpoint are too unlike one another to say how many the next one will make. */
const MOST_CALLS = 3;

export interface Attempt {
  /** One object for each attempt. */
  readonly identity: object;
  /** What is attempted; attempts of one kind call the same endpoints. */
  readonly kind: string;
  /** Whether there is no other: then every call in it waits for its slot, also those that could be repeated. */
  readonly only: boolean;
  /** Who waits for slots; undefined for an attempt that serves many, which stands in no line. */
  readonly waiter: Waiter | undefined;
}

export interface Call {
  readonly endpoint: string;
  readonly limit: RateLimit;
}

/** An endpoint, and how many slots of it an attempt takes. */
export interface Wanted extends Call {
  readonly calls: number;
}

export interface Asking extends Call {
  readonly irreversible: boolean;
  /** Whether for the same call, whose slot was lost. */
  readonly again: boolean;
}

/** Where the slots are kept. */
export interface Slots {
  /** @returns undefined when there is none for whoever asks so */
  grant(endpoint: string, limit: RateLimit, asked: Asked): Promise<Granted | undefined>;
  /** How far away the slot of each endpoint is for whoever asks so, in milliseconds; 0 or less when it is free. */
  farMs(wanted: readonly Wanted[], asked: Asked): Promise<ReadonlyMap<string, number>>;
  /** Gives the waiter a place in the line of every endpoint that it wants. */
  sentAway(wanted: readonly Wanted[], waiter: Waiter | undefined): Promise<SlotFarAway>;
}

interface Begun {
  readonly atMs: number;
  /** How many slots it has asked for, by endpoint. */
  readonly calls: Map<string, number>;
  /** How its last asking went. Its askings follow one another, so that it is sent away once. */
  last: Promise<'granted' | 'failed' | SlotFarAway>;
}

/**
 * Who gets a slot, and who comes back later. The first call of an attempt decides for all of them, so that none is sent in vain: it
 * goes out only when its own slot is near, and those of all endpoints that attempts of its kind are known to call.
 */
export function inTurns(slots: Slots) {
  const attempts = new WeakMap<object, Begun>();
  /** By the kind of attempt and the endpoint. */
  const known = new Map<string, Map<string, Wanted>>();

  /** @param wanted all that is wanted by whoever asks, known when it is sent away */
  async function grant({ endpoint, limit }: Call, asked: Asked, wanted: () => readonly Wanted[]): Promise<Granted> {
    const granted = await slots.grant(endpoint, limit, asked);
    if (granted === undefined) throw await slots.sentAway(wanted(), asked.waiter);
    return granted;
  }

  /** Remembers how many calls attempts of this kind make to the endpoint. @returns whether none was known to call it */
  function learn({ kind }: Attempt, { endpoint, limit, calls }: Wanted): boolean {
    const wanted = known.get(kind) ?? new Map<string, Wanted>();
    known.set(kind, wanted);
    const before = wanted.get(endpoint)?.calls ?? 0;
    if (calls > before) wanted.set(endpoint, { endpoint, limit, calls: Math.min(calls, MOST_CALLS) });
    return before === 0;
  }

  const wantedBy = ({ kind }: Attempt): readonly Wanted[] => [...(known.get(kind)?.values() ?? [])];

  async function begin(attempt: Attempt, call: Call): Promise<Granted> {
    const asked: Asked = { withinMs: FAR_AWAY_MS, inLine: true, waiter: attempt.waiter };
    const others = wantedBy(attempt).filter(({ endpoint }) => endpoint !== call.endpoint);
    if (others.length > 0) {
      const farMs = await slots.farMs(others, asked);
      if (Math.max(...farMs.values()) > FAR_AWAY_MS) throw await slots.sentAway(wantedBy(attempt), attempt.waiter);
    }
    return grant(call, asked, () => wantedBy(attempt));
  }

  async function inAttempt(attempt: Attempt, call: Call, again: boolean): Promise<Granted> {
    const { waiter } = attempt;
    const before = attempts.get(attempt.identity);
    const atMs = before?.atMs ?? performance.now();
    const calls = before?.calls ?? new Map<string, number>();
    const together = performance.now() - atMs < TOGETHER_MS;
    if (!again && (together || !calls.has(call.endpoint))) calls.set(call.endpoint, (calls.get(call.endpoint) ?? 0) + 1);
    const unexpected = learn(attempt, { ...call, calls: calls.get(call.endpoint) ?? 1 });

    async function goOn(last: Begun['last']): Promise<Granted> {
      const outcome = await last;
      if (outcome instanceof SlotFarAway) throw outcome;
      // Where its kind was not known to call the endpoint, nobody has looked at the line there yet.
      const patient = outcome === 'granted' && !unexpected;
      return grant(call, { withinMs: patient ? BEGUN_FAR_AWAY_MS : FAR_AWAY_MS, inLine: unexpected, waiter }, () => wantedBy(attempt));
    }

    const granted = before === undefined ? begin(attempt, call) : goOn(before.last);
    const last = granted.then(
      () => 'granted' as const,
      (error: unknown) => (error instanceof SlotFarAway ? error : 'failed'),
    );
    if (before) before.last = last;
    else attempts.set(attempt.identity, { atMs, calls, last });
    return granted;
  }

  return async (attempt: Attempt | undefined, { endpoint, limit, irreversible, again }: Asking): Promise<Granted> => {
    const waiter = attempt?.waiter;
    const call: Call = { endpoint, limit };
    const alone = (): readonly Wanted[] => [{ ...call, calls: 1 }];
    if (irreversible || attempt?.only) return grant(call, { withinMs: null, inLine: false, waiter }, alone);
    // Whoever is no attempt comes by chance.
    if (attempt === undefined) return grant(call, { withinMs: FAR_AWAY_MS, inLine: false, waiter }, alone);
    // All whom it serves would come back to ask for the same again.
    if (waiter === undefined) return grant(call, { withinMs: BEGUN_FAR_AWAY_MS, inLine: false, waiter }, alone);
    return inAttempt(attempt, call, again);
  };
}
