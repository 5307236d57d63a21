import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateStateName } from '../../src/contract/checklist.js';
import { decisionSchema, VERDICTS, type Decision, type Refusal } from '../../src/contract/messages.js';
import type { GateStatus } from '../../src/contract/status.js';
import { evidenceHash } from '../../src/domain/evidence.js';
import { decisionHash, judgeDecision, nextGateState } from '../../src/domain/gate-policy.js';

const evidence = { kind: 'initial_funding', amountMinor: 500_000, currency: 'EUR' };
const now = Date.parse('2026-03-01T12:00:00.000Z');

function gate(change: Partial<GateStatus> = {}): GateStatus {
  return {
    id: 'initial_funding',
    revision: 2,
    state: 'open',
    evidenceHash: evidenceHash(evidence),
    evidence,
    openedAt: '2026-03-01T00:00:00.000Z',
    dueAt: '2026-03-03T00:00:00.000Z',
    expiresAt: '2026-03-15T00:00:00.000Z',
    needed: 1,
    candidates: ['approver-a@example.org', 'approver-b@example.org'],
    decisions: [],
    ...change,
  };
}

function decision(change: Partial<Decision> = {}): Decision {
  return decisionSchema().parse({
    decisionId: 'd-1',
    gate: 'initial_funding',
    revision: 2,
    verdict: 'approve',
    actor: 'approver-a@example.org',
    reason: 'as agreed',
    evidenceHash: evidenceHash(evidence),
    amountMinor: 500_000,
    ...change,
  });
}

const vote = {
  decisionId: 'd-0',
  actor: 'approver-a@example.org',
  verdict: 'approve',
  reason: 'ok',
  at: '2026-03-01T01:00:00.000Z',
} as const;

describe('a decision on a gate', () => {
  it('passes while the gate is open, for the revision, evidence and amount that were shown', () => {
    expect(judgeDecision(gate(), decision(), now, {}, false)).toEqual({ refusal: null, repeated: false });
  });

  const cases: [string, GateStatus | undefined, Decision, boolean, Refusal][] = [
    ['before the gate was ever opened', undefined, decision(), false, 'gate_not_open_yet'],
    ['while it is scheduled', gate({ state: 'scheduled' }), decision(), false, 'gate_not_open_yet'],
    ['for a revision that does not exist yet', gate(), decision({ revision: 3 }), false, 'gate_not_open_yet'],
    ['for an earlier revision', gate(), decision({ revision: 1 }), false, 'stale_revision'],
    ['after expiry', gate({ state: 'expired' }), decision(), false, 'gate_expired'],
    ['past the expiry that no timer has noticed yet', gate({ expiresAt: new Date(now).toISOString() }), decision(), false, 'gate_expired'],
    ['after withdrawal', gate({ state: 'withdrawn' }), decision(), false, 'gate_withdrawn'],
    ['after another decision', gate({ state: 'approved' }), decision(), false, 'gate_already_decided'],
    ['after the client was asked', gate({ state: 'changes_requested' }), decision(), false, 'gate_already_decided'],
    ['after the end', gate(), decision(), true, 'onboarding_ended'],
    ['after the end that withdrew the gate', gate({ state: 'withdrawn' }), decision(), true, 'onboarding_ended'],
    ['after the end that came after the expiry', gate({ state: 'expired' }), decision(), true, 'onboarding_ended'],
    ['after the end, where somebody decided before', gate({ state: 'rejected' }), decision(), true, 'gate_already_decided'],
    ['after the end, for an earlier revision', gate({ state: 'approved' }), decision({ revision: 1 }), true, 'onboarding_ended'],
    ['after the end, of a gate that never opened', undefined, decision(), true, 'onboarding_ended'],
    ['for other evidence', gate(), decision({ evidenceHash: '0'.repeat(64) }), false, 'stale_evidence'],
    ['by one person twice', gate({ needed: 2, decisions: [vote] }), decision(), false, 'already_voted'],
    ['rejecting without a reason', gate(), decision({ verdict: 'reject', reason: '   -' }), false, 'reason_missing'],
    ['asking for changes without saying which', gate(), decision({ verdict: 'request_changes', reason: '' }), false, 'reason_missing'],
    ['with another amount', gate(), decision({ amountMinor: 5_000 }), false, 'amount_differs'],
    ['with no amount typed', gate(), decision({ amountMinor: undefined }), false, 'amount_differs'],
    [
      'on evidence that names no amount',
      gate({ evidence: {}, evidenceHash: evidenceHash({}) }),
      decision({ evidenceHash: evidenceHash({}) }),
      false,
      'amount_differs',
    ],
  ];
  it.each(cases)('is refused %s', (_name, judged, made, ended, refusal) => {
    expect(judgeDecision(judged, made, now, {}, ended)).toEqual({ refusal, repeated: false });
  });

  it('needs no amount to say no, nor for gates without money', () => {
    expect(
      judgeDecision(gate(), decision({ verdict: 'reject', reason: 'too early', amountMinor: undefined }), now, {}, false).refusal,
    ).toBeNull();
    expect(
      judgeDecision(gate({ id: 'spark_ads' }), decision({ gate: 'spark_ads', amountMinor: undefined }), now, {}, false).refusal,
    ).toBeNull();
  });

  it('is one decision when it comes twice, even after the gate closed, and never overwrites another content', () => {
    const first = decision();
    const seen = { 'd-1': { hash: decisionHash(first) } };
    expect(judgeDecision(gate({ state: 'approved' }), first, now, seen, true)).toEqual({ refusal: null, repeated: true });
    expect(judgeDecision(gate(), decision({ verdict: 'reject', reason: 'no budget' }), now, seen, false)).toEqual({
      refusal: 'decision_id_reused',
      repeated: false,
    });
  });

  it('does not mistake a name of Object.prototype for a decision seen before', () => {
    expect(judgeDecision(gate(), decision({ decisionId: 'constructor' }), now, {}, false)).toEqual({ refusal: null, repeated: false });
  });
});

