import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OnboardingStatus } from '../../src/contract/status.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { type LocalTemporal, startLocalTemporal } from '../../src/temporal/local-server.js';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.js';
import { failWith, fakeActivities } from './fake-activities.js';
import type { Onboarding } from './onboarding.js';
import { stepOf } from './onboarding.js';
import { useOnboardings, type StartOptions } from './onboardings.js';
import { useLedger } from './real-ledger.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A server that finds a history long after so few events; everywhere else it is thousands. */
let server: LocalTemporal;
beforeAll(async () => {
  server = await startLocalTemporal({
    dataFolder: null,
    ui: false,
    onProgress: () => undefined,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 90 },
  });
  const { connection, namespace, close } = await connectTemporal({ address: server.address, env: {} });
  await ensureSearchAttributes(connection, namespace);
  await close();
});
afterAll(() => server.stop());

const ledger = useLedger();
const { start: startWith } = useOnboardings(() => server.address);

function start(slug: string, { activities = {}, ...options }: StartOptions = {}): Promise<Onboarding> {
  return startWith(slug, { ...options, activities: { ...ledger.activities(), ...activities } });
}

const runOf = async ({ handle }: Onboarding) => (await handle.describe()).runId;

/** Lengthens the history by messages that change nothing until the run has continued as new, and waits until it is at rest. */
async function continueAsNew(onboarding: Onboarding): Promise<OnboardingStatus> {
  const before = await runOf(onboarding);
  while ((await runOf(onboarding)) === before) {
    expect(await onboarding.verb('retry', { step: 'advertiser_account' })).toMatchObject({ accepted: false });
  }
  return atRest(onboarding);
}

function atRest(onboarding: Onboarding): Promise<OnboardingStatus> {
  return onboarding.until('nothing runs', ({ steps }) =>
    steps.every(({ id, state }) => state !== 'running' && (state !== 'waiting' || id === 'launch_check')),
  );
}

function callsOf(onboarding: Onboarding, name: string): number {
  return onboarding.fakes.calls.filter((call) => call === name).length;
}

