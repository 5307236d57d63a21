import type { Decision, DecisionAnswer } from '../contract/messages.js';
import type { Database } from './database.js';
import { appendToLedger } from './ledger.js';

/** Where a decision came from, for the ledger. */
export type Origin = 'command_line' | 'page' | 'api';

export interface Attempt {
  readonly slug: string;
  /** New for every time the decision is sent, so that each attempt has its row, whatever id the decision bears. */
  readonly attemptId: string;
  readonly decision: Decision;
  readonly origin: Origin;
  /** ISO 8601. */
  readonly at: string;
}

/** How an attempt ended: the workflow's answer, or why there is none. */
export type Outcome =
  | { readonly answer: DecisionAnswer }
  | { readonly unanswered: 'onboarding_gone' | 'not_reached' | 'malformed'; readonly message: string };

/** The row before the decision is sent; without it nothing is sent, so that no attempt goes unrecorded. */
export async function recordAttempt(db: Database, { slug, attemptId, decision, origin, at }: Attempt): Promise<number> {
  const { envelope: _envelope, ...shown } = decision;
  const { row } = await appendToLedger(db, {
    slug,
    kind: 'decision_attempted',
    key: `attempt:${attemptId}`,
    actor: decision.actor,
    payload: { attemptId, origin, decision: shown },
    at,
  });
  return row.seq;
}

/** The row after: what the attempt led to, also when the run is gone or nobody answered. */
export async function recordOutcome(
  db: Database,
  { slug, attemptId, decision, at }: Omit<Attempt, 'origin'>,
  outcome: Outcome,
): Promise<number> {
  const payload = { attemptId, decisionId: decision.decisionId, gate: decision.gate, revision: decision.revision, ...outcome };
  const { row } = await appendToLedger(db, {
    slug,
    kind: 'decision_outcome',
    key: `outcome:${attemptId}`,
    actor: decision.actor,
    payload,
    at,
  });
  return row.seq;
}
