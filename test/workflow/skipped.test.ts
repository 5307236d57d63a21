import { describe, expect, it } from 'vitest';
import { stepOf } from './onboarding.js';
import { useOnboardings } from './onboardings.js';
import { school } from './tenant.js';
import { EVERYTHING } from './whole-tenant.js';

const { start } = useOnboardings();

describe('what does not apply to a tenant', () => {
  it('is skipped with its reason and without a call; what applies is done', async () => {
    const onboarding = await start('skipped_all', {
      tenant: { creatives: [], tiktokAccount: { use: 'spark_posts' }, billing: { initialFundingMinor: 0 } },
    });
    const { state, steps } = await onboarding.handle.result();
    expect(state).toBe('live');
    expect(steps.flatMap(({ id, state: each, note }) => (each === 'skipped' ? [`${id}: ${note}`] : []))).toEqual([
      'tiktok_account: approved Spark posts serve as the identity of the ads',
      'catalog: the tenant sells no products',
      'creative_policy: the tenant file names no creatives',
      'spark_ads: the tenant file names no Spark posts',
    ]);
    expect(steps.find(({ id }) => id === 'billing')?.note).toContain('no initial funding asked for');
    expect(new Set(onboarding.fakes.calls)).toEqual(
      new Set([
        'saveStatus',
        'inspectBusinessCenter',
        'createAdvertiser',
        'assignAdvertiser',
        'readAccountReview',
        'findPixel',
        'createPixel',
        'linkPixel',
        'readBilling',
        'applyBilling',
        'checkLaunch',
      ]),
    );
  });

  it('is done after an amendment says that it applies, and is skipped again after the next', async () => {
    const onboarding = await start('skipped_amended');
    await onboarding.untilGate('creative_policy', 'open');
    await onboarding.untilStep('catalog', 'skipped');

    await onboarding.verb('amend', {
      tenant: school('skipped_amended', { catalog: { feed: { kind: 'url', url: 'https://shop.example/feed' } } }),
    });
    expect((await onboarding.untilStep('catalog', 'done')).remoteIds).toMatchObject({ catalogId: '7300000000000000350' });

    await onboarding.verb('amend', { tenant: school('skipped_amended', { creatives: [] }) });
    await onboarding.untilGate('creative_policy', 'withdrawn');
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, 'catalog')).toMatchObject({ state: 'skipped', note: 'the tenant sells no products' });
    expect(stepOf(status, 'creative_policy')).toMatchObject({ state: 'skipped', ball: null });
    expect(onboarding.fakes.calls).not.toContain('uploadCreatives');
  });

  it('lends nothing to the launch when an operator skips what was half achieved', async () => {
    const seen: unknown[] = [];
    const onboarding = await start('skipped_launch', {
      tenant: { ...EVERYTHING, creatives: [], tiktokAccount: { use: 'spark_posts' } },
      activities: {
        readCatalogReview: async () => ({
          loading: false,
          processing: 0,
          approved: 0,
          rejected: [{ skuId: 'sku-7', title: 'Knife', reasons: ['weapons'] }],
        }),
        checkLaunch: async ({ catalogId, identity }) => {
          seen.push({ catalogId, identity });
          return { findings: [] };
        },
      },
    });
    await onboarding.untilGate('spark_ads', 'open');
    await onboarding.untilStep('catalog', 'parked');
    await onboarding.verb('skip', { step: 'spark_ads', reason: 'no Spark posts this season' });
    await onboarding.verb('skip', { step: 'catalog', reason: 'no products this season' });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(seen).toEqual([{ catalogId: null, identity: null }]);
  });
});
