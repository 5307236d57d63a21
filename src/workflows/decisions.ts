import type { RawValue } from '@temporalio/common';
import { type ApplicationFailure, defineSignal, defineUpdate, log, patched, setHandler, TemporalFailure } from '@temporalio/workflow';
import type { z } from 'zod';
import type { EnvelopeVerdict } from '../contract/envelope.js';
import { decisionSchema, SIGNAL, UPDATE, type Decision, type DecisionAnswer, type Refusal } from '../contract/messages.js';
import { judgeEnvelope } from '../domain/decision-envelope.js';
import { decisionHash, type Judgement, judgeDecision, nextGateState, refusalInWords } from '../domain/gate-policy.js';
import type { GateRecord } from '../domain/onboarding-state.js';
import { refuseWhenFull } from './history-length.js';
import { malformed } from './malformed.js';
import { nowIso, type OnboardingRun } from './run.js';
import { readArgument, UNREAD } from './unread-signal.js';
import { counted } from '../domain/counted.js';

/** Refused attempts that one gate revision records; from then on the validator refuses, so that nobody can flood the history. */
const REFUSALS_RECORDED = 20;

const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>(UPDATE.decide);
const decideSignal = defineSignal<[RawValue | undefined]>(SIGNAL.decide, { typeInfo: { inputTypes: UNREAD } });

function refusedSoFar(run: OnboardingRun, decision: Decision): number {
  return run.state.refused[decision.gate] ?? 0;
}

function accept(gate: GateRecord, decision: Decision, ledgerSeq: number): DecisionAnswer {
  const move = nextGateState(gate, decision, nowIso());
  gate.decisions = move.decisions;
  gate.state = move.state;
  const missing = move.stillNeeded > 0 ? `; ${counted(move.stillNeeded, 'more decision')} needed, by somebody else` : '';
  return {
    accepted: true,
    decisionId: decision.decisionId,
    ledgerSeq,
    message: `recorded as row ${ledgerSeq} of the ledger: ${decision.verdict} of ${gate.id}, revision ${gate.revision}${missing}`,
    gateState: gate.state,
    stillNeeded: move.stillNeeded,
  };
}

function refuse(run: OnboardingRun, decision: Decision, code: Refusal, ledgerSeq: number): DecisionAnswer {
  const gate = run.state.gates[decision.gate];
  run.state.refused[decision.gate] = refusedSoFar(run, decision) + 1;
  return {
    accepted: false,
    decisionId: decision.decisionId,
    ledgerSeq,
    code,
    message: refusalInWords(code, gate),
    gateState: gate?.state ?? 'scheduled',
  };
}

function judge({ state }: OnboardingRun, decision: Decision): Judgement {
  return judgeDecision(state.gates[decision.gate], decision, Date.now(), state.decided, state.phase !== 'open');
}

function isSigned({ state }: OnboardingRun): boolean {
  return state.approvals?.mode === 'signed';
}

/** What the decision's envelope proves at this instant of the workflow. */
function envelopeOf(run: OnboardingRun, decision: Decision): EnvelopeVerdict {
  const { approvals, startedAt } = run.state;
  return judgeEnvelope({ approvals, decision, tenant: run.slug, startedAt, nowMs: Date.now() });
}

/**
 * Whether a decision is heard no more: enough refused ones are recorded, and this one breaks a rule of the gate, or comes from nobody
 * whom the gate asked; where decisions are signed, its envelope tells. An approver is heard however many others were refused.
 */
function flooded(run: OnboardingRun, decision: Decision): boolean {
  if (refusedSoFar(run, decision) < REFUSALS_RECORDED) return false;
  const { refusal, repeated } = judge(run, decision);
  if (repeated) return false;
  if (refusal !== null) return true;
  if (isSigned(run)) return envelopeOf(run, decision).fault !== null;
  return !run.state.gates[decision.gate]?.candidates.includes(decision.actor);
}

/**
 * One decision: judged by the state, by the person's authority as it is now, and by its envelope, which counts as it was when the
 * decision arrived, however long others take; the row is written before anything changes.
 *
 * @throws ApplicationFailure when it came together with so many refused ones that it is heard no more
 */
