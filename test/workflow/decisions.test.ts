import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { Decision, Refusal } from '../../src/contract/messages.js';
import type { GateStatus } from '../../src/contract/status.js';
import { decisionHash } from '../../src/domain/gate-policy.js';
import { eventually } from './eventually.js';
import { failWith } from './fake-activities.js';
import type { Onboarding } from './onboarding.js';
import { useOnboardings, type StartOptions } from './onboardings.js';
import { everybody, useLedger } from './real-ledger.js';
import { school } from './tenant.js';

const ledger = useLedger();
const { start: startWith } = useOnboardings();

function start(slug: string, { activities = {}, ...options }: StartOptions = {}): Promise<Onboarding> {
  return startWith(slug, { ...options, activities: { ...ledger.activities(), ...activities } });
}

const slugOf = (onboarding: Onboarding) => onboarding.handle.workflowId.replace('onboarding:', '');
const decisionRows = (onboarding: Onboarding) => ledger.rows(slugOf(onboarding), 'decision_accepted', 'decision_refused');

/** What the ledger says of one decision, as soon as it says anything. */
async function outcome(onboarding: Onboarding, decision: Decision): Promise<{ accepted: boolean; code?: unknown; via: unknown }> {
  const hash = decisionHash(decision);
  const rows = await eventually(
    `a row of ${decision.decisionId}`,
    async () => (await decisionRows(onboarding)).filter((row) => row.payload['contentHash'] === hash),
    (found) => found.length > 0,
  );
  const { refusal, via } = rows[0]?.payload ?? {};
  return { accepted: refusal === null, ...(refusal === null ? {} : { code: refusal }), via };
}

/** Sends a decision and tells how it ended: an update answers, a signal is looked up in the ledger. */
async function send(onboarding: Onboarding, via: 'update' | 'signal', decision: Decision): Promise<object> {
  if (via === 'signal') {
    await onboarding.signal(decision);
    return outcome(onboarding, decision);
  }
  const { accepted, code } = await onboarding.send(decision);
  const answer = { accepted, ...(code === undefined ? {} : { code }), via };
  expect(await outcome(onboarding, decision)).toEqual(answer);
  return answer;
}

describe.concurrent.each(['update', 'signal'] as const)('a decision by %s', (via) => {
  it('that breaks a rule is refused with its own code and recorded; the one that breaks none is accepted', async () => {
    const onboarding = await start(`decide_by_${via}`, { input: { startedBy: 'approver-b@example.org' } });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const first = onboarding.decision(gate, { evidenceHash: 'f'.repeat(64) });
    const refused: [Refusal, Decision][] = [
      ['stale_evidence', first],
      ['decision_id_reused', { ...first, evidenceHash: gate.evidenceHash }],
      ['gate_not_open_yet', onboarding.decision({ ...gate, id: 'initial_funding' }, { amountMinor: 50_000 })],
      ['gate_not_open_yet', onboarding.decision(gate, { revision: 2 })],
      ['wrong_person', onboarding.decision(gate, { actor: 'approver-elsewhere@example.org' })],
      ['wrong_person', onboarding.decision(gate, { actor: 'ops-a@example.org' })],
      ['person_unknown', onboarding.decision(gate, { actor: 'approver-z@example.org' })],
      ['person_disabled', onboarding.decision(gate, { actor: 'approver-gone@example.org' })],
      ['starter_may_not_decide', onboarding.decision(gate, { actor: 'approver-b@example.org' })],
      ['starter_may_not_decide', onboarding.decision(gate, { actor: 'B@example.org' })],
      ['reason_missing', onboarding.decision(gate, { verdict: 'reject', reason: ' - ' })],
      ['reason_missing', onboarding.decision(gate, { verdict: 'request_changes', reason: '' })],
    ];
    for (const [code, decision] of refused) {
      expect(await send(onboarding, via, decision), JSON.stringify(decision)).toEqual({ accepted: false, code, via });
    }
    expect((await onboarding.untilGate('creative_policy', 'open')).decisions).toEqual([]);
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');

    expect(await send(onboarding, via, onboarding.decision(gate, { envelope: 'a signature' }))).toEqual({ accepted: true, via });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect((await decisionRows(onboarding)).map((row) => row.payload['refusal'])).toEqual([...refused.map(([code]) => code), null]);
    expect(await ledger.fault(slugOf(onboarding))).toBeNull();
  });

  it('that comes after the gate was decided is refused', async () => {
    const { onboarding, gate, answer } = await decidedWhileTheClientIsAwaited(`decide_late_${via}`);
    expect(answer).toMatchObject({ accepted: true, gateState: 'approved' });
    const late = onboarding.decision(gate, { actor: 'approver-b@example.org', verdict: 'reject', reason: 'I was slower' });
    expect(await send(onboarding, via, late)).toEqual({ accepted: false, code: 'gate_already_decided', via });
    expect((await onboarding.untilGate('creative_policy', 'approved')).decisions).toHaveLength(1);
    expect(onboarding.fakes.calls.filter((call) => call === 'uploadCreatives')).toHaveLength(1);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
  });

  it('that comes twice is one decision with one row', async () => {
    const { onboarding, decision, answer } = await decidedWhileTheClientIsAwaited(`decide_twice_${via}`);
    if (via === 'signal') await onboarding.signal(decision);
    expect(await onboarding.send(decision)).toEqual(answer);
    expect(await decisionRows(onboarding)).toHaveLength(1);
    expect((await onboarding.untilGate('creative_policy', 'approved')).decisions).toHaveLength(1);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
  });
});

