import { randomUUID } from 'node:crypto';
import { REFUSAL_SENTENCES } from '../domain/gate-policy.js';
import { findPerson, mayDecide, type People } from '../domain/people.js';
import type { Database } from '../store/database.js';
import { appendToLedger } from '../store/ledger.js';
import { giveReview, listReviews, type Review } from '../store/reviews.js';
import type { ReviewOutcome } from '../store/tables.js';
import { badInput, failed } from './exit.js';

export interface ReviewRequest {
  readonly slug: string;
  readonly decisionId: string;
  readonly outcome: ReviewOutcome;
  /** Id or mail of people.yaml. */
  readonly reviewer: string;
  readonly remark: string;
}

/** Why this person may not look back at the decision, or null: the rule of the gate itself, and never whoever broke the glass. */
export function mayReview(people: People, review: Review, reviewer: string): string | null {
  const refusal = mayDecide({
    person: findPerson(people, reviewer),
    gate: review.gate,
    tenant: review.slug,
    startedBy: review.startedBy,
    votes: [review.admin],
    verdict: 'approve',
  });
  if (refusal === 'already_voted') return 'Whoever broke the glass does not review it; somebody else with the role of the gate must.';
  return refusal === null ? null : REFUSAL_SENTENCES[refusal];
}

/**
 * Gives the review of a decision that broke the glass. It tells what people think of the decision and undoes nothing: what is wrong at
 * TikTok is mended by amend, cancel or in Ads Manager.
 *
 * @returns the row of the ledger
 * @throws CommandFault bad input: no such review, or no remark; failed: this person may not give it, or somebody was faster
 */
export async function reviewBrokenGlass(db: Database, people: People, request: ReviewRequest): Promise<number> {
  const { slug, decisionId, outcome, remark } = request;
  const found = (await listReviews(db, { slugs: [slug], decisionId, given: true }))[0];
  if (!found) throw badInput(`no decision ${decisionId} of ${slug} broke the glass; kobi reviews shows those that did`);
  if (remark.trim().length < 3) throw badInput('a review needs a reason of at least three characters');
  const reviewer = findPerson(people, request.reviewer)?.id ?? request.reviewer;
  const at = new Date().toISOString();
  const refusal = mayReview(people, found, reviewer);
  if (refusal !== null) {
    const payload = { decisionId, gate: found.gate, revision: found.revision, outcome, reason: remark, message: refusal };
    await appendToLedger(db, { slug, kind: 'review_refused', key: `review_refused:${randomUUID()}`, actor: reviewer, payload, at });
    throw failed(refusal);
  }
  const seq = await giveReview(db, { slug, decisionId, outcome, reviewedBy: reviewer, remark, at });
  if (seq === undefined) throw failed(`the decision ${decisionId} was reviewed already, by ${found.reviewedBy ?? 'somebody else'}`);
  return seq;
}
