import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DOCUMENTED } from './documented-examples.js';
import { useSimulator } from './harness.js';
import { departures } from './shape.js';
import { type Answer, at, textAt, TikTokRequest } from './tiktok-request.js';

const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);
const BC = '7300000000000000001';
const SPARK_CODE = '#j0a6pLy4ntzVO7RgnFG00lrXEEgcEjAhrwxckfdR0ykErg28eHDhEjsuU1iIjL4=';
const ITEM = '7300000000000000504';
const sha256 = createHash('sha256').update('ads@example.org').digest('hex');
let advertiser_id = '';

/** Code 0, the documented envelope, and data of the documented shape. */
function expectDocumented(answer: Answer, example: unknown): void {
  expect(answer).toMatchObject({ status: 200, code: 0, message: 'OK' });
  expect(answer.requestId).toMatch(/^\d{14}[0-9A-F]{16,}$/);
  expect(departures(example, answer.data)).toEqual([]);
}

/** The part of an answer that an example shows. */
function part(answer: Answer, path: string): Answer {
  return { ...answer, data: at(answer.data, path) };
}

describe('the documented examples (facts 16)', () => {
  it('GET /bc/get/ and GET /account/verification/status/', async () => {
    expectDocumented(await tiktok.get('/bc/get/'), DOCUMENTED.bcGet);
    expectDocumented(await tiktok.get('/account/verification/status/', { bc_id: BC }), DOCUMENTED.verificationStatus);
  });

  it('POST /bc/advertiser/create/ with a reused qualification, then GET /advertiser/info/ while it is reviewed', async () => {
    await admin.person('set-timings', { reviewDelaySeconds: 60 });
    const created = await tiktok.post('/bc/advertiser/create/', {
      bc_id: BC,
      advertiser_info: { name: 'Shop A', currency: 'EUR', timezone: 'Europe/Berlin' },
      customer_info: { company: 'Kobi GmbH', industry: 290303, registered_area: 'DE' },
      qualification_info: { qualification_id: '7300000000000000100' },
      contact_info: { name: 'Office', email: 'ads@example.org', number: '+4930000000' },
    });
    expectDocumented(created, DOCUMENTED.advertiserCreate);
    advertiser_id = textAt(created.data, 'advertiser_id');
    const access = {
      bc_id: BC,
      user_id: '7300000000000000010',
      asset_type: 'ADVERTISER',
      asset_id: advertiser_id,
      advertiser_role: 'ADMIN',
    };
    expect((await tiktok.post('/bc/asset/assign/', access)).data).toEqual({});
    const info = await tiktok.get('/advertiser/info/', { advertiser_ids: [advertiser_id] });
    expectDocumented(info, DOCUMENTED.advertiserInfo);
    expect(at(info.data, 'list.0.email')).toBe('a**@e**********');
    await admin.advance(60_000);
    expect(at((await tiktok.get('/advertiser/info/', { advertiser_ids: [advertiser_id] })).data, 'list.0.status')).toBe('STATUS_ENABLE');
  });

  it('POST /bc/transfer/: two transactions, and ids as bare numbers with all their digits', async () => {
    const moved = await tiktok.post('/bc/transfer/', { bc_id: BC, advertiser_id, transfer_type: 'RECHARGE', cash_amount: 20 });
    expectDocumented(moved, DOCUMENTED.transfer);
    expect(moved.text).toContain(`"bc_id":${BC},"advertiser_id":${advertiser_id},`);
  });

  it('POST /pixel/create/ and POST /event/track/', async () => {
    const pixel = await tiktok.post('/pixel/create/', { advertiser_id, pixel_name: 'Shop A web', pixel_category: 'ONLINE_STORE' });
    expectDocumented(pixel, DOCUMENTED.pixelCreate);
    const tracked = await tiktok.post('/event/track/', {
      event_source: 'web',
      event_source_id: textAt(pixel.data, 'pixel_code'),
      test_event_code: 'TEST12345',
      data: [
        {
          event: 'Purchase',
          event_time: Math.floor(Date.now() / 1000),
          event_id: 'order-1',
          user: {
            email: sha256,
            phone: sha256,
            external_id: sha256,
            ttclid: 'E.C.P.example',
            ttp: 'ttp-example',
            ip: '203.0.113.5',
            user_agent: 'Mozilla/5.0',
            locale: 'de-DE',
          },
          page: { url: 'https://shop.example/thanks', referrer: 'https://shop.example/cart' },
          properties: {
            currency: 'EUR',
            value: 20.0,
            content_type: 'product',
            order_id: '1',
            contents: [{ content_id: 'SKU1', content_name: 'Shirt', quantity: 2, price: 10.0 }],
          },
        },
      ],
    });
    expect(tracked).toMatchObject({ code: 0, message: 'OK', data: {} });
  });

  it('POST /catalog/product/upload/ and its log', async () => {
    const conf = { name: 'Shop A', catalog_type: 'ECOM', catalog_conf: { region_code: 'DE', currency: 'EUR' } };
    const own = { bc_id: BC, catalog_id: textAt((await tiktok.post('/catalog/create/', { bc_id: BC, ...conf })).data, 'catalog_id') };
    const product = {
      sku_id: 'SKU1',
      title: 'Shirt',
      description: 'A shirt',
      availability: 'IN_STOCK',
      image_url: 'https://shop.example/shirt.jpg',
      brand: 'Example',
      product_detail: { condition: 'NEW' },
      price_info: { price: 10, currency: 'EUR' },
      landing_page: { landing_page_url: 'https://shop.example/shirt' },
    };
    const uploaded = await tiktok.post('/catalog/product/upload/', { ...own, products: [product] });
    expectDocumented(uploaded, DOCUMENTED.productUpload);
    await admin.advance(20_000);
    const log = await tiktok.get('/catalog/product/log/', { ...own, feed_log_id: textAt(uploaded.data, 'feed_log_id') });
    expectDocumented(log, DOCUMENTED.productLog);
    expect(at(log.data, 'product_feed_log.add_count')).toBe(1);
  });

  it('GET /tt_video/info/ after the post was authorised', async () => {
    expect((await tiktok.post('/tt_video/authorize/', { advertiser_id, auth_code: SPARK_CODE })).data).toEqual({});
    expectDocumented(await tiktok.get('/tt_video/info/', { advertiser_id, auth_code: SPARK_CODE }), DOCUMENTED.sparkInfo);
  });

  it('POST /file/video/ad/upload/ answers a list of one', async () => {
    const bytes = Buffer.from('not looked into');
    const fields = { advertiser_id, upload_type: 'UPLOAD_BY_FILE', video_signature: createHash('md5').update(bytes).digest('hex') };
    const uploaded = await tiktok.upload('/file/video/ad/upload/', fields, { field: 'video_file', name: 'clip.mp4', bytes });
    expectDocumented(uploaded, DOCUMENTED.videoUpload);
    expect(uploaded.data).toHaveLength(1);
  });

  it('POST /ad/create/, GET /ad/review_info/ of a rejected ad, and a row of GET /report/integrated/get/', async () => {
    const campaign = { campaign_name: 'C1', objective_type: 'TRAFFIC', budget_mode: 'BUDGET_MODE_INFINITE' };
    const campaign_id = textAt((await tiktok.post('/campaign/create/', { advertiser_id, ...campaign })).data, 'campaign_id');
    const adgroup = {
      adgroup_name: 'G1',
      billing_event: 'CPC',
      budget: 20,
      budget_mode: 'BUDGET_MODE_DAY',
      optimization_goal: 'CLICK',
      pacing: 'PACING_MODE_SMOOTH',
      schedule_type: 'SCHEDULE_FROM_NOW',
      schedule_start_time: '2026-11-20 00:00:00',
    };
    const adgroup_id = textAt((await tiktok.post('/adgroup/create/', { advertiser_id, campaign_id, ...adgroup })).data, 'adgroup_id');
    const identity_id = textAt(
      (await tiktok.get('/tt_video/info/', { advertiser_id, auth_code: SPARK_CODE })).data,
      'user_info.identity_id',
    );
    const creative = { ad_name: 'A1', identity_type: 'AUTH_CODE', identity_id, tiktok_item_id: ITEM, ad_format: 'SINGLE_VIDEO' };
    const created = await tiktok.post('/ad/create/', { advertiser_id, adgroup_id, creatives: [creative] });
    expectDocumented(created, DOCUMENTED.adCreate);

    const adId = textAt(created.data, 'ad_ids.0');
    await admin.person('decide-ad', { adId, verdict: 'reject' });
    const review = await tiktok.get('/ad/review_info/', { advertiser_id, ad_ids: [adId] });
    expectDocumented(part(review, `ad_review_map.${adId}`), DOCUMENTED.adReviewRejected);

    await admin.person('deliver', { adId, day: '2026-11-20', spendMinor: 1234, impressions: 1000, clicks: 21, conversions: 1 });
    const report = await tiktok.get('/report/integrated/get/', {
      advertiser_id,
      report_type: 'BASIC',
      data_level: 'AUCTION_AD',
      dimensions: ['ad_id', 'stat_time_day'],
      metrics: ['spend', 'impressions', 'clicks', 'ctr', 'conversion', 'result'],
      start_date: '2026-11-20',
      end_date: '2026-11-20',
    });
    expectDocumented(part(report, 'list.0'), { ...DOCUMENTED.reportRow, dimensions: { ...DOCUMENTED.reportRow.dimensions, ad_id: adId } });
    expect(at(report.data, 'list.0.metrics')).toEqual(DOCUMENTED.reportRow.metrics);
  });

  it.each([
    ['', 40104, 'Access token is null, you should set it in http header with key Access-Token.'],
    ['sim-token-kobi-revoked', 40105, 'Access token is incorrect or has been revoked.'],
  ])('the error for token "%s"', async (token, code, message) => {
    expect(await new TikTokRequest(() => simulator.apiUrl, token).get('/bc/get/')).toMatchObject({ status: 200, code, message, data: {} });
  });

  it('the errors for a foreign advertiser and for a missing field', async () => {
    const foreign = '7300000000000000200';
    const refused = await tiktok.get('/advertiser/info/', { advertiser_ids: [foreign] });
    expect(refused).toMatchObject({ code: 40001, message: `No permission to operate advertiser: ${foreign}`, data: {} });
    expect(await tiktok.get('/pixel/list/')).toMatchObject({ code: 40002, message: 'Missing required field(s): advertiser_id.', data: {} });
  });

  it('are sent without one field that the parameter tables do not know', async () => {
    expect(await admin.violations()).toEqual([]);
  });
});
