import { WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { Decision, Refusal } from '../../src/contract/messages.js';
import type { GateStatus } from '../../src/contract/status.js';
import { mutatedEnvelopes } from '../domain/mutated-envelopes.js';
import { certify, makeKey, seal, signedBy, type TestKey } from '../domain/signing.js';
import { Draws } from '../faults/seed.js';
import { eventually } from './eventually.js';
import type { Onboarding } from './onboarding.js';
import { type StartOptions, useOnboardings } from './onboardings.js';
import { useLedger } from './real-ledger.js';

const ledger = useLedger();
const onboardings = useOnboardings();
const root = makeKey();
const key = makeKey();

function start(slug: string, { input = {}, ...options }: StartOptions = {}): Promise<Onboarding> {
  return onboardings.start(slug, {
    ...options,
    activities: ledger.activities(),
    input: { approvals: signedBy(root), ...input },
  });
}

const slugOf = (onboarding: Onboarding): string => onboarding.handle.workflowId.replace('onboarding:', '');
const decisionRows = (onboarding: Onboarding) => ledger.rows(slugOf(onboarding), 'decision_accepted', 'decision_refused');

interface Sealed {
  readonly key?: TestKey;
  readonly root?: TestKey;
  readonly nowMs?: number;
  readonly tenant?: string;
}

/** The decision with an envelope as our API makes it, at this moment unless told. */
async function sealed(onboarding: Onboarding, decision: Decision, by: Sealed = {}): Promise<Decision> {
  const { startedAt, slug } = await onboarding.status();
  const nowMs = by.nowMs ?? Date.now();
  const signing = by.key ?? key;
  const certificate = certify(by.root ?? root, signing, Date.now());
  const sealing = { key: signing, certificate, tenant: by.tenant ?? slug, onboarding: startedAt, nowMs };
  return { ...decision, envelope: seal(decision, sealing) };
}

describe('an onboarding that takes signed decisions', () => {
  it('takes the signed one and records the key, as an update and as a signal', async () => {
    const byUpdate = await start('signed_update');
    const gate = await byUpdate.untilGate('creative_policy', 'open');
    expect((await byUpdate.status()).approvals).toBe('signed');
    const answer = await byUpdate.send(await sealed(byUpdate, byUpdate.decision(gate)));
    expect(answer).toMatchObject({ accepted: true, gateState: 'approved' });
    expect(await decisionRows(byUpdate)).toMatchObject([
      { kind: 'decision_accepted', payload: { via: 'update', envelope: `signed by key ${key.publicKey.slice(0, 16)}` } },
    ]);
    expect((await byUpdate.handle.result()).state).toBe('live');

    const bySignal = await start('signed_signal');
    await bySignal.signal(await sealed(bySignal, bySignal.decision(await bySignal.untilGate('creative_policy', 'open'))));
    expect((await bySignal.handle.result()).state).toBe('live');
    expect(await decisionRows(bySignal)).toMatchObject([{ kind: 'decision_accepted', payload: { via: 'signal' } }]);
  });

  it('refuses what was typed into the Temporal UI or CLI, records it, and says that it came as a signal', async () => {
    const onboarding = await start('signed_typed');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'envelope_missing', gateState: 'open' });
    await onboarding.signal(onboarding.decision(gate));
    const rows = await eventually(
      'the row of the signal',
      () => decisionRows(onboarding),
      (found) => found.length === 2,
    );
    expect(rows.map(({ kind, payload }) => [kind, payload['via'], payload['refusal'], payload['envelope']])).toEqual([
      ['decision_refused', 'update', 'envelope_missing', 'envelope_missing'],
      ['decision_refused', 'signal', 'envelope_missing', 'envelope_missing'],
    ]);
    expect((await onboarding.untilGate('creative_policy', 'open')).decisions).toEqual([]);
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
    expect(await ledger.fault('signed_typed')).toBeNull();
  });

  it('refuses every envelope that proves something else, each with its own code', async () => {
    const onboarding = await start('signed_wrong');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const decision = (): Decision => onboarding.decision(gate);
    const hourAgo = Date.now() - 3_600_000;
    const good = await sealed(onboarding, decision());
    const wrong: [Refusal, Decision][] = [
      ['envelope_malformed', { ...decision(), envelope: 'approved, really' }],
      ['envelope_malformed', { ...good, envelope: ` ${good.envelope ?? ''}` }],
      ['envelope_other_decision', { ...good, decisionId: 'another-id' }],
      ['envelope_other_decision', { ...good, verdict: 'reject' }],
      ['envelope_other_onboarding', await sealed(onboarding, decision(), { tenant: 'signed_update' })],
      ['envelope_expired', await sealed(onboarding, decision(), { nowMs: hourAgo })],
      ['envelope_key_unknown', await sealed(onboarding, decision(), { root: makeKey() })],
    ];
    for (const [code, sent] of wrong) {
      expect(await onboarding.send(sent)).toMatchObject({ accepted: false, code });
    }
    expect((await decisionRows(onboarding)).map((row) => row.payload['refusal'])).toEqual(wrong.map(([code]) => code));
    expect((await onboarding.status()).gates[0]).toMatchObject({ state: 'open', decisions: [] });
    expect(await onboarding.send(good), 'the genuine one still counts').toMatchObject({ accepted: true });
  });

  it('takes none of 60 mutated envelopes, as updates and as signals, and the whole one after them', async () => {
    const onboarding = await start('signed_mutants');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const good = await sealed(onboarding, onboarding.decision(gate));
    const foreign = await sealed(onboarding, onboarding.decision(gate, { verdict: 'reject' }));
    const mutants = mutatedEnvelopes(good.envelope ?? '', foreign.envelope ?? '', new Draws('mutants at a run'));
    const answers = await Promise.allSettled(
      Array.from({ length: 30 }, () => ({ ...good, envelope: mutants() })).map(async (mutant, index) => {
        await onboarding.signal({ ...mutant, envelope: mutants() });
        return onboarding.send({ ...mutant, decisionId: index % 2 === 0 ? good.decisionId : `mutant-${index}` });
      }),
    );
    for (const answer of answers) {
      // After twenty the validator hears them no more.
      if (answer.status === 'fulfilled') expect(answer.value).toMatchObject({ accepted: false, code: expect.stringMatching(/^envelope_/) });
      else expect(answer.reason).toBeInstanceOf(WorkflowUpdateFailedError);
    }
    expect((await onboarding.status()).gates[0]).toMatchObject({ state: 'open', decisions: [] });
    expect(await onboarding.send(good)).toMatchObject({ accepted: true });
    const rows = await decisionRows(onboarding);
    const [last, ...refused] = rows.toReversed();
    expect(last).toMatchObject({ kind: 'decision_accepted' });
    expect(refused.length).toBeGreaterThan(0);
    for (const { kind, payload } of refused)
      expect([kind, payload['refusal']]).toEqual(['decision_refused', expect.stringMatching(/^envelope_/)]);
  });

  it('tells whoever may not decide so, rather than that a signature is missing', async () => {
    const onboarding = await start('signed_wrong_person');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const by = (actor: string) => onboarding.decide(gate, { actor });
    expect(await by('approver-elsewhere@example.org')).toMatchObject({ accepted: false, code: 'wrong_person' });
    expect(await by('approver-gone@example.org')).toMatchObject({ accepted: false, code: 'person_disabled' });
    const signed = await sealed(onboarding, onboarding.decision(gate, { actor: 'ops-a@example.org' }));
    expect(await onboarding.send(signed), 'a signature gives nobody a role').toMatchObject({ accepted: false, code: 'wrong_person' });
  });

  it('lets nobody use up the id of a decision that will be signed', async () => {
    const onboarding = await start('signed_id');
    const decision = onboarding.decision(await onboarding.untilGate('creative_policy', 'open'), { decisionId: 'ui-creative_policy-1-1' });
    expect(await onboarding.send({ ...decision, verdict: 'reject', reason: 'to be first' })).toMatchObject({ accepted: false });
    expect(await onboarding.send(decision)).toMatchObject({ accepted: false, code: 'envelope_missing' });
    const answer = await onboarding.send(await sealed(onboarding, decision));
    expect(answer).toMatchObject({ accepted: true });
    expect(await onboarding.send(await sealed(onboarding, decision)), 'sent again').toEqual(answer);
    expect((await decisionRows(onboarding)).filter((row) => row.kind === 'decision_accepted')).toHaveLength(1);
  });

  it('takes no envelope of an earlier onboarding of the same tenant, though gate, revision and evidence are the same', async () => {
    const first = await start('signed_replay');
    const gate = await first.untilGate('creative_policy', 'open');
    const earlier = await sealed(first, first.decision(gate));
    await first.verb('cancel');
    await first.handle.result();
    const second = await start('signed_replay');
    const again = await second.untilGate('creative_policy', 'open');
    expect({ revision: again.revision, hash: again.evidenceHash }).toEqual({ revision: gate.revision, hash: gate.evidenceHash });
    expect(await second.send(earlier)).toMatchObject({ accepted: false, code: 'envelope_other_onboarding' });
    await second.signal(earlier);
    await eventually(
      'two refused rows',
      () => decisionRows(second),
      (rows) => rows.some((row) => row.payload['via'] === 'signal'),
    );
    expect((await second.status()).gates[0]).toMatchObject({ state: 'open' });
  });

  it('takes the keys that its root vouches for, also one that was issued after it started', async () => {
    const settings = { fundingThresholdMinor: { EUR: 0 } };
    const onboarding = await start('signed_rotation', { settings });
    const gate: GateStatus = await onboarding.untilGate('initial_funding', 'open');
    const vote = (actor: string): Decision => onboarding.decision(gate, { actor });
    const rotated = makeKey();
    const before = await sealed(onboarding, vote('approver-a@example.org'));
    const after = await sealed(onboarding, vote('approver-b@example.org'), { key: rotated });
    expect(await onboarding.send(before)).toMatchObject({ accepted: true, stillNeeded: 1 });
    const borrowed = { ...before, decisionId: after.decisionId, actor: 'approver-b@example.org' };
    expect(await onboarding.send(borrowed), 'one envelope for both pairs of eyes').toMatchObject({ code: 'envelope_other_decision' });
    expect(await onboarding.send(after)).toMatchObject({ accepted: true, gateState: 'approved' });
    const keys = (await decisionRows(onboarding)).filter((row) => row.kind === 'decision_accepted').map((row) => row.payload['envelope']);
    expect(keys).toEqual([key, rotated].map(({ publicKey }) => `signed by key ${publicKey.slice(0, 16)}`));
  });

  it('hears a signed decision however many unsigned ones were refused, and those no more', async () => {
    const onboarding = await start('signed_flood');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    for (let sent = 0; sent < 25; sent += 1) await onboarding.signal(onboarding.decision(gate));
    await eventually(
      'twenty rows',
      () => decisionRows(onboarding),
      (rows) => rows.length === 20,
    );
    await expect(onboarding.decide(gate)).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    expect(await onboarding.send(await sealed(onboarding, onboarding.decision(gate)))).toMatchObject({ accepted: true });
    expect(await decisionRows(onboarding)).toHaveLength(21);
  });

  it('compares the expiry with the time of the workflow', async () => {
    const onboarding = await start('signed_time');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const decision = await sealed(onboarding, onboarding.decision(gate));
    await onboarding.fastForward(3_600_000);
    expect(await onboarding.send(decision)).toMatchObject({ accepted: false, code: 'envelope_expired' });
  });
});

describe('an onboarding that was started open, or before decisions were signed', () => {
  it.each([
    ['open', { approvals: { mode: 'open' as const } }],
    ['without a word of it', {}],
  ])('(%s) takes decisions as they come, with or without an envelope', async (how, input) => {
    const onboarding = await onboardings.start(how === 'open' ? 'unsigned_open' : 'unsigned_old', {
      activities: ledger.activities(),
      input,
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    expect((await onboarding.status()).approvals).toBe('open');
    expect(await onboarding.decide(gate, { envelope: 'whatever' })).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});
