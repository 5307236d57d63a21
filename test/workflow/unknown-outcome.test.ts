import { describe, expect, it } from 'vitest';
import type { StepId } from '../../src/contract/checklist.js';
import type { Reconciled } from '../../src/contract/onboarding-activities.js';
import { fakeActivities, failWith, type FakeActivities } from './fake-activities.js';
import { held } from './held.js';
import { stepOf, type Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';
import { EVERYTHING } from './whole-tenant.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

interface Costly {
  readonly step: StepId;
  readonly create: keyof FakeActivities;
  readonly reconcile: keyof FakeActivities;
  readonly made: Readonly<Record<string, unknown>>;
  readonly remoteIds: Readonly<Record<string, string>>;
}

const COSTLY: readonly Costly[] = [
  {
    step: 'advertiser_account',
    create: 'createAdvertiser',
    reconcile: 'reconcileAdvertiser',
    made: { advertiserId: '7300000000000000201' },
    remoteIds: { advertiserId: '7300000000000000201' },
  },
  {
    step: 'pixel',
    create: 'createPixel',
    reconcile: 'reconcilePixel',
    made: { pixelId: '7300000000000000301', pixelCode: 'C4FOUND00000000000000' },
    remoteIds: { pixelId: '7300000000000000301', pixelCode: 'C4FOUND00000000000000' },
  },
  {
    step: 'catalog',
    create: 'createCatalog',
    reconcile: 'reconcileCatalog',
    made: { catalogId: '7300000000000000351' },
    remoteIds: { catalogId: '7300000000000000351' },
  },
  {
    step: 'conversion_events',
    create: 'createEventSet',
    reconcile: 'reconcileEventSet',
    made: { eventSetId: '7300000000000000411' },
    remoteIds: { offlineEventSetId: '7300000000000000411' },
  },
  {
    step: 'billing',
    create: 'transferFunds',
    reconcile: 'reconcileTransfer',
    made: { transactionIds: ['2001'] },
    remoteIds: { billingGroupId: '7300000000000000050', transactionId: '2001' },
  },
];

const LOST = 'the answer was lost';
const callsOf = (onboarding: Onboarding, { create, reconcile }: Costly) =>
  onboarding.fakes.calls.filter((call) => call === create || call === reconcile);

/** An onboarding whose costly call and whose reading afterwards answer as scripted, one entry a call. */
function startScripted(slug: string, costly: Costly, creates: readonly (() => unknown)[], reads: readonly (() => Reconciled<unknown>)[]) {
  const scripted = (script: readonly (() => unknown)[]) => {
    let call = 0;
    return async () => {
      const answer = script[call];
      call += 1;
      if (!answer) throw failWith('internal', `call ${call} was never expected`);
      return answer();
    };
  };
  return start(slug, {
    tenant: { ...EVERYTHING, creatives: [], sparkPosts: [] },
    activities: { [costly.create]: scripted(creates), [costly.reconcile]: scripted(reads) },
  });
}

const lost = (): never => {
  throw failWith('outcome_unknown', LOST);
};

describe.concurrent.each(COSTLY)('$create with an unknown outcome', (costly) => {
  const slug = (what: string) => `lost_${what}_${costly.step}`;

  it('is found by reading and adopted: no second call', async () => {
    const onboarding = await startScripted(slug('found'), costly, [lost], [() => ({ found: true, value: costly.made })]);
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, costly.step).remoteIds).toEqual(costly.remoteIds);
    expect(callsOf(onboarding, costly)).toEqual([costly.create, costly.reconcile]);
  });

  it('is made once more when it certainly did not happen', async () => {
    const onboarding = await startScripted(slug('absent'), costly, [lost, () => costly.made], [() => ({ found: false })]);
    const status = await onboarding.handle.result();
    expect(stepOf(status, costly.step).remoteIds).toEqual(costly.remoteIds);
    expect(callsOf(onboarding, costly)).toEqual([costly.create, costly.reconcile, costly.create]);
  });

  it('parks with the candidates when reading cannot tell, and a retry reads again before anything else', async () => {
    const candidates = (): never => {
      throw failWith('outcome_unknown', '2 candidates match: A, B; we never guess');
    };
    // The second call is the activity's own guard: it finds the intent sent, and sends nothing.
    const onboarding = await startScripted(slug('parked'), costly, [lost, lost], [candidates, () => ({ found: true, value: costly.made })]);
    const { failure } = await onboarding.untilStep(costly.step, 'parked');
    expect(failure).toMatchObject({ code: 'outcome_unknown', message: expect.stringContaining('A, B') });
    expect(callsOf(onboarding, costly)).toEqual([costly.create, costly.reconcile]);
    expect(await onboarding.verb('retry', { step: costly.step, reason: 'B is renamed' })).toMatchObject({ accepted: true });
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, costly.step).remoteIds).toEqual(costly.remoteIds);
    expect(callsOf(onboarding, costly)).toEqual([costly.create, costly.reconcile, costly.create, costly.reconcile]);
  });

  it('parks after the second loss instead of trying for ever', async () => {
    const absent = (): Reconciled<unknown> => ({ found: false });
    const onboarding = await startScripted(slug('twice'), costly, [lost, lost], [absent, absent]);
    const { failure } = await onboarding.untilStep(costly.step, 'parked');
    expect(failure?.code).toBe('outcome_unknown');
    expect(callsOf(onboarding, costly)).toEqual([costly.create, costly.reconcile, costly.create, costly.reconcile]);
  });

  it('is not what a clear refusal has: that parks with its own code, and nothing is read', async () => {
    const refused = (): never => {
      throw failWith('tiktok_bad_input', 'TikTok refuses the name');
    };
    const onboarding = await startScripted(slug('refused'), costly, [refused], []);
    const { failure } = await onboarding.untilStep(costly.step, 'parked');
    expect(failure).toMatchObject({ code: 'tiktok_bad_input', message: 'TikTok refuses the name' });
    expect(callsOf(onboarding, costly)).toEqual([costly.create]);
  });
});

