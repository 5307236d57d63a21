import { setTimeout as delay } from 'node:timers/promises';
import {
  type Breaker,
  breakerFailed,
  breakerWorks,
  EVERYTHING,
  giveBackProbe,
  readBreakers,
  takeProbe,
  tokenKey,
} from '../../store/event-breakers.js';
import { claimEvents, type DuePlace, duePlaces, oldestWaiting } from '../../store/event-queue.js';
import { sendClaimed } from './batch.js';
import type { SendingDependencies } from './dependencies.js';

/** Few enough that a destination which still fails costs little, and enough that one bad event does not keep its breaker open. */
const PROBE_EVENTS = 10;
/** How often days are looked at that only a replay can bring back. */
const LOOK_BACK_EVERY_MS = 10_000;

export interface SendingRun {
  /** Claim nothing more and send nothing more; what is being sent is finished. */
  readonly stop: AbortSignal;
  /** Break off what is being sent. */
  readonly stopNow: AbortSignal;
  /** Called after each look at the queue that worked. */
  readonly alive?: (() => void) | undefined;
}

type Standing = 'free' | 'blocked' | 'to_be_tried';

function standing(breaker: Breaker | undefined, now: Date): Standing {
  if (breaker === undefined || breaker.state === 'closed') return 'free';
  return breaker.openUntil !== null && breaker.openUntil <= now ? 'to_be_tried' : 'blocked';
}

/** One process of senders: looks for what is due, and sends batches of several destinations at the same time. */
class Sending {
  /** Batches on their way by destination. */
  readonly #busy = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  /** When each destination was served last, as a running number. */
  readonly #served = new Map<string, number>();
  #turn = 0;
  #since = new Date(0);
  #lookedBackAt = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => undefined;

  constructor(
    private readonly deps: SendingDependencies,
    private readonly how: SendingRun,
  ) {}

