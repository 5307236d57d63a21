import { randomUUID } from 'node:crypto';
import type { Decision } from '../contract/messages.js';
import { REFUSAL_SENTENCES } from '../domain/gate-policy.js';
import { appendToLedger } from '../store/ledger.js';
import { type DecisionRequest, decisionOf } from './decide-gate.js';
import { failed } from './exit.js';
import type { ClientDependencies } from './onboarding-client.js';
import { signedRun } from './signed-run.js';

export interface SignedDecision {
  /** The argument of the signal `decide`. */
  readonly decision: Decision;
  /** Until when the run takes it, ISO 8601; null when it takes decisions without an envelope. */
  readonly expiresAt: string | null;
}

/**
 * Signs a decision and leaves sending it to the person, with a row that tells who had it signed; whether it counts is for the run to say.
 *
 * @throws CommandFault bad input: malformed, or no such tenant; failed: the person may not decide
 */
export async function signDecision(deps: ClientDependencies, slug: string, request: DecisionRequest): Promise<SignedDecision> {
  const decision = await decisionOf(deps, slug, request);
  const run = await signedRun(deps, slug, decision);
  if (!run) return { decision, expiresAt: null };
  const signed = await deps.approvals.sign({ decision, ...run });
  const refusal = 'refusal' in signed ? signed.refusal : undefined;
  await appendToLedger(deps.db, {
    slug,
    kind: refusal === undefined ? 'envelope_signed' : 'envelope_refused',
    key: `envelope:${randomUUID()}`,
    actor: decision.actor,
    payload: { ...decision, refusal, expiresAt: 'expiresAt' in signed ? signed.expiresAt : undefined },
    at: new Date().toISOString(),
  });
  if ('refusal' in signed)
    throw failed(`${decision.actor} may not decide ${decision.gate} of ${slug}: ${REFUSAL_SENTENCES[signed.refusal]}`, {
      code: signed.refusal,
    });
  return { decision: { ...decision, envelope: signed.envelope }, expiresAt: signed.expiresAt };
}
