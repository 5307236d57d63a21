import type { Kysely } from 'kysely';
import { z } from 'zod';
import { GATE_IDS, type GateId } from '../contract/checklist.js';
import { VERDICTS, type Verdict } from '../contract/messages.js';
import type { Database } from './database.js';
import type { LedgerRow } from '../domain/ledger-chain.js';
import { appendToLedger } from './ledger.js';
import { putNotification } from './notifications.js';
import type { ReviewOutcome, Tables } from './tables.js';

/** Somebody looks back at a decision that broke the glass within a day (issue on approvals, section 3). */
const DUE_AFTER_MS = 24 * 3_600_000;

/** A decision for which an admin broke the glass. Instants are ISO 8601 in UTC. */
export interface Review {
  readonly slug: string;
  readonly decisionId: string;
  readonly gate: GateId;
  readonly revision: number;
  readonly verdict: Verdict;
  readonly admin: string;
  /** Why the glass was broken. */
  readonly reason: string;
  readonly startedBy: string;
  readonly openedAt: string;
  readonly dueAt: string;
  /** Null while nobody has looked back. */
  readonly outcome: ReviewOutcome | null;
  readonly reviewedBy: string | null;
  readonly reviewedAt: string | null;
  readonly remark: string | null;
}

const brokenGlass = z.object({
  decisionId: z.string(),
  gate: z.enum(GATE_IDS),
  revision: z.int(),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  startedBy: z.string(),
});

/** Opens the review of a decision that broke the glass, in the transaction of its row, and tells people. */
export async function openReview(transaction: Kysely<Tables>, { slug, actor, payload, at }: LedgerRow): Promise<void> {
  const { decisionId, gate, revision, verdict, reason, startedBy } = brokenGlass.parse(payload);
  const dueAt = new Date(Date.parse(at) + DUE_AFTER_MS).toISOString();
  const opened = { decisionId, gate, revision, verdict, reason, admin: actor, dueAt };
  const key = `review_opened:${decisionId}`;
  await appendToLedger(transaction, { slug, kind: 'review_opened', key, actor: 'engine', payload: opened, at });
  await transaction
    .insertInto('reviews')
    .values({
      slug,
      decision_id: decisionId,
      gate,
      revision,
      verdict,
      admin: actor,
      reason,
      started_by: startedBy,
      opened_at: at,
      due_at: dueAt,
    })
    .execute();
  await putNotification(transaction, { slug, key, kind: 'review_opened', gate, at, body: opened });
}

export interface ReviewFilter {
  /** Tenants by slug; all of them when absent. */
  readonly slugs?: readonly string[] | undefined;
  readonly decisionId?: string | undefined;
  /** Also those that somebody has given already. */
  readonly given?: boolean | undefined;
}

/** Reviews by due date, at most 500. */
export async function listReviews(db: Kysely<Tables>, { slugs, decisionId, given = false }: ReviewFilter = {}): Promise<Review[]> {
  if (slugs?.length === 0) return [];
  let query = db.selectFrom('reviews').selectAll().orderBy('due_at').limit(500);
  if (slugs) query = query.where('slug', 'in', [...slugs]);
  if (decisionId !== undefined) query = query.where('decision_id', '=', decisionId);
  if (!given) query = query.where('outcome', 'is', null);
  return (await query.execute()).map((row) => ({
    slug: row.slug,
    decisionId: row.decision_id,
    gate: row.gate,
    revision: row.revision,
    verdict: row.verdict,
    admin: row.admin,
    reason: row.reason,
    startedBy: row.started_by,
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    outcome: row.outcome,
    reviewedBy: row.reviewed_by,
    reviewedAt: row.reviewed_at?.toISOString() ?? null,
    remark: row.remark,
  }));
}

export interface GivenReview {
  readonly slug: string;
  readonly decisionId: string;
  readonly outcome: ReviewOutcome;
  readonly reviewedBy: string;
  readonly remark: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Closes a review, with its row in the ledger and, for an objection, word to people.
 *
 * @returns the ledger's sequence number, or undefined when somebody was faster
 */
export async function giveReview(
  db: Database,
  { slug, decisionId, outcome, reviewedBy, remark, at }: GivenReview,
): Promise<number | undefined> {
  return db.transaction().execute(async (transaction) => {
    const closed = await transaction
      .updateTable('reviews')
      .set({ outcome, reviewed_by: reviewedBy, remark, reviewed_at: at })
      .where('slug', '=', slug)
      .where('decision_id', '=', decisionId)
      .where('outcome', 'is', null)
      .returning(['gate', 'revision'])
      .executeTakeFirst();
    if (!closed) return undefined;
    const kind = `review_${outcome}`;
    const key = `review_given:${decisionId}`;
    const body = { decisionId, gate: closed.gate, revision: closed.revision, reason: remark };
    const { row } = await appendToLedger(transaction, { slug, kind, key, actor: reviewedBy, payload: body, at });
    if (outcome === 'objected') await putNotification(transaction, { slug, key, kind, gate: closed.gate, at, body });
    return row.seq;
  });
}