describe('a costly call whose worker vanished', () => {
  it('counts as unknown: the truth is read, and the call is not made again', async () => {
    const frozen = held(tiktok.transferFunds);
    const onboarding = await start('unknown_frozen', {
      tenant: { creatives: [] },
      settings: { timeouts: { readMs: 60_000, writeMs: 60_000, irreversibleMs: 1_000, reconcileMs: 60_000 } },
      activities: {
        transferFunds: frozen.call,
        reconcileTransfer: async () => ({ found: true, value: { transactionIds: ['2001'] } }),
      },
    });
    try {
      const status = await onboarding.handle.result();
      expect(status.state).toBe('live');
      expect(stepOf(status, 'billing').remoteIds).toMatchObject({ transactionId: '2001' });
      expect(onboarding.fakes.calls.filter((call) => call === 'transferFunds')).toHaveLength(1);
    } finally {
      frozen.release();
    }
  });

  it('is parked when the truth cannot be read either, with what the last reading said', async () => {
    let reads = 0;
    const onboarding = await start('unknown_unread', {
      tenant: { creatives: [] },
      activities: {
        transferFunds: async () => {
          throw failWith('outcome_unknown', LOST);
        },
        reconcileTransfer: async () => {
          reads += 1;
          throw failWith('tiktok_unavailable', 'TikTok answers 502', reads === 3);
        },
      },
    });
    await onboarding.fastForward(3_600_000);
    const { failure } = await onboarding.untilStep('billing', 'parked');
    expect(failure).toMatchObject({ code: 'tiktok_unavailable', message: 'TikTok answers 502' });
    expect(onboarding.fakes.calls.filter((call) => call === 'transferFunds')).toHaveLength(1);
    expect(reads).toBe(3);
  });
});
