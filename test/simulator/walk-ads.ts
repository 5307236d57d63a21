import { expect } from 'vitest';
import type { Admin } from './harness.js';
import type { OfficialSdk } from './official-sdk.js';
import { at, textAt, type TikTokRequest } from './tiktok-request.js';

const TOKEN = 'sim-token-kobi-admin';
/** The school's post of the default seed (simulator/README.md). */
const SPARK_CODE = '#S4u974uDBoOmJ6IBgu94T/c2EaGbH1POo3gdd9kJd2C0ysPeJ21Mj+1FM2Q9RZ4=';
const ITEM = '7300000000000000503';

/** Creatives, a Spark post, campaign, ad group, ad, review and report. */
export async function walkAds(
  sdk: OfficialSdk,
  other: TikTokRequest,
  who: { advertiser: string; bytes: Buffer; md5: string },
  admin: Admin,
): Promise<void> {
  const advertiser_id = who.advertiser;
  const video = { advertiser_id, upload_type: 'UPLOAD_BY_FILE', file_name: 'clip.mp4', video_file: who.bytes, video_signature: who.md5 };
  const videoId = textAt(await sdk.call('FileApi', 'adVideoUpload', TOKEN, video), '0.video_id');
  expect(at(await sdk.call('FileApi', 'adVideoInfo', advertiser_id, [videoId], TOKEN), 'list.0.signature')).toBe(who.md5);
  expect(
    at(await sdk.call('FileApi', 'adVideoSearch', advertiser_id, TOKEN, { filtering: { video_ids: [videoId] } }), 'list.0.file_name'),
  ).toBe('clip.mp4');
  const image = { advertiser_id, upload_type: 'UPLOAD_BY_FILE', file_name: 'cover.jpg', image_file: who.bytes, image_signature: who.md5 };
  const imageId = textAt(await sdk.call('FileApi', 'adImageUpload', TOKEN, image), 'image_id');
  expect(at(await sdk.call('FileApi', 'fileImageAdInfo', advertiser_id, [imageId], TOKEN), 'list.0.image_id')).toBe(imageId);
  expect(at((await other.get('/file/image/ad/search/', { advertiser_id })).data, 'list.0.image_id')).toBe(imageId);

  expect((await other.post('/tt_video/authorize/', { advertiser_id, auth_code: SPARK_CODE })).data).toEqual({});
  const post = (await other.get('/tt_video/info/', { advertiser_id, auth_code: SPARK_CODE })).data;
  expect(at((await other.get('/tt_video/list/', { advertiser_id })).data, 'list.0.item_info.item_id')).toBe(ITEM);
  const identity_id = textAt(post, 'user_info.identity_id');
  const identities = await sdk.call('IdentityApi', 'identityGet', advertiser_id, TOKEN, { identity_type: 'AUTH_CODE', page_size: 100 });
  expect(at(identities, 'identity_list.0.identity_id')).toBe(identity_id);
  const custom = await sdk.call('IdentityApi', 'identityCreate', TOKEN, { body: { advertiser_id, display_name: 'School' } });
  const gone = { advertiser_id, identity_id: textAt(custom, 'identity_id'), identity_type: 'CUSTOMIZED_USER' };
  expect((await other.post('/identity/delete/', gone)).code).toBe(0);

  const campaign = {
    advertiser_id,
    campaign_name: 'Open day',
    objective_type: 'WEB_CONVERSIONS',
    budget_mode: 'BUDGET_MODE_DAY',
    budget: 50,
  };
  const campaign_id = textAt(await sdk.call('CampaignCreationApi', 'campaignCreate', TOKEN, { body: campaign }), 'campaign_id');
  await sdk.call('CampaignCreationApi', 'campaignUpdate', TOKEN, { body: { advertiser_id, campaign_id, campaign_name: 'Open days' } });
  const adgroup = {
    advertiser_id,
    campaign_id,
    adgroup_name: 'G1',
    billing_event: 'OCPM',
    budget: 20,
    budget_mode: 'BUDGET_MODE_DAY',
    optimization_goal: 'CLICK',
    pacing: 'PACING_MODE_SMOOTH',
    schedule_type: 'SCHEDULE_FROM_NOW',
    schedule_start_time: '2026-11-20 00:00:00',
  };
  const adgroup_id = textAt(await sdk.call('AdgroupApi', 'adgroupCreate', TOKEN, { body: adgroup }), 'adgroup_id');
  await sdk.call('AdgroupApi', 'adgroupUpdate', TOKEN, { body: { advertiser_id, adgroup_id, adgroup_name: 'Group one' } });
  const creative = {
    ad_name: 'A1',
    identity_type: 'AUTH_CODE',
    identity_id,
    tiktok_item_id: ITEM,
    ad_format: 'SINGLE_VIDEO',
    landing_page_url: 'https://school.example/',
  };
  const ad_id = textAt(
    await sdk.call('AdApi', 'adCreate', TOKEN, { body: { advertiser_id, adgroup_id, creatives: [creative] } }),
    'ad_ids.0',
  );

  const ads = (): Promise<unknown> => sdk.call('AdApi', 'adGet', advertiser_id, TOKEN, { filtering: { ad_ids: [ad_id] } });
  expect(at(await ads(), 'list.0.secondary_status')).toBe('AD_STATUS_AUDIT');
  expect((await other.get('/ad/review_info/', { advertiser_id, ad_ids: [ad_id] })).data).toEqual({ ad_review_map: {} });
  await admin.advance(10_000);
  expect(at(await ads(), 'list.0.secondary_status')).toBe('AD_STATUS_DELIVERY_OK');

  const dimensions = ['ad_id', 'stat_time_day'];
  const metrics = ['spend', 'impressions', 'clicks'];
  const day = { dimensions, metrics, data_level: 'AUCTION_AD', start_date: '2026-11-20', end_date: '2026-11-20' };
  const report = (): Promise<unknown> => sdk.call('ReportingApi', 'reportIntegratedGet', 'BASIC', TOKEN, { advertiser_id, ...day });
  expect(at(await report(), 'page_info.total_number')).toBe(0);
  await admin.person('deliver', { adId: ad_id, day: '2026-11-20', spendMinor: 1234, impressions: 1000, clicks: 21, conversions: 1 });
  expect(at(await report(), 'list.0')).toEqual({
    dimensions: { ad_id, stat_time_day: '2026-11-20 00:00:00' },
    metrics: { spend: '12.34', impressions: '1000', clicks: '21' },
  });

  expect((await other.post('/tt_video/unbind/', { advertiser_id, item_id: ITEM })).code).toBe(0);
  expect(at(await ads(), 'list.0.secondary_status')).toBe('AD_STATUS_ASSET_AUTHORIZATION_LOST');
  const off = { advertiser_id, operation_status: 'DISABLE' };
  await sdk.call('AdApi', 'adStatusUpdate', TOKEN, { body: { ...off, ad_ids: [ad_id] } });
  await sdk.call('AdgroupApi', 'adgroupStatusUpdate', TOKEN, { body: { ...off, adgroup_ids: [adgroup_id] } });
  await sdk.call('CampaignCreationApi', 'campaignStatusUpdate', TOKEN, { body: { ...off, campaign_ids: [campaign_id] } });
  expect(at(await sdk.call('AdgroupApi', 'adgroupGet', advertiser_id, TOKEN, {}), 'list.0.secondary_status')).toBe(
    'ADGROUP_STATUS_DISABLE',
  );
  expect(at(await sdk.call('CampaignCreationApi', 'campaignGet', advertiser_id, TOKEN, {}), 'list.0.campaign_name')).toBe('Open days');
}
