import type { BreakerReason, ParkReason } from '../../contract/event-reasons.js';
import type { TrackDestination } from '../../contract/events.js';
import { recordAttempt } from '../../store/event-attempts.js';
import { breakerFailed, breakerWorks, EVERYTHING, tokenKey } from '../../store/event-breakers.js';
import { type ClaimedEvent, giveBackEvents, parkEvents, postponeEvents, settleSent } from '../../store/event-queue.js';
import type { TikTokError } from '../../tiktok/error.js';
import type { SendingDependencies } from './dependencies.js';
import { type Fate, namedEvent } from './fate.js';
import { postEvents } from './post.js';
import { tooLate } from './too-late.js';

/** So many refused one by one, and none accepted, say that it is not the events. */
const ALL_REFUSED = 10;
/** Of one request: a thousand of the largest events would not get through within its deadline, time and again. */
const MOST_CHARACTERS = 4_000_000;
/** Requests of one batch; what is left then goes back into the queue, so that its lease never ends under way. */
const MOST_REQUESTS = 60;
/** From this attempt on, a request that keeps failing is halved: one event in it may be the cause. */
const SPLIT_FROM_ATTEMPT = 4;

interface Refused {
  readonly event: ClaimedEvent;
  readonly reason: ParkReason;
  readonly error: TikTokError;
}

/** One that was refused alone, while it is not known yet whether others are accepted. */
interface Suspect extends Refused {
  /** Whether TikTok had taken others of the batch before. */
  readonly afterOthers: boolean;
}

/** What became of a claim. */
export interface BatchEnd {
  readonly accepted: number;
  /** TikTok itself answered at least once, whatever it said. */
  readonly answered: boolean;
  /** Breakers that counted a failure, or opened. */
  readonly failed: ReadonlySet<string>;
}

/** Events of one request. */
interface Part {
  readonly events: readonly ClaimedEvent[];
  /** TikTok's text named this event. */
  readonly named: boolean;
}

/** What is left of a refused request, the part that is sent next at the end. */
function partsOf(events: readonly ClaimedEvent[], named: number | undefined): Part[] {
  const part = (some: readonly ClaimedEvent[], isNamed = false): Part => ({ events: some, named: isNamed });
  if (named !== undefined) return [part(events.filter((_, index) => index !== named)), part(events.slice(named, named + 1), true)];
  const middle = Math.ceil(events.length / 2);
  return [part(events.slice(middle)), part(events.slice(0, middle))];
}

/** Events in requests that are not too large, the one that is sent first at the end. */
function bySize(events: readonly ClaimedEvent[]): Part[] {
  const parts: ClaimedEvent[][] = [];
  let size = 0;
  for (const event of events) {
    size += event.payload.length;
    const last = parts.at(-1);
    if (last !== undefined && size <= MOST_CHARACTERS) last.push(event);
    else {
      parts.push([event]);
      size = event.payload.length;
    }
  }
  return parts.map((some) => ({ events: some, named: false })).toReversed();
}

const eventsOf = (parts: readonly Part[]): ClaimedEvent[] => parts.flatMap(({ events }) => events);

export interface HowToSend {
  /** Send nothing more. */
  readonly stop: AbortSignal;
  /** Break off what is being sent. */
  readonly stopNow: AbortSignal;
  /** These events tell whether a breaker may close: when none is accepted, none of them is to blame. */
  readonly probing: boolean;
}

/** One batch of one destination on its way; every event of it is settled, parked or back in the queue when it ends. */
class Batch {
  readonly #begun: number;
  #requests = 0;
  #accepted = 0;
  #answered = false;
  readonly #failed = new Set<string>();
  #suspects: Suspect[] = [];
  #hintsHold = true;

  constructor(
    private readonly deps: SendingDependencies,
    private readonly destination: TrackDestination,
    private readonly how: HowToSend & { readonly token: string },
  ) {
    this.#begun = deps.clock().getTime();
  }

