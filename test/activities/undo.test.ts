import { describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import type { Undo } from '../../src/contract/onboarding-activities.js';
import { fundingEvidence } from '../../src/domain/evidence.js';
import { catalogName, pixelName } from '../../src/domain/naming.js';
import { failureOf, useEngine } from './engine.js';

describe('undo', () => {
  const engine = useEngine();

  /** TikTok's state without the times of its last touch. */
  function settled(): unknown {
    const { pixels, ...rest } = structuredClone(engine().simulator.store.state);
    return { ...rest, pixels: Object.values(pixels).map(({ updatedAt: _updatedAt, ...pixel }) => pixel) };
  }

  async function everything(slug: string) {
    const { advertiser, attempt, activities, person, secrets } = engine();
    const of = await advertiser(slug);
    const pixel = await attempt(activities.createPixel, { ...of, name: pixelName(slug), category: 'ONLINE_STORE' });
    await attempt(activities.linkPixel, { ...of, pixel });
    const { catalogId } = await attempt(activities.createCatalog, { ...of, name: catalogName(slug), country: 'DE', currency: 'EUR' });
    await attempt(activities.bindEventSource, { ...of, catalogId, pixelCode: pixel.pixelCode });
    await attempt(activities.applyBilling, { ...of, currency: 'EUR', joinBillingGroupId: SEED.billingGroupId });
    person({ action: 'link-tiktok-account', handle: 'example_school' });
    const { account } = await attempt(activities.findTikTokAccount, { ...of, handle: 'example_school' });
    await attempt(activities.assignTikTokAccount, { ...of, assetId: account?.assetId ?? '' });
    await secrets.put('code', SEED.sparkCodes.school);
    const post = { id: 'post', handle: 'sonnenschule', link: 'https://www.tiktok.com/@sonnenschule/video/7300000000000000503' };
    await attempt(activities.authorizeSparkPost, { ...of, post, authCodeRef: 'code' });
    return { ...of, ...pixel, catalogId, assetId: account?.assetId ?? '', itemId: '7300000000000000503' };
  }

  async function funded(of: { slug: string; bcId: string; advertiserId: string }): Promise<Undo> {
    const { attempt, activities } = engine();
    const evidence = fundingEvidence({
      ...of,
      advertiserName: '',
      currency: 'EUR',
      amountMinor: 50_000,
      budgetCapMinor: null,
      thresholdMinor: 100_000,
      paymentModel: 'NON_SHARED',
    });
    await attempt(activities.transferFunds, {
      ...of,
      intentKey: 'initial_funding',
      amountMinor: 50_000,
      currency: 'EUR',
      approvedHash: null,
      evidence,
      dailyLimitMinor: null,
    });
    return { kind: 'refund', bcId: of.bcId, advertiserId: of.advertiserId, amountMinor: 50_000, currency: 'EUR' };
  }

  it('takes everything back, and a second time finds nothing to do', async () => {
    const { attempt, activities, simulator, committed } = engine();
    const { slug, bcId, advertiserId, pixelCode, catalogId, assetId, itemId } = await everything('school');
    const undos: Undo[] = [
      { kind: 'unbind_spark_post', advertiserId, itemId },
      await funded({ slug, bcId, advertiserId }),
      { kind: 'leave_billing_group', bcId, advertiserId, billingGroupId: SEED.billingGroupId },
      { kind: 'unbind_event_source', bcId, advertiserId, catalogId, pixelCode },
      { kind: 'delete_catalog', bcId, catalogId },
      { kind: 'unlink_pixel', bcId, advertiserId, pixelCode },
      { kind: 'unassign_tiktok_account', bcId, advertiserId, assetId },
      { kind: 'unassign_users', bcId, advertiserId, userIds: [SEED.operatorOneUserId] },
    ];
    const first = [];
    for (const undo of undos) first.push(await attempt(activities.undo, { slug, undo }));
    const once = settled();
    const second = [];
    for (const undo of undos) second.push(await attempt(activities.undo, { slug, undo }));

    expect(first.map(({ undone }) => undone)).toEqual(undos.map(() => true));
    expect(second).toEqual(first);
    expect(settled()).toEqual(once);
    const { state } = simulator.store;
    expect(state.catalogs).toEqual({});
    expect(state.billingGroups[SEED.billingGroupId]?.advertiserIds).toEqual([]);
    expect(state.advertisers[advertiserId]?.cashMinor).toBe(0);
    expect(committed('/bc/transfer/').map((entry) => entry.parameters?.['transfer_type'])).toEqual(['RECHARGE', 'REFUND']);
  });

  it('unbinds what a Spark code was used for, when only the code is known', async () => {
    const { attempt, activities, secrets, simulator, committed, advertiser } = engine();
    const { slug, advertiserId } = await advertiser('coded');
    await secrets.put('coded/visit', SEED.sparkCodes.school);
    const undo = { kind: 'unbind_spark_code', advertiserId, authCodeRef: 'coded/visit' } as const;
    expect(await attempt(activities.undo, { slug, undo })).toEqual({
      undone: true,
      detail: `the Spark code was not used for the advertiser ${advertiserId}`,
    });
    expect(committed('/tt_video/unbind/')).toEqual([]);

    const post = { id: 'visit', handle: 'sonnenschule', link: 'https://www.tiktok.com/@sonnenschule/video/7300000000000000503' };
    await attempt(activities.authorizeSparkPost, { slug, bcId: SEED.bcId, advertiserId, post, authCodeRef: 'coded/visit' });
    expect(await attempt(activities.undo, { slug, undo })).toMatchObject({ undone: true });
    const bound = Object.values(simulator.store.state.sparkPosts).find(({ itemId }) => itemId === '7300000000000000503');
    expect(bound?.bindings).toEqual({});
  });

  it('refunds once although the answer is lost, and lets the tenant be funded again', async () => {
    const { attempt, activities, simulator, committed, advertiser } = engine();
    const of = await advertiser('again');
    const undo = await funded(of);
    simulator.faults.add({ endpoint: '/bc/transfer/', fault: 'commit-then-drop' });

    expect(await failureOf(attempt(activities.undo, { slug: of.slug, undo }))).toMatchObject({
      code: 'tiktok_unavailable',
      retryable: true,
    });
    expect(await attempt(activities.undo, { slug: of.slug, undo })).toMatchObject({ undone: true });
    expect(committed('/bc/transfer/')).toHaveLength(2);

    const next = await funded(of);
    expect(simulator.store.state.advertisers[of.advertiserId]?.cashMinor).toBe(50_000);
    expect(await attempt(activities.undo, { slug: of.slug, undo: next })).toMatchObject({ undone: true });
    expect(committed('/bc/transfer/')).toHaveLength(4);
  });

  it('says what is spent and cannot come back', async () => {
    const { attempt, activities, person, advertiser, committed } = engine();
    const of = await advertiser('spent');
    const undo = await funded(of);
    person({ action: 'set-advertiser', advertiser: of.advertiserId, cashMinor: 0 });
    expect(await attempt(activities.undo, { slug: of.slug, undo })).toEqual({
      undone: false,
      detail: `refund: nothing is left on the advertiser ${of.advertiserId}`,
    });
    expect(committed('/bc/transfer/')).toHaveLength(1);
  });

  it('makes a new catalog for a tenant that starts again', async () => {
    const { attempt, activities, simulator, advertiser } = engine();
    const of = await advertiser('restart');
    const input = { ...of, name: catalogName('restart'), country: 'DE', currency: 'EUR' };
    const first = await attempt(activities.createCatalog, input);
    await attempt(activities.undo, { slug: of.slug, undo: { kind: 'delete_catalog', bcId: of.bcId, ...first } });
    expect(await attempt(activities.findCatalog, input)).toEqual({ catalogId: null });
    const second = await attempt(activities.createCatalog, input);
    expect(Object.keys(simulator.store.state.catalogs)).toEqual([second.catalogId]);
  });

  it('passes on TikTok’s reason for what it does not allow', async () => {
    const { attempt, activities, simulator, advertiser } = engine();
    const of = await advertiser('refused');
    simulator.faults.add({ endpoint: '/bc/asset/unassign/', fault: 'code=40002' });
    const undo: Undo = { kind: 'unassign_users', bcId: of.bcId, advertiserId: of.advertiserId, userIds: [SEED.tokenUserId] };
    const answer = await attempt(activities.undo, { slug: of.slug, undo });
    expect(answer.undone).toBe(false);
    expect(answer.detail).toContain('unassign users: TikTok refuses it: /bc/asset/unassign/');
  });
});
