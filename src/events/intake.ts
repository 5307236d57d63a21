import type { DropReason, RejectReason } from '../contract/event-reasons.js';
import type { EventVerdict } from '../contract/events.js';
import { MAX_EVENTS_PER_REQUEST } from '../contract/events.js';
import { dedupKey } from '../domain/events/dedup-key.js';
import { judgeEvent } from '../domain/events/judge.js';
import type { PreparedMap } from '../domain/events/prepared-map.js';
import type { Database } from '../store/database.js';
import type { Transaction } from 'kysely';
import { type NewEvent, type StoredEvent, storeEvents } from '../store/events.js';
import type { Tables } from '../store/tables.js';

/** Events that are taken in at once; the same as one request to TikTok holds. */
export const MAX_BATCH = MAX_EVENTS_PER_REQUEST;

/** What the sender of one event is told. All of them name `id`, by which the event ledger knows it. */
export type EventAnswer = { readonly id: string; readonly event_id: string | null } & (
  | { readonly status: 'accepted' /** It came in before within 48 hours; it is sent once. */; readonly repeated: boolean }
  | { readonly status: 'unmapped'; readonly suggestion: string }
  | { readonly status: 'refused'; readonly reason: RejectReason; readonly field: string; readonly sentence: string; readonly mend: string }
  | { readonly status: 'dropped'; readonly reason: DropReason; readonly sentence: string }
);

function newEvent(verdict: EventVerdict, mapVersion: string): NewEvent {
  const { name, event_id: eventId, source } = verdict;
  const about = { name, eventId, source, mapVersion, reason: null, field: null };
  switch (verdict.verdict) {
    case 'unmapped':
      return { ...about, state: 'unmapped' };
    case 'reject':
      return { ...about, state: 'refused', reason: verdict.reason, field: verdict.field };
    case 'drop':
      return { ...about, state: 'dropped', reason: verdict.reason };
    case 'send': {
      const { data, ...destination } = verdict.payload;
      const [payload] = data;
      if (!payload || eventId === null) throw new Error('an event that goes to TikTok has no payload or no id');
      return {
        ...about,
        state: 'waiting',
        outgoing: {
          key: dedupKey(destination, payload.event, eventId),
          eventSourceId: destination.event_source_id,
          testEventCode: destination.test_event_code ?? null,
          payload,
        },
      };
    }
  }
}

function answerOf(verdict: EventVerdict, { id, repeated }: { readonly id: string; readonly repeated: boolean }): EventAnswer {
  const about = { id, event_id: verdict.event_id };
  switch (verdict.verdict) {
    case 'send':
      return { ...about, status: 'accepted', repeated };
    case 'unmapped':
      return { ...about, status: 'unmapped', suggestion: verdict.suggestion };
    case 'reject':
      return { ...about, status: 'refused', reason: verdict.reason, field: verdict.field, sentence: verdict.sentence, mend: verdict.mend };
    case 'drop':
      return { ...about, status: 'dropped', reason: verdict.reason, sentence: verdict.sentence };
  }
}

export interface IntakeOptions {
  /** Writes in the transaction of the batch, so that neither stands without the other. */
  readonly alongside?: (transaction: Transaction<Tables>, answers: readonly EventAnswer[]) => Promise<void>;
  /** Whether an event that came in longer than 48 hours ago, and is still kept, counts as the same; for files, which people hand in again. */
  readonly everBefore?: boolean;
}

/**
 * Takes in what was decided about a batch of one tenant's events: all are stored in one transaction and only then answered, so that what
 * was acknowledged is stored.
 *
 * @param now when the batch came in
 * @returns one answer per verdict, in their order
 * @throws RangeError for more than `MAX_BATCH`; what the database throws, and then nothing is stored
 */
export async function takeInVerdicts(
  { db, prepared }: { readonly db: Database; readonly prepared: Pick<PreparedMap, 'version'> },
  slug: string,
  verdicts: readonly EventVerdict[],
  now: Date,
  { alongside, everBefore = false }: IntakeOptions = {},
): Promise<EventAnswer[]> {
  if (verdicts.length > MAX_BATCH) throw new RangeError(`at most ${MAX_BATCH} events are taken in at once`);
  const answersOf = (stored: readonly StoredEvent[]): EventAnswer[] =>
    verdicts.map((verdict, index) => {
      const row = stored[index];
      if (!row) throw new Error('the store answered fewer events than it was given');
      return answerOf(verdict, row);
    });
  const stored = await storeEvents(
    db,
    slug,
    verdicts.map((verdict) => newEvent(verdict, prepared.version)),
    now,
    { everBefore, ...(alongside ? { alongside: (transaction, rows) => alongside(transaction, answersOf(rows)) } : {}) },
  );
  return answersOf(stored);
}

/**
 * Judges and takes in a batch of one tenant's events. Handing a batch in again after a lost answer gives the same ids and stores nothing
 * twice.
 *
 * @param now when the batch came in
 * @returns one answer per event, in their order
 * @throws RangeError for more than `MAX_BATCH` events; what the database throws, and then nothing is stored
 */
export async function takeInEvents(
  { db, prepared }: { readonly db: Database; readonly prepared: PreparedMap },
  slug: string,
  events: readonly unknown[],
  now: Date,
): Promise<EventAnswer[]> {
  if (events.length > MAX_BATCH) throw new RangeError(`at most ${MAX_BATCH} events are taken in at once`);
  const verdicts = events.map((event) => judgeEvent(prepared, event, now));
  return takeInVerdicts({ db, prepared }, slug, verdicts, now);
}
