import { describe, expect, it, vi } from 'vitest';
import { STEP_IDS, type StepId } from '../../src/contract/checklist.js';
import { FAILURES, type FailureCode } from '../../src/contract/failures.js';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes.js';
import { withDependents } from '../../src/domain/checklist.js';
import { ApplicationFailure } from '@temporalio/common';
import { fakeActivities, failWith, type FakeActivities } from './fake-activities.js';
import { stepOf } from './onboarding.js';
import { useOnboardings } from './onboardings.js';
import { EVERYTHING } from './whole-tenant.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

/** One step each, stopped by an answer of TikTok or by what the engine makes of it. */
const PARKED: readonly { step: StepId; code: FailureCode; says: string; activities: Partial<FakeActivities> }[] = [
  {
    step: 'business_verification',
    code: 'account_review_refused',
    says: 'the site shows no imprint',
    activities: {
      readAccountReview: async (input) => ({
        ...(await tiktok.readAccountReview(input)),
        review: 'refused',
        rejectionReason: 'the site shows no imprint',
      }),
    },
  },
  {
    step: 'tiktok_account',
    code: 'tiktok_account_unavailable',
    says: 'PRIVATE_ACCOUNT',
    activities: {
      assignTikTokAccount: async (input) => ({ ...(await tiktok.assignTikTokAccount(input)), availableStatus: 'PRIVATE_ACCOUNT' }),
    },
  },
  {
    step: 'pixel',
    code: 'test_event_refused',
    says: 'no such test code',
    activities: {
      linkPixel: async () => {
        throw failWith('test_event_refused', 'no such test code');
      },
    },
  },
  {
    step: 'catalog',
    code: 'products_rejected',
    says: 'sku-7',
    activities: {
      readCatalogReview: async (input) => ({
        ...(await tiktok.readCatalogReview(input)),
        rejected: [{ skuId: 'sku-7', title: 'Knife', reasons: ['weapons'] }],
      }),
    },
  },
  {
    step: 'billing',
    code: 'balance_too_low',
    says: '500.00 EUR',
    activities: { readBilling: async (input) => ({ ...(await tiktok.readBilling(input)), availableMinor: 1_00 }) },
  },
  {
    step: 'creative_policy',
    code: 'creative_rejected',
    says: 'open-day: 320x240 is below 540x960',
    activities: {
      probeCreatives: async (input) => ({
        reports: (await tiktok.probeCreatives(input)).reports.map((report) => ({
          ...report,
          verdict: 'reject',
          findings: [{ code: 'resolution', severity: 'error', message: '320x240 is below 540x960' }],
        })),
      }),
    },
  },
  {
    step: 'launch_check',
    code: 'landing_page_broken',
    says: 'loses ttclid',
    activities: {
      checkLaunch: async () => ({
        findings: [{ check: 'landing_page https://school.example/open-day', ok: false, detail: 'loses ttclid' }],
      }),
    },
  },
];

describe('a step that cannot go on', () => {
  it.concurrent.each(PARKED)('$step, $code: holds only what depends on it', async ({ step, code, says, activities }) => {
    const slug = `parked_${step}`;
    const onboarding = await start(slug, { tenant: { ...EVERYTHING, sparkPosts: [] }, activities });
    if (step !== 'creative_policy') await onboarding.approve('creative_policy');
    const status = await onboarding.until(`${step} is parked and nothing else moves`, ({ steps }) =>
      steps.every(({ id, state }) => (id === step ? state === 'parked' : ['done', 'skipped', 'waiting'].includes(state))),
    );

    expect(status.state).toBe('parked');
    const { ball, failure, note } = stepOf(status, step);
    expect(ball).toBe('kobi');
    expect(failure).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(note).toBe(failure?.message);
    expect(failure?.mend).toContain(`${slug}`);
    expect(failure?.mend).not.toMatch(/[{}]/);
    const held = withDependents([step]);
    expect(status.steps.filter(({ state }) => state === 'done' || state === 'skipped').map(({ id }) => id)).toEqual(
      STEP_IDS.filter((id) => !held.includes(id)),
    );
    const shown = (await onboarding.handle.describe()).typedSearchAttributes;
    expect(shown.get(SEARCH_ATTRIBUTES.failureCode)).toBe(code);
    expect(shown.get(SEARCH_ATTRIBUTES.waitingOn)).toBe('kobi');
    // The state changes first; whoever looks in between sees no row yet.
    await vi.waitFor(() =>
      expect(onboarding.fakes.rows.filter((row) => row.kind === 'step_parked')).toMatchObject([
        { actor: 'engine', payload: { code, message: failure?.message } },
      ]),
    );
  });

  it('shows the sentence, TikTok’s request id and the command that mends it to whoever watches', async () => {
    const onboarding = await start('parked_shown', {
      activities: {
        linkPixel: async () => {
          const failure = { code: 'tiktok_permission_denied', message: 'no permission for pixel', requestId: '2026112100000000000' };
          throw ApplicationFailure.create({ type: failure.code, message: failure.message, nonRetryable: true, details: [failure] });
        },
      },
    });
    const { failure } = await onboarding.untilStep('pixel', 'parked');
    expect(failure).toMatchObject({ code: 'tiktok_permission_denied', requestId: '2026112100000000000' });
    const { currentDetails } = await onboarding.handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain('tiktok_permission_denied');
    expect(currentDetails).toContain(FAILURES.tiktok_permission_denied.sentence);
    expect(currentDetails).toContain('2026112100000000000');
    expect(currentDetails).toContain('kobi retry parked_shown pixel --as PERSON --reason TEXT');
  });

  it('does not park while TikTok may come back: retried, then done', async () => {
    let asked = 0;
    const onboarding = await start('parked_not', {
      activities: {
        readBilling: async (input) => {
          asked += 1;
          if (asked < 6) throw failWith('tiktok_unavailable', 'TikTok answers 502', false);
          return tiktok.readBilling(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    await onboarding.skipToEnd();
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(asked).toBe(6);
    expect(onboarding.fakes.rows.filter((row) => row.kind === 'step_parked')).toEqual([]);
  });

  it('parks when TikTok stays away, and ends nothing', async () => {
    let away = true;
    let asked = 0;
    const onboarding = await start('parked_away', {
      activities: {
        readBilling: async (input) => {
          asked += 1;
          if (away) throw failWith('tiktok_unknown_code', 'TikTok answers 59999 (request 20261121)', asked === 4);
          return tiktok.readBilling(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    await onboarding.fastForward(3_600_000);
    expect((await onboarding.untilStep('billing', 'parked')).failure).toMatchObject({ code: 'tiktok_unknown_code' });
    expect(asked).toBe(4);
    away = false;
    await onboarding.verb('retry');
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('parks for an error that nobody foresaw too, by the name `internal`', async () => {
    const onboarding = await start('parked_bug', {
      activities: {
        probeCreatives: async () => {
          throw ApplicationFailure.nonRetryable('reports is not iterable', 'TypeError');
        },
      },
    });
    const { failure } = await onboarding.untilStep('creative_policy', 'parked');
    expect(failure).toMatchObject({ code: 'internal', message: expect.stringContaining('reports is not iterable') });
  });
});