describe('the next state of a gate', () => {
  it('counts different people, not clicks', () => {
    const first = nextGateState(gate({ needed: 2 }), decision(), '2026-03-01T12:00:00.000Z');
    expect(first).toMatchObject({ state: 'open', stillNeeded: 1 });
    const again = nextGateState(
      gate({ needed: 2, decisions: first.decisions }),
      decision({ decisionId: 'd-2' }),
      '2026-03-01T12:01:00.000Z',
    );
    expect(again).toMatchObject({ state: 'open', stillNeeded: 1 });
    const other = nextGateState(
      gate({ needed: 2, decisions: first.decisions }),
      decision({ decisionId: 'd-3', actor: 'approver-b@example.org' }),
      '2026-03-01T12:02:00.000Z',
    );
    expect(other).toMatchObject({ state: 'approved', stillNeeded: 0 });
  });

  it('lets a single no decide, whoever said yes before', () => {
    for (const [verdict, state] of [
      ['reject', 'rejected'],
      ['request_changes', 'changes_requested'],
      ['withdraw', 'withdrawn'],
    ] as const) {
      expect(
        nextGateState(
          gate({ needed: 2, decisions: [vote] }),
          decision({ verdict, actor: 'approver-b@example.org', reason: 'not yet' }),
          '2026-03-01T12:00:00.000Z',
        ).state,
      ).toBe(state);
    }
  });
});

/** Feeds decisions in order through both rules, as the workflow does. */
function play(
  start: GateStatus,
  decisions: readonly { made: Decision; at: number }[],
): { last: GateStatus; answers: (Refusal | 'accepted' | 'repeated')[] } {
  const seen: Record<string, { hash: string }> = {};
  let current = start;
  const answers = decisions.map(({ made, at }) => {
    const { refusal, repeated } = judgeDecision(current, made, at, seen, false);
    if (repeated) return 'repeated' as const;
    if (refusal !== 'decision_id_reused') seen[made.decisionId] = { hash: decisionHash(made) };
    if (refusal) return refusal;
    const { stillNeeded: _stillNeeded, ...move } = nextGateState(current, made, new Date(at).toISOString());
    current = { ...current, ...move };
    return 'accepted' as const;
  });
  return { last: current, answers };
}

describe('races', () => {
  it('accept exactly one of two opposite decisions and tell the loser, 1,000 seeded times', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom('reject', 'request_changes', 'withdraw'),
        fc.boolean(),
        (approveFirst, verdict, retried) => {
          const yes = decision({ decisionId: 'yes' });
          const no = decision({ decisionId: 'no', verdict, actor: 'approver-b@example.org', reason: 'not this month' });
          const order = approveFirst ? [yes, no] : [no, yes];
          const sent = (retried ? [...order, ...order] : order).map((made) => ({ made, at: now }));
          const { last, answers } = play(gate(), sent);
          expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1);
          expect(answers[1]).toBe(!approveFirst && verdict === 'withdraw' ? 'gate_withdrawn' : 'gate_already_decided');
          expect(last.state).toBe(
            approveFirst ? 'approved' : { reject: 'rejected', request_changes: 'changes_requested', withdraw: 'withdrawn' }[verdict],
          );
        },
      ),
      { numRuns: 1_000, seed: 19 },
    );
  });

  it('reach one terminal outcome and never approve without the approvals needed, for any decisions in any order', () => {
    const any = fc.record({
      decisionId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      revision: fc.integer({ min: 1, max: 3 }),
      verdict: fc.constantFrom(...VERDICTS),
      actor: fc.constantFrom('approver-a@example.org', 'approver-b@example.org', 'approver-c@example.org'),
      reason: fc.constantFrom('', 'as agreed'),
      evidenceHash: fc.constantFrom(evidenceHash(evidence), 'f'.repeat(64)),
      amountMinor: fc.constantFrom(500_000, 1),
      at: fc.integer({ min: now, max: Date.parse('2026-03-20T00:00:00.000Z') }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), fc.constantFrom(1, 2), (sent, needed) => {
        const start = gate({ needed });
        const { last, answers } = play(
          start,
          sent.map(({ at, ...change }) => ({ made: decision(change), at })),
        );
        const terminal = last.decisions.filter((each) => each.verdict !== 'approve').length;
        expect(terminal).toBeLessThanOrEqual(1);
        expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(last.decisions.length);
        const approvers = new Set(last.decisions.map((each) => each.actor));
        const expected: GateStateName[] =
          approvers.size >= needed && terminal === 0 ? ['approved'] : ['open', 'rejected', 'changes_requested', 'withdrawn'];
        expect(expected).toContain(last.state);
        if (last.state === 'open') expect(terminal).toBe(0);
        for (const each of last.decisions) expect(each.at < start.expiresAt).toBe(true);
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});
