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

/** What came of the attempts at one event before the last, oldest first; `eventRows` are left out. */
export async function attemptsAt(db: Database, eventRow: string): Promise<Omit<FailedAttempt, 'eventRows'>[]> {
  const { rows } = await sql<{
    event_source_id: string;
    at: Date;
    outcome: string;
    certain: boolean;
    code: number | null;
    request_id: string | null;
    detail: string | null;
  }>`select event_source_id, at, outcome, certain, code, request_id, detail from event_attempts
    where event_rows @> ${[eventRow]}::bigint[] order by id`.execute(db);
  return rows.map(({ event_source_id: eventSourceId, request_id: requestId, ...row }) => ({ eventSourceId, requestId, ...row }));
}

/** Forgets attempts that are older than the events they tell of. */
export async function forgetOldAttempts(db: Database, before: Date): Promise<number> {
  return deleteInParts(db, sql`event_attempts`, sql`at < ${before}`);
}
