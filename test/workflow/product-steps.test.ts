import { describe, expect, it } from 'vitest';
import type { CatalogReview, OnboardingActivities } from '../../src/contract/onboarding-activities.js';
import { fakeActivities, failWith } from './fake-activities.js';
import { stepOf, type Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';
import { school } from './tenant.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();
const count = (onboarding: Onboarding, call: keyof OnboardingActivities) => onboarding.fakes.calls.filter((each) => each === call).length;

describe('verification', () => {
  it('that is not inherited waits for the gate, and goes on only with TikTok’s word unchanged', async () => {
    let word = 'NOT_SUBMITTED';
    const onboarding = await start('product_own', {
      tenant: { verification: 'own' },
      activities: {
        readAccountReview: async (input) => ({ ...(await tiktok.readAccountReview(input)), verificationStatus: word, inherited: false }),
      },
    });
    await onboarding.approve('creative_policy');
    const gate = await onboarding.untilGate('business_verification', 'open');
    expect(gate.evidence).toMatchObject({
      kind: 'business_verification',
      verificationStatus: 'NOT_SUBMITTED',
      legalName: 'Example School',
    });
    expect(count(onboarding, 'readBilling')).toBe(0);
    word = 'FAILED';
    expect(await onboarding.decide(gate)).toMatchObject({ accepted: true, gateState: 'approved' });
    expect(await onboarding.untilStep('business_verification', 'parked')).toMatchObject({ failure: { code: 'verification_expired' } });

    word = 'NOT_SUBMITTED';
    await onboarding.verb('retry', { step: 'business_verification' });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

describe('the pixel', () => {
  it('waits for the test code that a person copies, and for another one when TikTok refuses it', async () => {
    const onboarding = await start('product_code', {
      tenant: { pixel: {} },
      activities: {
        sendTestEvent: async (input) => {
          if (input.testEventCode === 'WRONG') throw failWith('test_event_refused', 'the Events API refused the test event');
          return tiktok.sendTestEvent(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    const waiting = await onboarding.untilStep('pixel', 'waiting_on');
    expect(waiting).toMatchObject({ ball: 'kobi' });
    expect(waiting.note).toContain('kobi provide product_code test-event-code CODE');
    const provide = (code: string) => onboarding.verb('provide', { what: { kind: 'test_event_code', code } });
    expect(await provide('WRONG')).toMatchObject({ accepted: true });
    expect(await onboarding.untilStep('pixel', 'parked')).toMatchObject({ failure: { code: 'test_event_refused' } });
    await provide('TEST12345');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(count(onboarding, 'createPixel')).toBe(1);
  });
});

describe('the catalog', () => {
  const shop = { catalog: { feed: { kind: 'url', url: 'https://shop.example.org/feed.csv' } } } as const;

  it('waits for TikTok’s product review, names what was rejected, and loads the mended feed again', async () => {
    const rejected = [{ skuId: 'S2', title: 'Replica', reasons: ['prohibited'] }];
    let review: CatalogReview = { loading: true, processing: 2, approved: 0, rejected: [] };
    const asked: unknown[] = [];
    const onboarding = await start('product_shop', {
      tenant: shop,
      activities: {
        loadFeed: async () => ({ rows: 2, feedLogIds: [], feedId: '7300000000000000360', since: '0@' }),
        readCatalogReview: async ({ scheduled }) => {
          asked.push(scheduled);
          return review;
        },
      },
    });
    await onboarding.approve('creative_policy');
    expect(await onboarding.untilStep('catalog', 'waiting_on')).toMatchObject({ ball: 'tiktok' });
    expect(asked[0]).toMatchObject({ feedId: '7300000000000000360', since: '0@', url: shop.catalog.feed.url, currency: 'EUR' });
    review = { loading: false, processing: 0, approved: 1, rejected };
    await onboarding.fastForward(3_600_000);
    const parked = await onboarding.untilStep('catalog', 'parked');
    expect(parked).toMatchObject({ failure: { code: 'products_rejected', details: ['S2 Replica: prohibited'] } });

    review = { loading: false, processing: 0, approved: 2, rejected: [] };
    await onboarding.verb('retry', { step: 'catalog' });
    const status = await onboarding.handle.result();
    expect(stepOf(status, 'catalog')).toMatchObject({ remoteIds: { catalogId: '7300000000000000350', feedId: '7300000000000000360' } });
    expect(count(onboarding, 'loadFeed')).toBe(2);
    expect(count(onboarding, 'createCatalog')).toBe(1);
    expect(count(onboarding, 'bindEventSource')).toBe(1);
  });

  it('loads the feed again after TikTok did not take in all of it', async () => {
    let mended = false;
    const onboarding = await start('product_feed', {
      tenant: shop,
      activities: {
        readCatalogReview: async (input) => {
          if (!mended) throw failWith('feed_invalid', 'TikTok did not take in the whole feed: SKU S1: price: missing');
          return tiktok.readCatalogReview(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    const parked = await onboarding.untilStep('catalog', 'parked');
    expect(parked).toMatchObject({ failure: { code: 'feed_invalid', message: expect.stringContaining('SKU S1') } });
    mended = true;
    await onboarding.verb('retry', { step: 'catalog' });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(count(onboarding, 'loadFeed')).toBe(2);
  });
});

describe('conversion events', () => {
  const rule = { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'EQUALS', variable: 'PAGE_PATH', value: '/thanks' } as const;

  it('get a pixel rule only where nothing else sends them', async () => {
    const made: unknown[] = [];
    const onboarding = await start('product_events', {
      tenant: {
        ga4: {
          measurementId: 'G-EXAMPLE1',
          keyEvents: [
            { name: 'generate_lead', source: 'site' },
            { name: 'thanks', source: 'pixel_rule', tiktokEvent: 'Contact', rule },
          ],
        },
      },
      activities: {
        createPixelEvents: async (input) => {
          made.push(...input.events);
          return tiktok.createPixelEvents(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    const status = await onboarding.handle.result();
    expect(made).toEqual([{ event: 'Contact', keyEvent: { name: 'thanks', source: 'pixel_rule', tiktokEvent: 'Contact', rule } }]);
    expect(stepOf(status, 'conversion_events').note).toBe('generate_lead → Lead, thanks → Contact; campaigns optimise for Lead');
  });

  it('that an amendment adds are proven by test events of their own, and are in the event settings', async () => {
    const proven: unknown[] = [];
    const onboarding = await start('product_added', {
      activities: {
        alignEvents: async (input) => {
          proven.push([input.testEventCode, input.tenant.ga4.keyEvents.map(({ name }) => name)]);
          return tiktok.alignEvents(input);
        },
      },
    });
    const { steps } = await onboarding.until('the events are proven', (now) => stepOf(now, 'conversion_events').state === 'done');
    const pixel = steps.find(({ id }) => id === 'pixel');
    expect(pixel?.note).toContain('generate_lead; request r1');
    expect(pixel?.expects).toEqual({ what: expect.stringContaining('30 to 90 minutes'), by: '2026-11-21T11:30:00.000Z' });
    expect(count(onboarding, 'alignEvents')).toBe(0);

    const ga4 = {
      measurementId: 'G-EXAMPLE1',
      keyEvents: [
        { name: 'generate_lead', source: 'site' },
        { name: 'sign_up', source: 'site' },
      ],
    } as const;
    expect(
      await onboarding.verb('amend', { tenant: school('product_added', { ga4: { ...ga4, keyEvents: [...ga4.keyEvents] } }) }),
    ).toMatchObject({
      accepted: true,
    });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(proven).toEqual([['TEST00000', ['generate_lead', 'sign_up']]]);
  });

  it('that TikTok refuses park with their names, and another test code brings them on', async () => {
    const onboarding = await start('product_refused', {
      tenant: { eventUploads: ['offline'] },
      activities: {
        linkPixel: async () => ({ snippet: '<script></script>', testEventId: 'e1' }),
        alignEvents: async (input) => {
          if (input.testEventCode !== 'TEST22222') throw failWith('test_event_refused', 'refused the test event of generate_lead (Lead)');
          return tiktok.alignEvents(input);
        },
      },
    });
    await onboarding.approve('creative_policy');
    const parked = await onboarding.untilStep('conversion_events', 'parked');
    expect(parked.failure).toMatchObject({
      code: 'test_event_refused',
      message: expect.stringContaining('generate_lead'),
      mend: expect.stringContaining('kobi provide product_refused test-event-code'),
    });
    await onboarding.verb('provide', { what: { kind: 'test_event_code', code: 'TEST22222' } });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(count(onboarding, 'createEventSet')).toBe(1);
  });

  it('that the tenant hands in itself get event sets, which the settings name, until it hands in none', async () => {
    const aligned: unknown[] = [];
    const onboarding = await start('product_uploads', {
      tenant: { eventUploads: ['crm', 'offline'] },
      activities: {
        alignEvents: async (input) => {
          aligned.push([input.eventSets, input.testEventCode]);
          return tiktok.alignEvents(input);
        },
      },
    });
    const status = await onboarding.until('the sets are there', (now) => stepOf(now, 'conversion_events').state === 'done');
    expect(stepOf(status, 'conversion_events').remoteIds).toEqual({
      crmEventSetId: '7300000000000000420',
      offlineEventSetId: '7300000000000000410',
    });
    // Their test code is another than the pixel's: whoever copied it finds the command at the step.
    expect(stepOf(status, 'conversion_events').note).toContain('kobi events test product_uploads --source offline --code CODE');
    await onboarding.verb('amend', { tenant: school('product_uploads', { eventUploads: ['crm'] }) });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    // The pixel's names are proven already: the sets alone change nothing about them.
    expect(aligned).toEqual([
      [{ crm: '7300000000000000420', offline: '7300000000000000410' }, undefined],
      [{ crm: '7300000000000000420' }, undefined],
    ]);
    expect(count(onboarding, 'createEventSet')).toBe(2);
  });

  it('of a pixel from before there were event settings are saved and proven once the step runs', async () => {
    const onboarding = await start('product_earlier', {
      activities: {
        linkPixel: async () => ({ snippet: '<script></script>', testEventId: 'e1' }),
      },
    });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(count(onboarding, 'alignEvents')).toBe(1);
  });

  it('that do not fit the objective park with every reason, before any call', async () => {
    const onboarding = await start('product_trial', {
      tenant: {
        ga4: { measurementId: 'G-EXAMPLE1', keyEvents: [{ name: 'trial', source: 'site', tiktokEvent: 'StartTrial' }] },
        objectives: ['PRODUCT_SALES'],
        optimisationEvent: 'StartTrial',
      },
    });
    const parked = await onboarding.untilStep('conversion_events', 'parked');
    expect(parked.failure).toMatchObject({ code: 'events_impossible', message: expect.stringContaining('StartTrial') });
    expect(count(onboarding, 'createPixelEvents')).toBe(0);
    await onboarding.verb('cancel');
    await onboarding.handle.result().catch(() => undefined);
  });
});

describe('creatives', () => {
  it('that break a specification park with every limit, and nobody is asked to approve them', async () => {
    const onboarding = await start('product_creative', {
      activities: {
        probeCreatives: async (input) => {
          const { reports } = await tiktok.probeCreatives(input);
          const findings = [
            { code: 'duration', severity: 'error' as const, message: 'duration: 3 s; limit: 5 to 60 s' },
            { code: 'bitrate', severity: 'error' as const, message: 'bitrate: 200 kbps; limit: at least 516 kbps' },
          ];
          return { reports: reports.map((report) => ({ ...report, verdict: 'reject' as const, findings })) };
        },
      },
    });
    const parked = await onboarding.untilStep('creative_policy', 'parked');
    expect(parked.failure).toMatchObject({
      code: 'creative_rejected',
      details: ['open-day: duration: 3 s; limit: 5 to 60 s', 'open-day: bitrate: 200 kbps; limit: at least 516 kbps'],
    });
    expect((await onboarding.status()).gates.filter((gate) => gate.id === 'creative_policy' && gate.state === 'open')).toEqual([]);
    await onboarding.verb('cancel');
    await onboarding.handle.result().catch(() => undefined);
  });
});

describe('the client’s TikTok account', () => {
  it('is not linked when approved Spark posts serve as the identity of the ads', async () => {
    const launched: unknown[] = [];
    const link = 'https://www.tiktok.com/@coast/video/7300000000000000500';
    const onboarding = await start('product_spark', {
      tenant: {
        creatives: [],
        sparkPosts: [{ id: 'sunrise', handle: 'coast', link, authCodeRef: 'given' }],
        tiktokAccount: { use: 'spark_posts' },
      },
      activities: {
        checkLaunch: async (input) => {
          launched.push(input.identity);
          return tiktok.checkLaunch(input);
        },
      },
    });
    await onboarding.approve('spark_ads');
    const { state, steps } = await onboarding.handle.result();
    expect(state).toBe('live');
    expect(steps.flatMap((step) => (step.state === 'skipped' ? [`${step.id}: ${step.note}`] : []))).toEqual([
      'tiktok_account: approved Spark posts serve as the identity of the ads',
      'catalog: the tenant sells no products',
      'creative_policy: the tenant file names no creatives',
    ]);
    expect(launched).toEqual([{ identityId: 'identity-2', identityType: 'AUTH_CODE' }]);
    expect(count(onboarding, 'requestTikTokAccountLink')).toBe(0);
  });

  it('that cannot run ads parks with TikTok’s word', async () => {
    let availableStatus = 'IS_PRIVATE_ACCOUNT';
    const onboarding = await start('product_private', {
      activities: { assignTikTokAccount: async (input) => ({ ...(await tiktok.assignTikTokAccount(input)), availableStatus }) },
    });
    await onboarding.approve('creative_policy');
    const parked = await onboarding.untilStep('tiktok_account', 'parked');
    expect(parked.failure).toMatchObject({ code: 'tiktok_account_unavailable', message: expect.stringContaining('IS_PRIVATE_ACCOUNT') });
    availableStatus = 'AVAILABLE';
    await onboarding.verb('retry', { step: 'tiktok_account' });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});

describe('the launch check', () => {
  it('parks with what is missing, is told what every step left, and passes once it is mended', async () => {
    const launched: Parameters<OnboardingActivities['checkLaunch']>[0][] = [];
    const onboarding = await start('product_launch', {
      activities: {
        checkLaunch: async (input) => {
          launched.push(input);
          const detail = 'no test event was accepted';
          return { findings: [{ check: 'test_event', ok: launched.length > 1, detail }] };
        },
      },
    });
    await onboarding.approve('creative_policy');
    expect(await onboarding.untilStep('launch_check', 'parked')).toMatchObject({
      failure: { code: 'launch_check_failed', details: ['test_event: no test event was accepted'] },
    });
    await onboarding.verb('retry', { step: 'launch_check' });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(launched[0]).toMatchObject({
      testEventId: 'e1',
      funded: true,
      launchedBefore: false,
      catalogId: null,
      identity: { identityId: 'identity-1', identityType: 'BC_AUTH_TT' },
    });
  });
});