  async send(events: readonly ClaimedEvent[]): Promise<BatchEnd> {
    await this.#sendParts(bySize(events));
    await this.#tryAgain();
    await this.#judgeSuspects();
    return { accepted: this.#accepted, answered: this.#answered, failed: this.#failed };
  }

  /** Sends parts, the last one first; what is left when the batch has had its requests or its time goes back into the queue. */
  async #sendParts(parts: Part[]): Promise<void> {
    const { clock, settings } = this.deps;
    for (let part = parts.pop(); part !== undefined; part = parts.pop(), this.#requests += 1) {
      const late = this.#requests >= MOST_REQUESTS || clock().getTime() - this.#begun > settings.leaseMs / 2;
      if (this.how.stop.aborted || late) {
        await this.#back(eventsOf([part, ...parts]), this.#requests === 0);
        return;
      }
      const goOn = await this.#next(part, parts);
      if (!goOn) return;
    }
  }

  /** Sends one part; false where the rest went back into the queue. */
  async #next({ events: part, named }: Part, parts: Part[]): Promise<boolean> {
    const { db, clock, observer, log } = this.deps;
    const sentAt = clock();
    const answer = await postEvents(this.deps, this.destination, part, this.how.stopNow);
    if (answer.kind === 'accepted') {
      if (named) this.#hintsHold = false;
      await this.#accept(part, answer.requestId);
      return true;
    }
    if (answer.kind === 'not_sent') {
      const nextAt = new Date(clock().getTime() + answer.retryInMs);
      await postponeEvents(
        db,
        [...part, ...eventsOf(parts)].map((event) => ({ event, nextAt })),
        { code: null, requestId: null },
      );
      if (answer.retryInMs > 0)
        log.info({ destination: this.destination.event_source_id, reason: answer.reason }, 'events wait for a slot');
      return false;
    }
    const { fate, error } = answer;
    if (error.tiktokCode !== undefined) this.#answered = true;
    observer.failed(error.class, part.length);
    await recordAttempt(db, {
      eventSourceId: this.destination.event_source_id,
      at: sentAt,
      eventRows: part.map(({ id }) => id),
      outcome: error.class,
      certain: error.certainty !== 'unknown',
      code: error.tiktokCode ?? null,
      requestId: error.requestId ?? null,
      detail: (error.tiktokMessage ?? error.message).slice(0, 500),
    });
    const again = error.certainty === 'unknown' ? await this.#maybeSent(part, sentAt, error) : part;
    const keepsFailing = fate.kind === 'again' && fate.oneMayBeTheCause && again.some(({ attempt }) => attempt >= SPLIT_FROM_ATTEMPT);
    if (fate.kind === 'split' || keepsFailing)
      return this.#split(again, { parts, error, reason: keepsFailing ? 'keeps_failing' : 'refused_by_tiktok' });
    // What a breaker holds up is due as soon as that closes.
    const heldUp = await this.#fail(fate, error);
    const now = clock();
    await postponeEvents(
      db,
      again.map((event) => ({ event, nextAt: heldUp ? now : this.#nextAttempt(event, now) })),
      { code: error.tiktokCode ?? null, requestId: error.requestId ?? null },
    );
    await this.#back(eventsOf(parts), false);
    return false;
  }

  /** When an event that failed goes again: later after each attempt. */
  #nextAttempt({ attempt }: ClaimedEvent, now: Date): Date {
    const { random, settings } = this.deps;
    const waitMs = Math.min(settings.longestRetryMs, settings.firstRetryMs * 2 ** Math.min(attempt - 1, 20));
    return new Date(now.getTime() + waitMs * (1 + random() / 5));
  }

  async #accept(part: readonly ClaimedEvent[], requestId: string): Promise<void> {
    const now = this.deps.clock();
    await settleSent(this.deps.db, part, { now, requestId });
    this.#answered = true;
    this.#accepted += part.length;
    this.deps.observer.sent(
      this.destination.event_source,
      part.map(({ receivedAt }) => now.getTime() - receivedAt.getTime()),
    );
  }

