import { CancelledFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import type { StepId } from '../../src/contract/checklist.js';
import type { Undo } from '../../src/contract/onboarding-activities.js';
import type { OnboardingStatus } from '../../src/contract/status.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { fakeActivities, failWith, type FakeActivities } from './fake-activities.js';
import { held } from './held.js';
import { stepOf, type Onboarding } from './onboarding.js';
import { useOnboardings, type StartOptions } from './onboardings.js';
import { EVERYTHING } from './whole-tenant.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

type Kind = Undo['kind'];

/** An undo comes before the undo of what it stands on. */
const BEFORE: readonly (readonly [Kind, Kind])[] = [
  ['unbind_event_source', 'delete_catalog'],
  ['delete_catalog', 'unlink_pixel'],
  ['refund', 'leave_billing_group'],
  ['unlink_pixel', 'unassign_users'],
  ['unassign_tiktok_account', 'unassign_users'],
  ['leave_billing_group', 'unassign_users'],
  ['unbind_spark_post', 'unassign_users'],
];
const ALWAYS: readonly Kind[] = ['unassign_users', 'unlink_pixel', 'unassign_tiktok_account'];
const CATALOG: readonly Kind[] = ['delete_catalog', 'unbind_event_source'];

/** An onboarding whose undos are noted, in their order. */
async function startNoting(slug: string, { activities = {}, ...options }: StartOptions = {}) {
  const undone: Kind[] = [];
  const undo: FakeActivities['undo'] = async (input) => {
    undone.push(input.undo.kind);
    return (activities.undo ?? tiktok.undo)(input);
  };
  return { onboarding: await start(slug, { ...options, activities: { ...activities, undo } }), undone };
}

/** Waits until nothing moves any more without somebody, and the step stands as the case means it. */
function untilStopped(onboarding: Onboarding, step: StepId): Promise<OnboardingStatus> {
  return onboarding.until(`${step} is where everything stops`, (status) => {
    const moving = status.steps.some((each) => each.state === 'running');
    return !moving && ['parked', 'waiting_on'].includes(stepOf(status, step).state);
  });
}

interface Stop {
  readonly at: StepId;
  readonly because: string;
  readonly activities?: Partial<FakeActivities>;
  readonly tenant?: Partial<Tenant>;
  /** Undone besides what every other branch achieved. */
  readonly undone: readonly Kind[];
  readonly left: readonly string[];
}

const refuse = (code: Parameters<typeof failWith>[0]) => async (): Promise<never> => {
  throw failWith(code, `refused: ${code}`);
};
const ACCOUNT = 'advertiser 7300000000000000200';
const PIXEL = 'pixel C4A1B2C3D4E5F6G7H8I0';
const EVENTS = 'offline event set 7300000000000000410';
const CAP = 'budget cap of 3000.00 EUR';

const STOPS: readonly Stop[] = [
  {
    at: 'advertiser_account',
    because: 'no account yet',
    activities: { inspectBusinessCenter: refuse('business_center_role') },
    undone: [],
    left: [],
  },
  {
    at: 'advertiser_account',
    because: 'made, not assigned',
    activities: { assignAdvertiser: refuse('advertiser_unreachable') },
    undone: ['unassign_users'],
    left: [ACCOUNT],
  },
  {
    at: 'business_verification',
    because: 'refused by TikTok',
    activities: { readAccountReview: async (input) => ({ ...(await tiktok.readAccountReview(input)), review: 'refused' }) },
    undone: [...ALWAYS, ...CATALOG, 'unbind_spark_post'],
    left: [ACCOUNT, PIXEL, EVENTS],
  },
  {
    at: 'tiktok_account',
    because: 'waits for the client',
    activities: { findTikTokAccount: async () => ({ account: null }) },
    undone: ['unassign_users', 'unlink_pixel', ...CATALOG, 'leave_billing_group', 'refund', 'unbind_spark_post'],
    left: [ACCOUNT, PIXEL, EVENTS, CAP],
  },
  {
    at: 'pixel',
    because: 'never made',
    activities: { createPixel: refuse('tiktok_bad_input') },
    undone: ['unassign_users', 'unassign_tiktok_account', 'leave_billing_group', 'refund', 'unbind_spark_post'],
    left: [ACCOUNT, CAP],
  },
  {
    at: 'catalog',
    because: 'made, its feed refused',
    activities: { loadFeed: refuse('feed_invalid') },
    undone: [...ALWAYS, 'delete_catalog', 'leave_billing_group', 'refund', 'unbind_spark_post'],
    left: [ACCOUNT, PIXEL, EVENTS, CAP],
  },
  {
    at: 'conversion_events',
    because: 'impossible',
    tenant: { optimisationEvent: 'StartTrial' },
    undone: [...ALWAYS, ...CATALOG, 'leave_billing_group', 'refund', 'unbind_spark_post'],
    left: [ACCOUNT, PIXEL, CAP],
  },
  {
    at: 'billing',
    because: 'not funded',
    activities: { transferFunds: refuse('balance_too_low') },
    undone: [...ALWAYS, ...CATALOG, 'leave_billing_group', 'unbind_spark_post'],
    left: [ACCOUNT, PIXEL, EVENTS, CAP],
  },
  {
    at: 'creative_policy',
    because: 'its gate is open',
    undone: [...ALWAYS, ...CATALOG, 'leave_billing_group', 'refund', 'unbind_spark_post'],
    left: [ACCOUNT, PIXEL, EVENTS, CAP],
  },
  {
    at: 'spark_ads',
    because: 'waits for the code',
    tenant: { sparkPosts: (EVERYTHING.sparkPosts ?? []).map(({ authCodeRef: _authCodeRef, ...post }) => post) },
    undone: [...ALWAYS, ...CATALOG, 'leave_billing_group', 'refund'],
    left: [ACCOUNT, PIXEL, EVENTS, CAP],
  },
];

describe('cancel at', () => {
  it.concurrent.each(STOPS.map((stop, index) => ({ ...stop, index })))(
    '$at, $because: takes back what there is',
    async ({ index, ...stop }) => {
      const { onboarding, undone } = await startNoting(`cancel_at_${index}`, {
        tenant: { ...EVERYTHING, ...stop.tenant },
        activities: stop.activities ?? {},
      });
      const before = await untilStopped(onboarding, stop.at);
      expect(await onboarding.verb('cancel', { reason: 'the client left' })).toMatchObject({ accepted: true });
      const status = await onboarding.handle.result();

      expect(status.state).toBe('cancelled');
      expect([...undone].sort()).toEqual([...stop.undone].sort());
      for (const [first, then] of BEFORE)
        if (undone.includes(first) && undone.includes(then))
          expect(undone.indexOf(first), `${first} before ${then}`).toBeLessThan(undone.indexOf(then));
      expect(status.leftBehind.map((line) => stop.left.find((start) => line.startsWith(start)) ?? line)).toEqual(stop.left);
      expect(status.steps.filter((step) => ['running', 'waiting_on', 'parked'].includes(step.state))).toEqual([]);
      expect(status.gates.map((gate) => gate.state)).toEqual(before.gates.map(() => 'withdrawn'));
      expect(onboarding.fakes.rows.slice(-2)).toMatchObject([
        { kind: 'verb_cancel', actor: 'ops-a@example.org', payload: { reason: 'the client left' } },
        { kind: 'onboarding_cancelled', payload: { leftBehind: status.leftBehind } },
      ]);
    },
  );

  it('the launch check: lists the uploaded files too, and money goes back', async () => {
    const { onboarding, undone } = await startNoting('cancel_at_launch', {
      tenant: EVERYTHING,
      activities: { checkLaunch: refuse('launch_check_failed') },
    });
    await onboarding.approve('creative_policy');
    await onboarding.approve('spark_ads');
    await untilStopped(onboarding, 'launch_check');
    await onboarding.verb('cancel');
    const status = await onboarding.handle.result();
    expect([...undone].sort()).toEqual([...ALWAYS, ...CATALOG, 'leave_billing_group', 'refund', 'unbind_spark_post'].sort());
    expect(status.leftBehind).toContainEqual(expect.stringContaining('v-open-day'));
    expect(status.steps.filter((step) => step.state === 'undone').map((step) => step.id)).toEqual([
      'advertiser_account',
      'tiktok_account',
      'pixel',
      'catalog',
      'billing',
      'spark_ads',
    ]);
  });
});

describe('cancel', () => {
  it('twice undoes once, and meanwhile nobody changes anything', async () => {
    const undoing = held(tiktok.undo);
    const { onboarding, undone } = await startNoting('cancel_twice', { activities: { undo: undoing.call } });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.until('the money is there', (status) => stepOf(status, 'billing').state === 'done');
    await onboarding.verb('cancel');
    await undoing.begun;
    expect((await onboarding.status()).state).toBe('cancelling');
    expect(await onboarding.verb('cancel')).toMatchObject({ accepted: true, message: expect.stringContaining('cancelling already') });
    expect(await onboarding.verb('skip', { step: 'spark_ads' })).toMatchObject({ accepted: false, code: 'onboarding_ended' });
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: false, code: 'onboarding_ended' });
    undoing.release();
    expect((await onboarding.handle.result()).state).toBe('cancelled');
    expect([...undone].sort()).toEqual([...ALWAYS, 'leave_billing_group', 'refund'].sort());
    expect(onboarding.fakes.rows).toContainEqual(
      expect.objectContaining({ kind: 'verb_refused', payload: expect.objectContaining({ verb: 'skip', code: 'onboarding_ended' }) }),
    );
  });

  it('goes on when one undo fails, and lists what TikTok keeps', async () => {
    const { onboarding, undone } = await startNoting('cancel_refused', {
      activities: {
        undo: async ({ undo }) => {
          if (undo.kind === 'refund') throw failWith('balance_too_low', 'the account has spent it');
          if (undo.kind === 'unlink_pixel') return { undone: false, detail: 'unlink pixel: TikTok refuses it' };
          return { undone: true, detail: undo.kind };
        },
      },
    });
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.until('the money is there', (status) => stepOf(status, 'billing').state === 'done');
    await onboarding.verb('cancel');
    const status = await onboarding.handle.result();
    expect([...undone].sort()).toEqual([...ALWAYS, 'leave_billing_group', 'refund'].sort());
    expect(status.leftBehind).toContain('refund: the account has spent it');
    expect(status.leftBehind).toContain('unlink pixel: TikTok refuses it');
    expect(stepOf(status, 'pixel').state).toBe('done');
    expect(stepOf(status, 'tiktok_account').state).toBe('undone');
  });

  it('by the Temporal UI cleans up the same way, and ends as cancelled', async () => {
    const saved: Parameters<FakeActivities['saveStatus']>[0][] = [];
    const { onboarding, undone } = await startNoting('cancel_native', {
      activities: { saveStatus: async (input) => void saved.push(input) },
    });
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.until('the money is there', (status) => stepOf(status, 'billing').state === 'done');
    await onboarding.handle.cancel();
    const error = await onboarding.handle.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect(error).toMatchObject({ cause: expect.any(CancelledFailure) });
    expect([...undone].sort()).toEqual([...ALWAYS, 'leave_billing_group', 'refund'].sort());
    expect(saved.at(-1)).toMatchObject({
      status: { state: 'cancelled', leftBehind: expect.arrayContaining([expect.stringContaining(ACCOUNT)]) },
      end: { kind: 'onboarding_cancelled' },
    });
  });

  it('while paused needs no resumption', async () => {
    const { onboarding, undone } = await startNoting('cancel_paused');
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.until('the money is there', (status) => stepOf(status, 'billing').state === 'done');
    await onboarding.verb('pause');
    await onboarding.verb('cancel');
    expect((await onboarding.handle.result()).state).toBe('cancelled');
    expect(undone).toHaveLength(5);
  });

  it.concurrent.each(['createAdvertiser', 'createCatalog', 'transferFunds', 'applyBilling', 'authorizeSparkPost'] as const)(
    'waits for the answer of %s in flight, and takes back what it made',
    async (name) => {
      const took: Record<typeof name, Kind | null> = {
        createAdvertiser: null,
        createCatalog: 'delete_catalog',
        transferFunds: 'refund',
        applyBilling: 'leave_billing_group',
        authorizeSparkPost: 'unbind_spark_post',
      };
      const happened: string[] = [];
      const saved: string[] = [];
      const real: (input: never) => Promise<unknown> = tiktok[name];
      const inFlight = held(async (input: never) => {
        happened.push('answered');
        return real(input);
      });
      const { onboarding, undone } = await startNoting(`cancel_in_flight_${name.toLowerCase()}`.slice(0, 31), {
        tenant: EVERYTHING,
        activities: {
          [name]: inFlight.call,
          saveStatus: async ({ status }) => void saved.push(status.state),
          undo: async (input) => {
            happened.push('undone');
            return tiktok.undo(input);
          },
        },
      });
      try {
        await inFlight.begun;
        await onboarding.verb('cancel');
        await vi.waitUntil(() => saved.includes('cancelling'), { timeout: 30_000 });
        expect(happened).toEqual([]);
      } finally {
        inFlight.release();
      }
      const status = await onboarding.handle.result();
      expect(status.state).toBe('cancelled');
      expect(happened[0]).toBe('answered');
      expect(onboarding.fakes.calls.filter((call) => call === name)).toHaveLength(1);
      expect(status.leftBehind).toContainEqual(expect.stringContaining(ACCOUNT));
      const undo = took[name];
      if (undo !== null) expect(undone).toContain(undo);
    },
  );

  it('says that money may have moved when nobody knows', async () => {
    const { onboarding, undone } = await startNoting('cancel_unknown', {
      activities: {
        transferFunds: refuse('outcome_unknown'),
        reconcileTransfer: async () => {
          throw failWith('transfer_ambiguous', 'two transactions match: 1001, 1003');
        },
      },
    });
    await onboarding.untilStep('billing', 'parked');
    await onboarding.verb('cancel');
    const { leftBehind } = await onboarding.handle.result();
    expect(undone).not.toContain('refund');
    expect(leftBehind).toContainEqual(expect.stringMatching(/^billing: .*1001, 1003.*look at TikTok/));
  });

  it('leaves to the next start what it could not undo: adopted, not made again', async () => {
    let advertiserId: string | undefined;
    let pixel: { pixelId: string; pixelCode: string } | null = null;
    const activities: Partial<FakeActivities> = {
      inspectBusinessCenter: async (input) => ({
        ...(await tiktok.inspectBusinessCenter(input)),
        ...(advertiserId === undefined ? {} : { advertiserId }),
      }),
      createAdvertiser: async (input) => {
        const made = await tiktok.createAdvertiser(input);
        advertiserId = made.advertiserId;
        return made;
      },
      findPixel: async () => ({ pixel }),
      createPixel: async (input) => (pixel = await tiktok.createPixel(input)),
    };
    const first = await startNoting('cancel_again', { activities });
    await untilStopped(first.onboarding, 'creative_policy');
    await first.onboarding.verb('cancel');
    expect((await first.onboarding.handle.result()).state).toBe('cancelled');

    const second = await startNoting('cancel_again', { activities });
    await second.onboarding.approve('creative_policy');
    const status = await second.onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, 'advertiser_account').remoteIds).toEqual({ advertiserId: '7300000000000000200' });
    expect(second.onboarding.fakes.calls).not.toContain('createAdvertiser');
    expect(second.onboarding.fakes.calls).not.toContain('createPixel');
    expect(second.onboarding.fakes.calls, 'what was taken back is given again').toEqual(
      expect.arrayContaining(['assignAdvertiser', 'linkPixel', 'applyBilling', 'transferFunds']),
    );
  });
});