async function decide(run: OnboardingRun, decision: Decision, via: 'update' | 'signal'): Promise<DecisionAnswer> {
  const envelope = envelopeOf(run, decision);
  return run.gateLock.run(async () => {
    if (flooded(run, decision)) throw tooManyRefused();
    const { state } = run;
    const gate = state.gates[decision.gate];
    const judgement = judge(run, decision);
    const earlier = state.decided[decision.decisionId];
    if (judgement.repeated && earlier) return earlier.answer;

    const { refusal: recorded, ledgerSeq } = await run.written((ledger) =>
      ledger.recordDecision.executeWithOptions({ summary: `record the decision of ${decision.gate}` }, [
        {
          slug: run.slug,
          decision,
          via,
          ...(isSigned(run) ? { envelope } : {}),
          refusal: judgement.refusal,
          startedBy: state.startedBy,
          ...(gate?.amendedBy === undefined ? {} : { amendedBy: gate.amendedBy }),
          votes: gate?.decisions.map((vote) => vote.actor) ?? [],
          at: nowIso(),
        },
      ]),
    );
    const refusal = recorded ?? envelope.fault;
    const answer =
      refusal === null && gate ? accept(gate, decision, ledgerSeq) : refuse(run, decision, refusal ?? 'gate_not_open_yet', ledgerSeq);
    // What nobody signed must not use up the id of a decision that somebody will sign.
    if (refusal !== 'decision_id_reused' && envelope.fault === null)
      state.decided[decision.decisionId] = { hash: decisionHash(decision), answer };
    run.dirty = true;
    return answer;
  });
}

function tooManyRefused(): ApplicationFailure {
  return malformed('decide', `${REFUSALS_RECORDED} refused decisions of this revision are recorded; only whom the gate asks is heard now`);
}

/**
 * Records that a signal came which is no decision: somebody meant something by it. As many are recorded as refused decisions of one
 * revision; nothing but the names of the faulty fields is.
 */
async function recordUnreadable(run: OnboardingRun, fault: z.ZodError): Promise<void> {
  const faults = [...new Set(fault.issues.map((issue) => issue.path.join('.') || 'the whole'))].slice(0, 20);
  log.warn('a malformed decision signal was dropped', { faults });
  const { state } = run;
  const before = state.unreadableSignals ?? 0;
  if (before >= REFUSALS_RECORDED || !patched('unreadable-signals-are-recorded')) return;
  state.unreadableSignals = before + 1;
  await run.written((ledger) =>
    ledger.recordEvent.executeWithOptions({ summary: 'record a signal that is no decision' }, [
      {
        slug: run.slug,
        key: `decision_unreadable:${state.startedAt}:${state.unreadableSignals ?? 0}`,
        kind: 'decision_unreadable',
        actor: 'engine',
        payload: { via: 'signal', reason: `what is missing or wrong: ${faults.join(', ')}` },
        at: nowIso(),
      },
    ]),
  );
}

/** Registers the update and the signal `decide`; both follow the same rules. */
export function handleDecisions(run: OnboardingRun): void {
  setHandler(decideUpdate, async (input) => decide(run, decisionSchema().parse(input), 'update'), {
    description:
      'Decide a gate: {decisionId, gate, revision, verdict, actor, reason, evidenceHash, envelope}. Answers at once: recorded, or refused with a code. kobi envelope prints one that is signed.',
    validator: (input) => {
      const parsed = decisionSchema().safeParse(input);
      if (!parsed.success) throw malformed('decide', parsed.error);
      if (flooded(run, parsed.data)) throw tooManyRefused();
      refuseWhenFull();
    },
  });
  setHandler(
    decideSignal,
    async (argument) => {
      const parsed = decisionSchema().safeParse(readArgument(argument));
      try {
        if (parsed.success) await decide(run, parsed.data, 'signal');
        else await recordUnreadable(run, parsed.error);
      } catch (error) {
        // Nobody waits for the answer of a signal, and what it throws would end the onboarding.
        if (!(error instanceof TemporalFailure)) throw error;
        log.warn('a decision signal was dropped', { gate: parsed.data?.gate ?? 'unknown', reason: error.message });
      }
    },
    {
      description:
        'The same decision as the update `decide`, for the Temporal UI: paste what kobi envelope prints. The answer is in the ledger and in the current details.',
    },
  );
}
