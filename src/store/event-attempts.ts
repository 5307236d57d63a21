import { sql } from 'kysely';
import type { Database } from './database.js';
import { deleteInParts } from './delete-in-parts.js';

/** One request to TikTok that was not simply accepted. */
export interface FailedAttempt {
  readonly eventSourceId: string;
  readonly at: Date;
  /** `events.id` of all events in it. */
  readonly eventRows: readonly string[];
  readonly outcome: string;
  /** False where TikTok may have taken the events. */
  readonly certain: boolean;
  readonly code: number | null;
  readonly requestId: string | null;
  /** What TikTok said, redacted. */
  readonly detail: string | null;
}

/** Keeps what came of a request, before anything in it is sent again: it is the proof that a repetition was one. */
export async function recordAttempt(db: Database, attempt: FailedAttempt): Promise<void> {
  await db
    .insertInto('event_attempts')
    .values({
      event_source_id: attempt.eventSourceId,
      at: attempt.at,
      event_rows: attempt.eventRows,
      outcome: attempt.outcome,
      certain: attempt.certain,
      code: attempt.code,
      request_id: attempt.requestId,
      detail: attempt.detail,
    })
    .execute();
}

/** As many attempts as a story tells; an event that waits for weeks has thousands. */
const MOST_TOLD = 20;

export interface AttemptsAt {
  /** The newest, in the order in which they were made; `eventRows` are left out. */
  readonly newest: readonly Omit<FailedAttempt, 'eventRows'>[];
  /** How many there were before those. */
  readonly before: number;
}

/** What came of the attempts at one event that were not simply accepted. */
export async function attemptsAt(db: Database, eventRow: string): Promise<AttemptsAt> {
  const { rows } = await sql<{
    event_source_id: string;
    at: Date;
    outcome: string;
    certain: boolean;
    code: number | null;
    request_id: string | null;
    detail: string | null;
    total: number;
  }>`select event_source_id, at, outcome, certain, code, request_id, detail, (count(*) over ())::integer as total from event_attempts
    where event_rows @> ${[eventRow]}::bigint[] order by id desc limit ${MOST_TOLD}`.execute(db);
  return {
    newest: rows
      .toReversed()
      .map(({ event_source_id: eventSourceId, request_id: requestId, total: _total, ...row }) => ({ eventSourceId, requestId, ...row })),
    before: (rows[0]?.total ?? 0) - rows.length,
  };
}

/** Forgets attempts that are older than the events they tell of. */
export async function forgetOldAttempts(db: Database, before: Date): Promise<number> {
  return deleteInParts(db, sql`event_attempts`, sql`at < ${before}`);
}
