import { expect } from 'vitest';
import { type Decision, decisionSchema } from '../../src/contract/messages.js';
import { decisionHash, type JudgedGate, judgeDecision, nextGateState } from '../../src/domain/gate-policy.js';
import type { Draws } from './seed.js';

/** Two decisions of two people at one instant, in the order in which they come to the lock. */
export function raceOnPaper(draws: Draws): void {
  const evidenceHash = 'a'.repeat(64);
  const base = { gate: 'creative_policy', revision: 1, evidenceHash, reason: 'seen and judged' } as const;
  const against = draws.pick(['reject', 'request_changes'] as const);
  const pair = [
    decisionSchema().parse({ ...base, decisionId: 'for', verdict: 'approve', actor: 'approver-a' }),
    decisionSchema().parse({ ...base, decisionId: 'against', verdict: against, actor: 'approver-b' }),
  ];
  const order: Decision[] = draws.below(2) === 0 ? pair : pair.toReversed();
  const sent = Array.from({ length: 1 + draws.below(3) }, () => order).flat();
  const now = Date.parse('2026-03-01T12:00:00.000Z') + draws.below(1_000);
  const expiresAt = new Date(now + 1).toISOString();
  let gate: JudgedGate = {
    id: 'creative_policy',
    revision: 1,
    state: 'open',
    evidenceHash,
    evidence: {},
    expiresAt,
    needed: 1,
    decisions: [],
  };
  const seen: Record<string, { hash: string }> = {};
  const answers = sent.map((decision) => {
    const { refusal, repeated } = judgeDecision(gate, decision, now, seen, false);
    if (repeated) return 'repeated';
    seen[decision.decisionId] = { hash: decisionHash(decision) };
    if (refusal !== null) return refusal;
    const { stillNeeded: _stillNeeded, ...move } = nextGateState(gate, decision, new Date(now).toISOString());
    gate = { ...gate, ...move };
    return 'accepted';
  });
  expect(answers).toEqual(['accepted', 'gate_already_decided', ...sent.slice(2).map(() => 'repeated')]);
  const outcome = { approve: 'approved', reject: 'rejected', request_changes: 'changes_requested', withdraw: '' };
  expect(gate.state).toBe(outcome[order[0]?.verdict ?? 'withdraw']);
}