/** An onboarding that stays after its one gate was approved. */
async function decidedWhileTheClientIsAwaited(slug: string) {
  const onboarding = await start(slug, { activities: { findTikTokAccount: async () => ({ account: null }) } });
  const gate = await onboarding.untilGate('creative_policy', 'open');
  const decision = onboarding.decision(gate);
  const answer = await onboarding.send(decision);
  await onboarding.untilStep('creative_policy', 'done');
  return { onboarding, gate, decision, answer };
}

describe.concurrent('a decision', () => {
  it('is judged by what the person may do now, not when the gate opened', async () => {
    let people = everybody();
    const onboarding = await start('decide_demoted', { activities: ledger.activities(() => people) });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    expect(gate.candidates).toContain('approver-a@example.org');
    people = { people: people.people.filter((person) => person.id !== 'approver-a@example.org') };
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'person_unknown' });
    people = everybody();
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
    await onboarding.handle.result();
  });

  it('by whoever amended what the gate shows is refused, as an id and as a mail, and by nobody else', async () => {
    const onboarding = await start('decide_own_words');
    const tenant = school('decide_own_words');
    expect((await onboarding.untilGate('creative_policy', 'open')).candidates).toContain('approver-b@example.org');
    const creatives = tenant.creatives.map((creative) => ({ ...creative, text: 'Visit us in spring' }));
    await onboarding.verb('amend', { actor: 'B@example.org', tenant: { ...tenant, creatives } });
    const gate = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(gate).toMatchObject({ amendedBy: ['B@example.org'], candidates: ['approver-a@example.org'] });
    for (const actor of ['approver-b@example.org', 'b@example.org'])
      expect(await onboarding.decide(gate, { actor })).toMatchObject({ accepted: false, code: 'starter_may_not_decide' });
    expect(await onboarding.decide(gate, { actor: 'approver-a@example.org' })).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('that is malformed is refused with the path of every fault, without a row and without an event; a malformed signal is dropped and recorded', async () => {
    const onboarding = await start('decide_malformed');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const broken = { ...onboarding.decision(gate), evidenceHash: 'not-a-hash', verdict: 'maybe', revision: 0 };
    await onboarding.signal(broken);
    await onboarding.signal('approve');
    const refusal: unknown = await onboarding.handle
      .executeUpdate('decide', { args: [{ ...broken, surprise: 'SECRET-VALUE' }] })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(WorkflowUpdateFailedError);
    const said = refusal instanceof WorkflowUpdateFailedError ? String(refusal.cause?.message) : '';
    for (const path of ['evidenceHash', 'verdict', 'revision', 'surprise']) expect(said).toContain(path);
    expect(said).not.toContain('SECRET-VALUE');
    expect((await onboarding.events()).some((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toBe(false);
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(await decisionRows(onboarding)).toHaveLength(1);
    const dropped = await ledger.rows('decide_malformed', 'decision_unreadable');
    expect(dropped.map(({ payload }) => [payload['via'], payload['reason']]).toSorted()).toEqual([
      ['signal', 'what is missing or wrong: revision, verdict, evidenceHash'],
      ['signal', 'what is missing or wrong: the whole'],
    ]);
  });

  it('by signal that our ledger cannot take costs the onboarding nothing', async () => {
    let broken = true;
    const { recordDecision } = ledger.activities();
    const onboarding = await start('decide_ledger_broken', {
      activities: {
        recordDecision: async (input) => {
          if (broken) throw failWith('internal', 'the ledger refuses the row');
          return recordDecision(input);
        },
      },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.signal(onboarding.decision(gate));
    await expect(onboarding.decide(gate)).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    broken = false;
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

describe.concurrent('refused decisions', () => {
  it('are recorded twenty times a revision, also when they come together; then nothing is recorded, and an approver is still heard', async () => {
    const onboarding = await start('decide_flood');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const wrong = () => onboarding.decision(gate, { evidenceHash: '0'.repeat(64) });
    for (let count = 0; count < 18; count += 6) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => onboarding.send(wrong())));
      expect(answers.map((answer) => answer.code)).toEqual(Array.from({ length: 6 }, () => 'stale_evidence'));
    }
    const signalled = Array.from({ length: 8 }, wrong);
    await Promise.all(signalled.map((decision) => onboarding.signal(decision)));
    await expect(onboarding.send(wrong())).rejects.toThrow(WorkflowUpdateFailedError);
    expect(await decisionRows(onboarding)).toHaveLength(20);

    const reused = { ...signalled[0], decisionId: (await decisionRows(onboarding))[0]?.payload['decisionId'], reason: 'another content' };
    await expect(onboarding.handle.executeUpdate('decide', { args: [reused] })).rejects.toThrow(WorkflowUpdateFailedError);
    await expect(onboarding.decide(gate, { actor: 'approver-z@example.org' })).rejects.toThrow(WorkflowUpdateFailedError);
    expect(await decisionRows(onboarding)).toHaveLength(20);
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
    await onboarding.handle.result();
  });

  it('of a gate that never opened are as limited', async () => {
    const onboarding = await start('decide_flood_early');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const early = () => onboarding.decision({ ...gate, id: 'spark_ads' });
    for (let count = 0; count < 20; count += 5) await Promise.all(Array.from({ length: 5 }, () => onboarding.send(early())));
    await expect(onboarding.send(early())).rejects.toThrow(WorkflowUpdateFailedError);
    expect(await decisionRows(onboarding)).toHaveLength(20);
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true });
    await onboarding.handle.result();
  });

  it('are counted anew for the next revision', async () => {
    const onboarding = await start('decide_flood_again');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const wrong = (of: GateStatus) => onboarding.decision(of, { evidenceHash: '0'.repeat(64) });
    for (let count = 0; count < 20; count += 5) await Promise.all(Array.from({ length: 5 }, () => onboarding.send(wrong(gate))));
    await onboarding.decide(gate, { verdict: 'request_changes', reason: 'a shorter text' });
    await onboarding.untilStep('creative_policy', 'waiting_on');
    await onboarding.verb('retry', { step: 'creative_policy' });
    const second = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(await onboarding.send(wrong(second))).toMatchObject({ accepted: false, code: 'stale_evidence' });
    expect(await onboarding.decide(second)).toMatchObject({ accepted: true });
    await onboarding.handle.result();
  });
});

describe.concurrent('funding above the threshold', () => {
  const tenant = { billing: { initialFundingMinor: 250_000 } };
  const transfers = ({ fakes }: Onboarding) => fakes.calls.filter((call) => call === 'transferFunds').length;

  it('takes two people, neither of them the starter, each typing the amount', async () => {
    const onboarding = await start('decide_four_eyes', { tenant });
    await onboarding.approve('creative_policy');
    const gate = await onboarding.untilGate('initial_funding', 'open');
    expect(gate).toMatchObject({ needed: 2, candidates: ['approver-a@example.org', 'approver-b@example.org'] });
    expect(await onboarding.decide(gate, { amountMinor: 25_000 })).toMatchObject({ accepted: false, code: 'amount_differs' });
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true, gateState: 'open', stillNeeded: 1 });
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'already_voted' });
    // The same person under the mail address is the same person.
    expect(await onboarding.decide(gate, { actor: 'a@example.org' })).toMatchObject({ accepted: false, code: 'already_voted' });
    expect(await onboarding.decide(gate, { actor: 'ops-a@example.org' })).toMatchObject({ accepted: false, code: 'wrong_person' });
    await onboarding.until('everything else is done', (status) => status.state === 'waiting');
    expect(transfers(onboarding)).toBe(0);
    expect(await onboarding.decide(gate, { actor: 'approver-b@example.org' })).toMatchObject({ gateState: 'approved', stillNeeded: 0 });
    const status = await onboarding.handle.result();
    expect(status.gates.find(({ id }) => id === 'initial_funding')?.decisions.map(({ actor }) => actor)).toEqual([
      'approver-a@example.org',
      'approver-b@example.org',
    ]);
    expect(transfers(onboarding)).toBe(1);
  });

  it('moves nothing when the second person says no, whatever the first said', async () => {
    const onboarding = await start('decide_four_eyes_no', { tenant });
    const gate = await onboarding.untilGate('initial_funding', 'open');
    await onboarding.decide(gate);
    expect(
      await onboarding.decide(gate, { actor: 'approver-b@example.org', verdict: 'reject', reason: 'not in the contract' }),
    ).toMatchObject({ accepted: true, gateState: 'rejected' });
    const step = await onboarding.untilStep('billing', 'parked');
    expect(step.failure).toMatchObject({ code: 'gate_rejected', message: expect.stringContaining('not in the contract') });
    expect(transfers(onboarding)).toBe(0);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
    expect(transfers(onboarding)).toBe(0);
  });
});

