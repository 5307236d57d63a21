import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { GateId } from '../contract/checklist.js';
import { onboardingWorkflowId } from '../contract/ids.js';
import { type Decision, type DecisionAnswer, decisionSchema, UPDATE, type Verdict } from '../contract/messages.js';
import { decisionHash, refusalAfterTheEnd, refusalInWords } from '../domain/gate-policy.js';
import { type Attempt, type Outcome, type Origin, recordAttempt, recordOutcome } from '../store/attempts.js';
import { isDatabaseUnavailable } from '../store/database.js';
import { badInput, failed } from './exit.js';
import { savedOnboarding } from './known-onboarding.js';
import type { ClientDependencies } from './onboarding-client.js';
import { readStatus } from './read-status.js';
import { signedRun } from './signed-run.js';
import { recordedAnswer } from './recorded-answer.js';
import { askRun, isRunGone, isServerAway, isUnanswered } from './run-access.js';

export interface DecisionRequest {
  readonly gate: GateId;
  readonly verdict: Verdict;
  readonly actor: string;
  readonly reason: string;
  /** Minor units, typed again by the person; demanded for `initial_funding`. */
  readonly amountMinor?: number;
  /** The same id asks again for the same answer; a new one when absent. */
  readonly decisionId?: string;
  /** What the person looked at; the gate as it is now when absent. */
  readonly revision?: number;
  readonly evidenceHash?: string;
  /** As an admin without the gate's role; a review within a day follows. */
  readonly breakGlass?: true;
  /** Signed elsewhere; made here when absent and the onboarding demands one. */
  readonly envelope?: string;
  readonly origin?: Origin;
}

const DECIDE_TIMEOUT_MS = 30_000;
/** Stands for "no evidence seen": the workflow refuses it and records the attempt. */
export const NO_EVIDENCE = '0'.repeat(64);

/**
 * The decision that a request is; what it leaves out is as the gate is now.
 * @throws CommandFault (bad input) when it is malformed
 */
export async function decisionOf(deps: ClientDependencies, slug: string, request: DecisionRequest): Promise<Decision> {
  const { origin: _origin, ...given } = request;
  const seen =
    request.revision !== undefined && request.evidenceHash !== undefined
      ? undefined
      : await readStatus({ client: deps.client, db: deps.db }, slug);
  const gate = seen?.status.gates.find((each) => each.id === request.gate);
  const parsed = decisionSchema().safeParse({
    ...given,
    decisionId: request.decisionId ?? `${request.origin ?? 'command_line'}-${randomUUID()}`,
    revision: request.revision ?? gate?.revision ?? 1,
    evidenceHash: request.evidenceHash ?? gate?.evidenceHash ?? NO_EVIDENCE,
  });
  if (parsed.success) return parsed.data;
  throw badInput(
    `the decision is malformed: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
  );
}

/** The decision with its envelope where the run demands one; without it where the person may not give it, which the run records. */
async function withEnvelope(deps: ClientDependencies, slug: string, decision: Decision): Promise<Decision> {
  if (decision.envelope !== undefined) return decision;
  const run = await signedRun(deps, slug, decision);
  if (!run) return decision;
  const signed = await deps.approvals.sign({ decision, ...run });
  return 'envelope' in signed ? { ...decision, envelope: signed.envelope } : decision;
}

/** Sends the update. Its id holds the decision's hash, so that one decision id with another content reaches the rules and is refused there. */
async function send({ client }: ClientDependencies, slug: string, decision: Decision): Promise<DecisionAnswer> {
  const handle = client.workflow.getHandle(onboardingWorkflowId(slug));
  const updateId = `${decision.decisionId}:${decisionHash(decision).slice(0, 16)}`;
  return askRun(client, DECIDE_TIMEOUT_MS, () =>
    handle.executeUpdate<DecisionAnswer, [Decision]>(UPDATE.decide, { args: [decision], updateId }),
  );
}

/** What a decision hears when the run is over, and how that is recorded: the run's own rows tell of it only when it heard the decision. */
async function answerOfEnded(
  deps: ClientDependencies,
  slug: string,
  decision: Decision,
): Promise<{ readonly answer: DecisionAnswer; readonly outcome: Outcome }> {
  const { status } = await savedOnboarding(deps.db, slug);
  const gate = status.gates.find((each) => each.id === decision.gate);
  const earlier = await recordedAnswer(deps.db, slug, decision, gate);
  if (earlier) return { answer: earlier, outcome: { answer: earlier } };
  const code = refusalAfterTheEnd(gate, decision);
  const message = `${refusalInWords(code, gate)} (${slug} is ${status.state})`;
  return {
    answer: { accepted: false, decisionId: decision.decisionId, code, message, gateState: gate?.state ?? 'scheduled' },
    outcome: { unanswered: 'onboarding_gone', message },
  };
}

function again(slug: string, { decisionId, gate }: Decision): string {
  return `whether the decision of ${gate} counts is not known; ask again with the same command and --decision-id ${decisionId} (kobi status ${slug} shows the gate)`;
}

/**
 * Gives one decision: the attempt's row first, then the update, then the outcome's row, so that an attempt is on record whatever
 * becomes of it. The same decision under the same id hears the same answer, also after the run has ended.
 *
 * @throws CommandFault bad input: malformed (nothing was sent); failed: no answer, with the way to ask again
 */
export async function decideGate(deps: ClientDependencies, slug: string, request: DecisionRequest): Promise<DecisionAnswer> {
  const decision = await decisionOf(deps, slug, request);
  const attempt: Attempt = {
    slug,
    attemptId: randomUUID(),
    decision,
    origin: request.origin ?? 'command_line',
    at: new Date().toISOString(),
  };
  await recordAttempt(deps.db, attempt);
  const settle = async (outcome: Outcome): Promise<void> => {
    try {
      await recordOutcome(deps.db, { ...attempt, at: new Date().toISOString() }, outcome);
    } catch (error) {
      // The workflow's own row is written before it answers; an outcome's row that is missing changes no decision.
      if (!isDatabaseUnavailable(error)) throw error;
    }
  };
  try {
    const answer = await send(deps, slug, await withEnvelope(deps, slug, decision));
    await settle({ answer });
    return answer;
  } catch (error) {
    if (isRunGone(error)) {
      const { answer, outcome } = await answerOfEnded(deps, slug, decision);
      await settle(outcome);
      return answer;
    }
    if (error instanceof WorkflowUpdateFailedError) {
      const message = error.cause?.message ?? error.message;
      await settle({ unanswered: 'malformed', message });
      throw badInput(message, { decisionId: decision.decisionId });
    }
    if (isUnanswered(error) || isServerAway(error)) {
      const why = isServerAway(error) ? 'the Temporal server went away' : `no worker answered within ${DECIDE_TIMEOUT_MS / 1_000} s`;
      await settle({ unanswered: 'not_reached', message: why });
      throw failed(`${why}: ${again(slug, decision)}`, { decisionId: decision.decisionId, code: 'outcome_unknown', cause: why });
    }
    throw error;
  }
}
