import { defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import { decisionSchema, SIGNAL, UPDATE, type Decision, type DecisionAnswer, type Refusal } from '../contract/messages.js';
import { decisionHash, judgeDecision, nextGateState, REFUSAL_SENTENCES } from '../domain/gate-policy.js';
import type { GateRecord } from '../domain/onboarding-state.js';
import { malformed } from './malformed.js';
import { nowIso, type OnboardingRun } from './run.js';

/** Refused attempts that one gate revision records; from then on the validator refuses, so that nobody can flood the history. */
const REFUSALS_RECORDED = 20;

const decideUpdate = defineUpdate<DecisionAnswer, [Decision]>(UPDATE.decide);
const decideSignal = defineSignal<[Decision]>(SIGNAL.decide);

function accept(gate: GateRecord, decision: Decision, ledgerSeq: number): DecisionAnswer {
  const move = nextGateState(gate, decision, nowIso());
  gate.decisions = move.decisions;
  gate.state = move.state;
  const missing = move.stillNeeded > 0 ? `; ${move.stillNeeded} more decision(s) needed, by somebody else` : '';
  return {
    accepted: true,
    decisionId: decision.decisionId,
    ledgerSeq,
    message: `recorded as row ${ledgerSeq} of the ledger: ${decision.verdict} of ${gate.id}, revision ${gate.revision}${missing}`,
    gateState: gate.state,
    stillNeeded: move.stillNeeded,
  };
}

function refuse(gate: GateRecord | undefined, decision: Decision, code: Refusal, ledgerSeq?: number): DecisionAnswer {
  if (gate) gate.refused += 1;
  const first = gate?.decisions.at(-1);
  const who = code === 'gate_already_decided' && first ? ` ${first.actor} decided ${first.verdict} at ${first.at}.` : '';
  return {
    accepted: false,
    decisionId: decision.decisionId,
    ...(ledgerSeq === undefined ? {} : { ledgerSeq }),
    code,
    message: `${REFUSAL_SENTENCES[code]}${who}`,
    gateState: gate?.state ?? 'scheduled',
  };
}

/** One decision: judged by the state, then by the person's authority as it is now; the row is written before anything changes. */
async function decide(run: OnboardingRun, decision: Decision, via: 'update' | 'signal'): Promise<DecisionAnswer> {
  return run.gateLock.run(async () => {
    const { state } = run;
    const gate = state.gates[decision.gate];
    const judgement = judgeDecision(gate, decision, Date.now(), state.decided, state.phase !== 'open');
    const earlier = state.decided[decision.decisionId];
    if (judgement.repeated && earlier) return earlier.answer;

    const { refusal, ledgerSeq } = await run.written((ledger) =>
      ledger.recordDecision.executeWithOptions({ summary: `record the decision of ${decision.gate}` }, [
        {
          slug: run.slug,
          decision,
          via,
          refusal: judgement.refusal,
          startedBy: state.startedBy,
          votes: gate?.decisions.map((vote) => vote.actor) ?? [],
          at: nowIso(),
        },
      ]),
    );
    const answer =
      refusal === null && gate ? accept(gate, decision, ledgerSeq) : refuse(gate, decision, refusal ?? 'gate_not_open_yet', ledgerSeq);
    if (refusal !== 'decision_id_reused') state.decided[decision.decisionId] = { hash: decisionHash(decision), answer };
    run.dirty = true;
    return answer;
  });
}

function flooded(run: OnboardingRun, decision: Decision): boolean {
  return (run.state.gates[decision.gate]?.refused ?? 0) >= REFUSALS_RECORDED && !Object.hasOwn(run.state.decided, decision.decisionId);
}

/** Registers the update and the signal `decide`; both follow the same rules. */
export function handleDecisions(run: OnboardingRun): void {
  setHandler(decideUpdate, async (input) => decide(run, decisionSchema.parse(input), 'update'), {
    description:
      'Decide a gate: {decisionId, gate, revision, verdict, actor, reason, evidenceHash}. Answers at once: recorded, or refused with a code.',
    validator: (input) => {
      const parsed = decisionSchema.safeParse(input);
      if (!parsed.success) throw malformed('decide', parsed.error);
      if (flooded(run, parsed.data)) throw malformed('decide', `more than ${REFUSALS_RECORDED} refused decisions of this revision`);
    },
  });
  setHandler(
    decideSignal,
    async (input) => {
      const parsed = decisionSchema.safeParse(input);
      if (!parsed.success) {
        log.warn('a malformed decision signal was dropped', { faults: parsed.error.issues.map((issue) => issue.path.join('.')) });
        return;
      }
      if (flooded(run, parsed.data)) {
        log.warn('a decision signal was dropped: too many refused ones', { gate: parsed.data.gate });
        return;
      }
      await decide(run, parsed.data, 'signal');
    },
    {
      description: 'The same decision as the update `decide`, for the Temporal UI; the answer is in the ledger and in the current details.',
    },
  );
}