describe.concurrent('a gate that was not approved', () => {
  it('parks its step when rejected; the amended tenant is shown anew, and only the new approval counts', async () => {
    const onboarding = await start('decide_rejected');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.decide(gate, { verdict: 'reject', reason: 'promises grades' });
    const parked = await onboarding.untilStep('creative_policy', 'parked');
    expect(parked.failure).toMatchObject({ code: 'gate_rejected', message: expect.stringContaining('promises grades') });
    expect(parked.failure?.mend).toContain('kobi amend decide_rejected');
    const [creative] = school('decide_rejected').creatives;
    if (!creative) throw new Error('the school has a creative');
    await onboarding.verb('amend', { tenant: school('decide_rejected', { creatives: [{ ...creative, text: 'Come and see' }] }) });
    const second = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(second.evidenceHash).not.toBe(gate.evidenceHash);
    expect(Date.parse(second.dueAt)).toBeGreaterThan(Date.parse(gate.dueAt));
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'stale_revision' });
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
    expect(await onboarding.decide(second)).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('gives the client the ball when changes are requested, and opens anew when the client has answered', async () => {
    const onboarding = await start('decide_changes');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    expect(await onboarding.decide(gate, { verdict: 'request_changes', reason: 'name the music licence' })).toMatchObject({
      accepted: true,
      gateState: 'changes_requested',
    });
    const step = await onboarding.untilStep('creative_policy', 'waiting_on');
    expect(step).toMatchObject({ ball: 'client', note: expect.stringContaining('name the music licence') });
    await onboarding.verb('retry', { step: 'creative_policy' });
    const second = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(second.decisions).toEqual([]);
    expect((await onboarding.step('creative_policy')).ball).toBe('kobi');
    expect(await onboarding.decide(second)).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('is withdrawn by an operator, which approves nothing', async () => {
    const onboarding = await start('decide_withdrawn');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const withdrawal = { decisionId: randomUUID(), verdict: 'withdraw', actor: 'ops-a@example.org', reason: 'wrong files' } as const;
    expect(await onboarding.decide(gate, withdrawal)).toMatchObject({ accepted: true, gateState: 'withdrawn' });
    expect((await onboarding.untilStep('creative_policy', 'parked')).failure?.code).toBe('gate_withdrawn');
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'gate_withdrawn' });
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
    await onboarding.verb('retry', { step: 'creative_policy' });
    await onboarding.approve('creative_policy', 2);
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});