  /** TikTok may have taken them. Those that it would not recognise stay here; the others go again. */
  async #maybeSent(part: readonly ClaimedEvent[], sentAt: Date, error: TikTokError): Promise<readonly ClaimedEvent[]> {
    const marked = part.map((event): ClaimedEvent => ({ ...event, maybeSentAt: event.maybeSentAt ?? sentAt }));
    await this.#park(marked.filter(({ recognised }) => !recognised).map((event) => ({ event, reason: 'outcome_unknown', error })));
    return marked.filter(({ recognised }) => recognised);
  }

  async #split(
    part: readonly ClaimedEvent[],
    { parts, error, reason }: { readonly parts: Part[]; readonly error: TikTokError; readonly reason: ParkReason },
  ): Promise<boolean> {
    const [only] = part;
    if (part.length > 1) {
      parts.push(...partsOf(part, this.#hintsHold ? namedEvent(error.tiktokMessage, part.length) : undefined));
      return true;
    }
    if (only) this.#suspects.push({ event: only, reason, error, afterOthers: this.#accepted > 0 });
    if (this.#accepted > 0 || this.#suspects.length < ALL_REFUSED) return true;
    await this.#back(eventsOf(parts), false);
    return false;
  }

  /** Who failed before TikTok took the first of the others may have met the end of an outage: each is tried once more. */
  async #tryAgain(): Promise<void> {
    if (this.#accepted === 0) return;
    const early = this.#suspects.filter(({ reason, afterOthers }) => reason === 'keeps_failing' && !afterOthers);
    this.#suspects = this.#suspects.filter((suspect) => !early.includes(suspect));
    await this.#sendParts(early.map(({ event }) => ({ events: [event], named: false })));
  }

  /**
   * An event is parked only when TikTok takes others, or when it refuses so few that nothing else can be told. Where TikTok fails at
   * whatever it gets, the failure is its own, however few they are.
   */
  async #judgeSuspects(): Promise<void> {
    const [first] = this.#suspects;
    const failing = this.#suspects.find(({ reason }) => reason === 'keeps_failing');
    const few = this.#suspects.length < ALL_REFUSED && !this.how.probing && failing === undefined;
    if (!first || this.#accepted > 0 || few) {
      await this.#park(this.#suspects);
      if (this.#answered && this.#failed.size === 0) await this.#works();
      return;
    }
    const { db, settings, clock } = this.deps;
    const { error } = failing ?? first;
    if (failing) await this.#open('unavailable', error, { opensAfter: settings.breakerAfter });
    else await this.#open('everything_refused', error);
    const now = clock();
    await postponeEvents(
      db,
      this.#suspects.map(({ event }) => ({ event, nextAt: this.#nextAttempt(event, now) })),
      { code: error.tiktokCode ?? null, requestId: error.requestId ?? null },
    );
  }

  async #park(suspects: readonly Refused[]): Promise<void> {
    const { db, clock, observer, log } = this.deps;
    if (suspects.length === 0) return;
    await parkEvents(
      db,
      suspects.map(({ event, reason, error }) => ({
        event,
        reason,
        code: error.tiktokCode ?? null,
        requestId: error.requestId ?? null,
      })),
      clock(),
    );
    for (const { event, reason, error } of suspects) {
      observer.parked(reason, 1);
      log.warn({ slug: event.slug, event: event.id, reason, code: error.tiktokCode, requestId: error.requestId }, 'an event is parked');
    }
  }

  /** What was claimed and not sent. An attempt counts once anything of the claim went out. */
  async #back(events: readonly ClaimedEvent[], untouched: boolean): Promise<void> {
    if (untouched) return giveBackEvents(this.deps.db, events);
    const nextAt = this.deps.clock();
    await postponeEvents(
      this.deps.db,
      events.map((event) => ({ event, nextAt })),
      { code: null, requestId: null },
    );
  }

  /** @returns whether a breaker holds the events up from now on */
  async #fail(fate: Fate, error: TikTokError): Promise<boolean> {
    const { settings } = this.deps;
    switch (fate.kind) {
      case 'again':
        if (error.class !== 'cancelled') await this.#open('unavailable', error, { opensAfter: settings.breakerAfter });
        return false;
      case 'slow_down':
        return this.#open('rate_limited', error, {
          key: fate.whom === 'everything' ? EVERYTHING : this.destination.event_source_id,
          firstMs: settings.slowDownFirstMs,
          longestMs: settings.slowDownLongestMs,
        });
      case 'stop':
        return this.#open(fate.reason, error, fate.whom === 'token' ? { key: this.how.token } : {});
      case 'split':
        return false;
    }
  }

  /** @returns false for test events of one destination, which have no breaker: a wrong test code must not hold up what is real */
  async #open(
    reason: BreakerReason,
    error: TikTokError,
    how: { readonly key?: string; readonly opensAfter?: number; readonly firstMs?: number; readonly longestMs?: number } = {},
  ): Promise<boolean> {
    const { db, clock, random, settings, log } = this.deps;
    const { key = this.destination.event_source_id, opensAfter = 1 } = how;
    if (key === this.destination.event_source_id && this.destination.test_event_code !== undefined) return false;
    this.#failed.add(key);
    await breakerFailed(db, key, {
      now: clock(),
      reason,
      code: error.tiktokCode ?? null,
      requestId: error.requestId ?? null,
      opensAfter,
      firstMs: how.firstMs ?? settings.breakerFirstMs,
      longestMs: how.longestMs ?? settings.breakerLongestMs,
      spread: random(),
    });
    const facts = { destination: key, reason, code: error.tiktokCode, requestId: error.requestId, error: error.message };
    if (reason === 'token') log.error(facts, 'TikTok does not accept the access token: events wait until it is mended');
    else log.warn(facts, 'TikTok did not take events; they wait');
    return true;
  }

  async #works(): Promise<void> {
    if (this.destination.test_event_code !== undefined) return;
    await breakerWorks(this.deps.db, this.destination.event_source_id, this.deps.clock());
  }
}

