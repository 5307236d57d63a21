import { describe, expect, it } from 'vitest';
import { STEP_IDS } from '../../src/contract/checklist.js';
import { SKIPPABLE } from '../../src/domain/checklist.js';
import { fakeActivities, failWith } from './fake-activities.js';
import { held } from './held.js';
import { stepOf, type Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';
import { school } from './tenant.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

const resting = (onboarding: Onboarding) =>
  onboarding.until('nothing is at work', ({ steps }) => steps.every((step) => step.state !== 'running'));
const callsSince = (onboarding: Onboarding, before: number) =>
  onboarding.fakes.calls.slice(before).filter((call) => !['saveStatus', 'recordEvent', 'openGate', 'recordDecision'].includes(call));
const verbRows = (onboarding: Onboarding) => onboarding.fakes.rows.filter((row) => row.kind.startsWith('verb_'));

describe('retry', () => {
  it('runs a parked step again, once its cause is mended, and nothing that is done', async () => {
    let role = 'ANALYST';
    const onboarding = await start('verbs_retry', {
      activities: {
        readBilling: async (input) => {
          if (role !== 'MANAGER') throw failWith('finance_role', `our finance role is ${role}`);
          return tiktok.readBilling(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    await onboarding.untilStep('billing', 'parked');
    await resting(onboarding);
    const before = onboarding.fakes.calls.length;
    role = 'MANAGER';
    const answer = await onboarding.verb('retry', { step: 'billing', reason: 'the role is granted' });
    expect(answer).toMatchObject({ accepted: true, steps: ['billing'] });
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, 'billing')).toMatchObject({ attempts: 2, failure: null });
    expect(callsSince(onboarding, before)).toEqual(['readBilling', 'applyBilling', 'transferFunds', 'checkLaunch']);
    expect(verbRows(onboarding)).toMatchObject([
      { kind: 'verb_retry', actor: 'ops-a@example.org', payload: { step: 'billing', reason: 'the role is granted' } },
    ]);
  });

  it('without a step runs every parked one', async () => {
    let mended = false;
    const onboarding = await start('verbs_retry_all', {
      activities: {
        findPixel: async (input) => {
          if (!mended) throw failWith('pixel_ambiguous', 'two pixels carry our name');
          return tiktok.findPixel(input);
        },
        probeCreatives: async (input) => {
          if (!mended) throw failWith('creative_unreadable', 'no such file');
          return tiktok.probeCreatives(input);
        },
      },
    });
    await onboarding.untilStep('pixel', 'parked');
    await onboarding.untilStep('creative_policy', 'parked');
    mended = true;
    expect(await onboarding.verb('retry')).toMatchObject({ accepted: true, steps: ['pixel', 'creative_policy'] });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

describe('skip', () => {
  it('leaves a step out with who and why, and withdraws its gate', async () => {
    const seen: unknown[] = [];
    const onboarding = await start('verbs_skip', {
      activities: {
        findTikTokAccount: async () => ({ account: null }),
        checkLaunch: async (input) => {
          seen.push(input.identity);
          return tiktok.checkLaunch(input);
        },
      },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.untilStep('tiktok_account', 'waiting_on');
    expect(await onboarding.verb('skip', { step: 'creative_policy', reason: 'creatives come later' })).toMatchObject({ accepted: true });
    await onboarding.untilGate('creative_policy', 'withdrawn');
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'gate_withdrawn' });
    expect(await onboarding.verb('skip', { step: 'tiktok_account', reason: 'no account yet' })).toMatchObject({ accepted: true });
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, 'creative_policy')).toMatchObject({
      state: 'skipped',
      ball: null,
      note: 'skipped by ops-a@example.org: creatives come later',
    });
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
    expect(seen).toEqual([null]);
  });

  it('is refused, with a code in the ledger, for what live means and for what is done', async () => {
    const onboarding = await start('verbs_no_skip');
    await onboarding.untilGate('creative_policy', 'open');
    const { steps } = await resting(onboarding);
    for (const step of STEP_IDS.filter((each) => !SKIPPABLE.has(each)))
      expect(await onboarding.verb('skip', { step }), step).toMatchObject({ accepted: false, code: 'not_skippable' });
    expect(await onboarding.verb('skip', { step: 'catalog' })).toMatchObject({ accepted: false, code: 'already_settled' });
    expect((await onboarding.status()).steps).toEqual(steps);
    expect(verbRows(onboarding).filter((row) => row.kind === 'verb_refused')).toMatchObject([
      ...['advertiser_account', 'business_verification', 'pixel', 'billing', 'launch_check'].map(() => ({
        actor: 'ops-a@example.org',
        payload: { verb: 'skip', code: 'not_skippable', reason: 'an operator says so' },
      })),
      { payload: { verb: 'skip', code: 'already_settled' } },
    ]);
  });
});

describe('amend', () => {
  it('runs only what reads the change and what depends on it', async () => {
    const onboarding = await start('verbs_amend');
    const tenant = school('verbs_amend');
    await onboarding.untilGate('creative_policy', 'open');
    const amended = async (change: Parameters<typeof school>[1]) => {
      await resting(onboarding);
      const before = onboarding.fakes.calls.length;
      const { accepted, steps } = await onboarding.verb('amend', { tenant: { ...tenant, ...change } });
      await resting(onboarding);
      return { accepted, steps, calls: callsSince(onboarding, before) };
    };
    expect(await amended({ billing: { ...tenant.billing, budgetCapPerMonthMinor: 400_000 } })).toEqual({
      accepted: true,
      steps: ['billing', 'launch_check'],
      calls: ['readBilling', 'applyBilling'],
    });
    expect(await amended({ landingPages: ['https://school.example/autumn'] })).toEqual({
      accepted: true,
      // The cap goes back to what the first file said: an amendment is the whole file.
      steps: ['billing', 'launch_check'],
      calls: ['readBilling', 'applyBilling'],
    });
    expect(await amended({ legalName: 'Example School Ltd' })).toEqual({
      accepted: true,
      steps: ['business_verification', 'billing', 'launch_check'],
      calls: ['readAccountReview', 'readBilling'],
    });
    expect((await onboarding.status()).legalName).toBe('Example School Ltd');
    expect(verbRows(onboarding)[0]).toMatchObject({
      kind: 'verb_amend',
      actor: 'ops-a@example.org',
      payload: {
        differences: [{ path: 'billing.budgetCapPerMonthMinor', before: 300_000, after: 400_000 }],
        reason: 'an operator says so',
      },
    });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('leaves alone what a person skipped, unless it changes what that step reads', async () => {
    const onboarding = await start('verbs_amend_skipped', { activities: { findTikTokAccount: async () => ({ account: null }) } });
    const tenant = school('verbs_amend_skipped');
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.verb('skip', { step: 'creative_policy', reason: 'creatives come later' });
    await onboarding.untilStep('tiktok_account', 'waiting_on');
    const company = { promotionLink: 'https://school.example/about' };
    const again = await onboarding.verb('amend', { tenant: { ...tenant, company } });
    expect(again).toMatchObject({ accepted: true, message: expect.stringMatching(/; stays skipped: creative_policy$/) });
    // What does not apply was skipped by nobody, and is looked at again.
    expect(again.steps).toEqual(STEP_IDS.filter((step) => step !== 'creative_policy'));
    await onboarding.untilStep('tiktok_account', 'waiting_on');
    expect(await onboarding.step('creative_policy')).toMatchObject({
      state: 'skipped',
      note: 'skipped by ops-a@example.org: creatives come later',
    });
    const creatives = tenant.creatives.map((creative) => ({ ...creative, text: 'Visit us in spring' }));
    expect(await onboarding.verb('amend', { tenant: { ...tenant, company, creatives } })).toMatchObject({
      steps: ['creative_policy', 'launch_check'],
    });
    await onboarding.untilGate('creative_policy', 'open', 2);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
  });

  it('of what an approver looks at opens a new revision, and a decision about the old one is refused', async () => {
    const onboarding = await start('verbs_amend_gate');
    const tenant = school('verbs_amend_gate');
    const old = await onboarding.untilGate('creative_policy', 'open');
    const creatives = tenant.creatives.map((creative) => ({ ...creative, text: 'Visit us in spring' }));
    expect(await onboarding.verb('amend', { tenant: { ...tenant, creatives } })).toMatchObject({
      accepted: true,
      steps: ['creative_policy', 'launch_check'],
    });
    await onboarding.untilGate('creative_policy', 'open', 2);
    expect(await onboarding.decide(old)).toMatchObject({ accepted: false, code: 'stale_revision' });
    await onboarding.approve('creative_policy', 2);
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('is validated again: what is no tenant, and what can no longer change, disturbs nothing', async () => {
    const onboarding = await start('verbs_amend_bad');
    const tenant = school('verbs_amend_bad');
    await onboarding.untilGate('creative_policy', 'open');
    const { steps } = await resting(onboarding);
    await expect(
      onboarding.verb('amend', { tenant: { ...tenant, billing: { ...tenant.billing, initialFundingMinor: -1 } } }),
    ).rejects.toMatchObject({ cause: { type: 'malformed', message: expect.stringContaining('tenant.billing.initialFundingMinor') } });
    for (const change of [{ slug: 'another_school' }, { currency: 'CHF' }, { timeZone: 'Europe/Zurich' }])
      expect(await onboarding.verb('amend', { tenant: { ...tenant, ...change } })).toMatchObject({
        accepted: false,
        code: 'fixed_field',
        message: expect.stringContaining(Object.keys(change).join()),
      });
    const status = await onboarding.status();
    expect(status.steps).toEqual(steps);
    expect(status.slug).toBe('verbs_amend_bad');
    expect(verbRows(onboarding).map((row) => row.kind)).toEqual([
      'verb_amend',
      'verb_refused',
      'verb_amend',
      'verb_refused',
      'verb_amend',
      'verb_refused',
    ]);
  });

  it('may change the currency while there is no account', async () => {
    const onboarding = await start('verbs_amend_early', {
      activities: {
        inspectBusinessCenter: async (input) => {
          if (input.currency !== 'EUR') throw failWith('currency_mismatch', `the Business Center has EUR, the tenant ${input.currency}`);
          return tiktok.inspectBusinessCenter(input);
        },
      },
      tenant: { currency: 'CHF' },
    });
    await onboarding.untilStep('advertiser_account', 'parked');
    expect(await onboarding.verb('amend', { tenant: school('verbs_amend_early') })).toMatchObject({ accepted: true, steps: STEP_IDS });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

describe('every verb', () => {
  it('waits for a write in flight, and the next verb waits for it', async () => {
    const tenant = school('verbs_together');
    let writing = 0;
    let atOnce = 0;
    const write = held<Parameters<typeof tiktok.applyBilling>[0], { applied: true }>(async (input) => tiktok.applyBilling(input));
    const caps: (number | undefined)[] = [];
    const onboarding = await start('verbs_together', {
      activities: {
        applyBilling: async (input) => {
          writing += 1;
          atOnce = Math.max(atOnce, writing);
          await write.call(input);
          writing -= 1;
          caps.push(input.capMinor);
          return { applied: true };
        },
      },
    });
    await write.begun;
    const amended = { ...tenant, billing: { ...tenant.billing, budgetCapPerMonthMinor: 400_000 } };
    const retried = onboarding.verb('retry', { step: 'billing' });
    const stopped = async () => (await onboarding.events()).some((event) => event.activityTaskCancelRequestedEventAttributes);
    await expect.poll(stopped, { timeout: 30_000 }).toBe(true);
    const answers = [retried, onboarding.verb('amend', { tenant: amended })];
    await onboarding.until('both are in the ledger', () => verbRows(onboarding).length === 2);
    write.release();
    expect(await Promise.all(answers)).toMatchObject([{ accepted: true }, { accepted: true }]);
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(atOnce).toBe(1);
    expect(caps.at(-1)).toBe(400_000);
    expect(onboarding.fakes.calls.filter((call) => call === 'transferFunds')).toHaveLength(1);
  });

  it('counts once per id, and the id of one verb is none of another', async () => {
    const onboarding = await start('verbs_once');
    await onboarding.untilGate('creative_policy', 'open');
    const [first, again] = await Promise.all([onboarding.verb('pause', { verbId: 'one' }), onboarding.verb('pause', { verbId: 'one' })]);
    expect(first.accepted).toBe(true);
    expect(again).toEqual(first);
    await onboarding.verb('resume', { verbId: 'two' });
    expect(await onboarding.verb('pause', { verbId: 'one' }), 'the old answer, not a new pause').toEqual(first);
    expect((await onboarding.status()).state).not.toBe('paused');
    expect(await onboarding.verb('cancel', { verbId: 'one' })).toMatchObject({ accepted: false, code: 'verb_id_reused' });
    expect(verbRows(onboarding).map((row) => row.kind)).toEqual(['verb_pause', 'verb_resume', 'verb_refused']);
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('needs somebody and a reason; without them nothing is recorded', async () => {
    const onboarding = await start('verbs_malformed');
    await onboarding.untilGate('creative_policy', 'open');
    for (const change of [{ reason: '' }, { actor: '' }, { verbId: 'a b' }, { step: 'no_such_step' }, { force: true }])
      await expect(onboarding.verb('retry', change)).rejects.toMatchObject({
        cause: { type: 'malformed', message: expect.stringContaining(Object.keys(change).join()) },
      });
    expect(verbRows(onboarding)).toEqual([]);
    expect(await onboarding.verb('retry', { step: 'launch_check' })).toMatchObject({ accepted: false, code: 'nothing_to_retry' });
    expect(await onboarding.verb('retry')).toMatchObject({ accepted: false, code: 'nothing_to_retry' });
  });
});