describe.concurrent('a run that continues as new', () => {
  it('carries gates, decisions, deadlines, answers, waits and parked steps, and does nothing at TikTok twice', async () => {
    let feedIsWhole = false;
    let linked = false;
    const fakes = fakeActivities().activities;
    const onboarding = await start('carried', {
      tenant: {
        billing: { initialFundingMinor: 250_000, budgetCapPerMonthMinor: 300_000 },
        catalog: { feed: { kind: 'url', url: 'https://school.example/feed.csv' } },
      },
      activities: {
        findTikTokAccount: async (input) => (linked ? fakes.findTikTokAccount(input) : { account: null }),
        loadFeed: async (input) => {
          if (!feedIsWhole) throw failWith('feed_invalid', 'row 3 has no price');
          return fakes.loadFeed(input);
        },
      },
    });
    const creative = await onboarding.untilGate('creative_policy', 'open');
    const funding = await onboarding.untilGate('initial_funding', 'open');
    const vote = onboarding.decision(funding);
    const voted = await onboarding.send(vote);
    const stale = onboarding.decision(creative, { evidenceHash: '0'.repeat(64) });
    const refused = await onboarding.send(stale);
    await onboarding.untilStep('catalog', 'parked');
    const retry = { verbId: 'one-retry', step: 'catalog' };
    const retried = await onboarding.verb('retry', retry);
    expect([voted.accepted, refused.accepted, retried.accepted]).toEqual([true, false, true]);
    await onboarding.until('the retried step is parked again', (status) => {
      const { state, attempts } = stepOf(status, 'catalog');
      return state === 'parked' && attempts >= 2;
    });
    const before = await atRest(onboarding);

    const after = await continueAsNew(onboarding);
    expect(after).toEqual(before);
    expect(after.gates.find(({ id }) => id === 'initial_funding')?.decisions).toHaveLength(1);
    expect(after.steps.filter(({ state }) => state === 'parked').map(({ id, failure }) => `${id} ${failure?.code}`)).toEqual([
      'catalog feed_invalid',
    ]);
    expect(await onboarding.send(vote)).toEqual(voted);
    expect(await onboarding.send(stale)).toEqual(refused);
    expect(await onboarding.verb('retry', retry)).toEqual(retried);
    expect(await onboarding.decide(funding)).toMatchObject({ accepted: false, code: 'already_voted' });

    expect(await continueAsNew(onboarding)).toEqual(before);
    expect((await ledger.rows('carried', 'gate_opened')).length).toBe(2);
    expect(await onboarding.decide(funding, { actor: 'approver-b@example.org' })).toMatchObject({ gateState: 'approved' });
    expect(await onboarding.decide(creative)).toMatchObject({ gateState: 'approved' });
    feedIsWhole = true;
    await onboarding.verb('retry', { step: 'catalog' });
    await onboarding.untilStep('catalog', 'done');
    linked = true;
    await onboarding.verb('retry', { step: 'tiktok_account' });
    const ended = await onboarding.handle.result();
    expect(ended.state).toBe('live');
    expect(ended.startedAt).toBe(before.startedAt);
    for (const once of ['createAdvertiser', 'createPixel', 'createCatalog', 'transferFunds'])
      expect(`${once} ${callsOf(onboarding, once)}`).toBe(`${once} 1`);
  });

  it('moves no deadline: reminder, escalation and expiry come when they were due from the opening', async () => {
    const onboarding = await start('carried_deadlines', {
      settings: { gates: { dueAfterMs: 2 * DAY, escalateAfterMs: 3 * DAY, remindEveryMs: 8 * DAY, expireAfterMs: 14 * DAY } },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const status = await continueAsNew(onboarding);
    expect(status.gates).toEqual([gate]);
    expect(stepOf(status, 'creative_policy')).toMatchObject({ state: 'waiting_on', expectedBy: gate.dueAt });
    await onboarding.fastForward(14 * DAY + HOUR);
    await onboarding.untilStep('creative_policy', 'parked');
    const rows = await ledger.rows('carried_deadlines', 'gate_escalated', 'gate_reminded', 'gate_expired');
    expect(rows.map(({ kind, at }) => `${kind} day ${Math.floor((Date.parse(at) - Date.parse(gate.openedAt)) / HOUR) / 24}`)).toEqual([
      'gate_escalated day 3',
      'gate_reminded day 8',
      'gate_expired day 14',
    ]);
  });

  it('keeps waiting for the changes that were asked of the client, instead of asking people again', async () => {
    const onboarding = await start('carried_changes');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.decide(gate, { verdict: 'request_changes', reason: 'name the music licence' });
    await onboarding.untilStep('creative_policy', 'waiting_on');
    const before = await atRest(onboarding);
    expect(stepOf(before, 'creative_policy').ball).toBe('client');
    expect(await continueAsNew(onboarding)).toEqual(before);
    await onboarding.verb('retry', { step: 'creative_policy' });
    expect(await onboarding.approve('creative_policy', 2)).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('keeps the clock of a verification that people decide', async () => {
    const onboarding = await start('carried_verification', {
      tenant: { verification: 'own' },
      activities: {
        readAccountReview: async () => ({
          status: 'STATUS_ENABLE',
          review: 'approved',
          rejectionReason: '',
          verificationStatus: 'UNVERIFIED',
          inherited: false,
          qualificationId: '',
        }),
      },
    });
    await onboarding.untilGate('business_verification', 'open');
    const before = await onboarding.until('gates are waited for', ({ state }) => state === 'waiting');
    const after = await waitingAfterContinueAsNew(onboarding);
    expect(stepOf(after, 'business_verification')).toEqual(stepOf(before, 'business_verification'));
    await onboarding.approve('creative_policy');
    await onboarding.approve('business_verification');
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('leaves nobody without an answer who sends while it continues', async () => {
    const onboarding = await start('carried_in_flight');
    const gate = await onboarding.untilGate('creative_policy', 'open');
    const first = await runOf(onboarding);
    const decision = onboarding.decision(gate, { evidenceHash: '0'.repeat(64) });
    const answers: unknown[] = [];
    while ((await runOf(onboarding)) === first) {
      answers.push(
        ...(await Promise.all([
          onboarding.verb('retry', { step: 'advertiser_account' }),
          onboarding.verb('retry', { step: 'launch_check' }),
          onboarding.send(decision),
          onboarding.signal(decision),
        ])),
      );
    }
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers.filter((each) => each !== undefined)) expect(answer).toMatchObject({ accepted: false });
    expect((await ledger.rows('carried_in_flight', 'decision_refused')).length).toBe(1);
    expect(await onboarding.approve('creative_policy')).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

async function waitingAfterContinueAsNew(onboarding: Onboarding): Promise<OnboardingStatus> {
  const before = await runOf(onboarding);
  while ((await runOf(onboarding)) === before) await onboarding.verb('retry', { step: 'advertiser_account' });
  return onboarding.until('gates are waited for', ({ state }) => state === 'waiting');
}