  async run(): Promise<void> {
    const { log, settings } = this.deps;
    let failing = false;
    while (!this.how.stop.aborted) {
      const woken = new Promise<void>((wake) => (this.#wake = wake));
      try {
        await this.#look();
        this.how.alive?.();
        if (failing) log.info({}, 'the queue of events answers again');
        failing = false;
      } catch (error) {
        if (!failing)
          log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the queue of events does not answer; trying on');
        failing = true;
      }
      const pause = new AbortController();
      const signal = AbortSignal.any([pause.signal, this.how.stop]);
      await Promise.race([woken, delay(failing ? 1_000 : settings.everyMs, undefined, { signal }).catch(() => undefined)]);
      pause.abort();
    }
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Starts batches for what is due, as many as there is room for; who was served longest ago comes first. */
  async #look(): Promise<void> {
    const { db, clock, settings, tokenHash } = this.deps;
    if (this.#running.size >= settings.inFlight) return;
    await this.#lookBack();
    const now = clock();
    const [places, breakers, token] = await Promise.all([duePlaces(db, { now, since: this.#since }), readBreakers(db), tokenHash()]);
    const inTurn = places
      .filter(({ eventSourceId }) => (this.#busy.get(eventSourceId) ?? 0) < settings.inFlightPerDestination)
      .toSorted((one, other) => (this.#served.get(one.eventSourceId) ?? 0) - (this.#served.get(other.eventSourceId) ?? 0));
    this.#forgetServed(places);
    const shared = [EVERYTHING, tokenKey(token)].map((key) => ({ key, standing: standing(breakers.get(key), now) }));
    if (shared.some((each) => each.standing === 'blocked')) return;
    const toTry = shared.find((each) => each.standing === 'to_be_tried');
    const open = inTurn
      .map(({ eventSourceId }) => ({ eventSourceId, own: standing(breakers.get(eventSourceId), now) }))
      .filter(({ own }) => own !== 'blocked');
    // Two breakers at once are tried one after the other: the shared one first, by a destination that is free itself where there is one.
    const freeFirst = open.toSorted((one, other) => Number(one.own !== 'free') - Number(other.own !== 'free'));
    for (const { eventSourceId, own } of toTry === undefined ? open : freeFirst) {
      if (this.#running.size >= settings.inFlight || this.how.stop.aborted) return;
      const key = toTry?.key ?? (own === 'to_be_tried' ? eventSourceId : undefined);
      if (key !== undefined && !(await takeProbe(db, key, { now, forMs: settings.leaseMs }))) continue;
      this.#start(eventSourceId, key === undefined ? undefined : breakers.get(key));
      if (toTry !== undefined) return;
    }
  }

  /** Days before the oldest event that waits are left out of every look; a replay brings them back. */
  async #lookBack(): Promise<void> {
    const at = this.deps.clock().getTime();
    if (at - this.#lookedBackAt < LOOK_BACK_EVERY_MS) return;
    const oldest = await oldestWaiting(this.deps.db);
    // A transaction that began earlier may still bring events of its own time.
    this.#since = new Date(Math.min(oldest?.getTime() ?? at, at - 3_600_000));
    this.#lookedBackAt = at;
  }

  #forgetServed(places: readonly DuePlace[]): void {
    const due = new Set(places.map(({ eventSourceId }) => eventSourceId));
    for (const known of this.#served.keys()) if (!due.has(known)) this.#served.delete(known);
  }

  #start(eventSourceId: string, probed: Breaker | undefined): void {
    this.#busy.set(eventSourceId, (this.#busy.get(eventSourceId) ?? 0) + 1);
    this.#served.set(eventSourceId, ++this.#turn);
    const running = this.#batch(eventSourceId, probed)
      .catch((error: unknown) =>
        // What was claimed comes back when its lease is over.
        this.deps.log.warn(
          { destination: eventSourceId, reason: error instanceof Error ? error.message : String(error) },
          'a batch was left to its lease',
        ),
      )
      .finally(() => {
        this.#running.delete(running);
        const left = (this.#busy.get(eventSourceId) ?? 1) - 1;
        if (left > 0) this.#busy.set(eventSourceId, left);
        else this.#busy.delete(eventSourceId);
      });
    this.#running.add(running);
  }

  async #batch(eventSourceId: string, probed: Breaker | undefined): Promise<void> {
    const { db, clock, settings } = this.deps;
    const most = probed === undefined ? settings.batch : PROBE_EVENTS;
    const claimed = await claimEvents(db, { eventSourceId, now: clock(), since: this.#since, leaseMs: settings.leaseMs, most });
    if (claimed.length === 0) {
      if (probed !== undefined) await giveBackProbe(db, probed.key, clock());
      return;
    }
    const end = await sendClaimed(this.deps, claimed, { stop: this.how.stop, stopNow: this.how.stopNow, probing: probed !== undefined });
    if (probed !== undefined && !end.failed.has(probed.key)) await this.#afterProbe(probed, end.answered);
    // A full batch means that more is waiting: on with it at once. Otherwise the next look lets events gather.
    if (claimed.length === most || probed !== undefined) this.#wake();
  }

  /** TikTok answered something else than what had opened the breaker: it closes. No answer tells nothing. */
  async #afterProbe({ key, reason, code, requestId }: Breaker, answered: boolean): Promise<void> {
    const { db, clock, settings, random } = this.deps;
    if (answered) return breakerWorks(db, key, clock());
    await breakerFailed(db, key, {
      now: clock(),
      reason: reason ?? 'unavailable',
      code,
      requestId,
      opensAfter: 1,
      firstMs: settings.breakerFirstMs,
      longestMs: settings.breakerLongestMs,
      spread: random(),
    });
  }
}

/**
 * Sends what waits, until `stop`; resolves when what was being sent is settled. Any number of processes may run it on one database.
 * It never throws: what fails is logged and tried again.
 */
export async function runSending(deps: SendingDependencies, how: SendingRun): Promise<void> {
  await new Sending(deps, how).run();
}