/** Events of one claim by where they go: test and real ones apart, and those that are too late for good. */
function sorted(events: readonly ClaimedEvent[], now: Date) {
  const groups = new Map<string, { readonly destination: TrackDestination; readonly events: ClaimedEvent[] }>();
  const late: { readonly event: ClaimedEvent; readonly reason: ParkReason }[] = [];
  for (const event of events) {
    const reason = tooLate(event, now);
    if (reason !== undefined) {
      late.push({ event, reason });
      continue;
    }
    const key = JSON.stringify([event.source, event.testEventCode]);
    const group = groups.get(key);
    if (group) group.events.push(event);
    else {
      const destination = {
        event_source: event.source,
        event_source_id: event.eventSourceId,
        ...(event.testEventCode === null ? {} : { test_event_code: event.testEventCode }),
      };
      groups.set(key, { destination, events: [event] });
    }
  }
  return { groups: [...groups.values()], late };
}

/**
 * Sends what was claimed for one destination. Each event ends up sent, parked with a reason, or back in the queue.
 */
export async function sendClaimed(deps: SendingDependencies, claimed: readonly ClaimedEvent[], how: HowToSend): Promise<BatchEnd> {
  const { groups, late } = sorted(claimed, deps.clock());
  await parkEvents(
    deps.db,
    late.map(({ event, reason }) => ({ event, reason, code: null, requestId: null })),
    deps.clock(),
  );
  for (const { reason } of late) deps.observer.parked(reason, 1);
  const token = tokenKey(await deps.tokenHash());
  const ends: BatchEnd[] = [];
  for (const { destination, events } of groups) ends.push(await new Batch(deps, destination, { ...how, token }).send(events));
  return {
    accepted: ends.reduce((sum, { accepted }) => sum + accepted, 0),
    answered: ends.some(({ answered }) => answered),
    failed: new Set(ends.flatMap(({ failed }) => [...failed])),
  };
}
