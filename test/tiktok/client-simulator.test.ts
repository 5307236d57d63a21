import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import { type Simulator, startSimulator } from '../../simulator/server.js';
import { everyPage } from '../../src/tiktok/calls.js';
import { createTikTokClient, type TikTokClient } from '../../src/tiktok/client.js';
import { failureOf } from './answering.js';

let simulator: Simulator;
let client: TikTokClient;
let directory: string;
const bc = { bc_id: SEED.bcId };

function clientWith(accessToken: string): TikTokClient {
  return createTikTokClient({ baseUrl: simulator.apiUrl, accessToken, appId: SEED.appId, appSecret: SEED.appSecret });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kobi-tiktok-'));
  simulator = await startSimulator({ rateLimit: 'off' });
  client = clientWith(SEED.token);
});
afterAll(async () => {
  client.close();
  // What the simulator's tables do not know would be refused, or ignored, by TikTok.
  expect(simulator.violations).toEqual([]);
  await simulator.close();
  await rm(directory, { recursive: true });
});

async function newAdvertiser(name: string): Promise<string> {
  const { advertiser_id } = await client.advertiserCreate({
    ...bc,
    advertiser_info: { name, currency: 'EUR', timezone: 'Europe/Berlin', type: 'AUCTION' },
    customer_info: { company: 'Kobi GmbH', industry: 290_303, registered_area: 'DE' },
    qualification_info: { qualification_id: SEED.qualificationId },
  });
  await client.assetAssign({
    ...bc,
    user_id: SEED.tokenUserId,
    asset_type: 'ADVERTISER',
    asset_id: advertiser_id,
    advertiser_role: 'ADMIN',
  });
  return advertiser_id;
}

it('reads the Business Center, its members, its verification and its money', async () => {
  const { list } = await client.bcGet({ ...bc, page: 1, page_size: 50 });
  expect(list[0]).toMatchObject({
    bc_info: { bc_id: SEED.bcId, currency: 'EUR' },
    user_role: 'ADMIN',
    ext_user_role: { finance_role: 'MANAGER' },
  });
  const members = await client.memberGet({ ...bc, page: 1, page_size: 50 });
  expect(members.list.map((member) => member.user_id)).toContain(SEED.tokenUserId);
  expect(await client.verificationStatus(bc)).toMatchObject({ verification_status: 'VERIFIED', qualification_id: SEED.qualificationId });
  const { qualifications } = await client.qualificationGet({ ...bc, filtering: { verified: true }, page: 1, page_size: 100 });
  expect(qualifications.map((row) => row.qualification_id)).toContain(SEED.qualificationId);
  expect(await client.bcBalance(bc)).toMatchObject({ payment_portfolio_type: 'NON_SHARED' });
  expect(await client.userInfo()).toMatchObject({ userId: SEED.tokenUserId });
});

it('takes an account from creation to money on it', async () => {
  const advertiserId = await newAdvertiser('walk');
  const { list } = await client.tokenAdvertisers();
  expect(list.map((row) => row.advertiser_id)).toContain(advertiserId);
  const info = await client.advertiserInfo({ advertiser_ids: [advertiserId], fields: ['advertiser_id', 'status', 'rejection_reason'] });
  expect(info.list).toEqual([expect.objectContaining({ advertiser_id: advertiserId })]);

  await client.billingGroupUpdate({ ...bc, billing_group_id: SEED.billingGroupId, add_advertiser_ids: [advertiserId] });
  const groups = await client.billingGroupGet({ ...bc, filtering: { billing_group_id: SEED.billingGroupId }, page: 1, page_size: 50 });
  expect(groups.list[0]?.advertisers).toContainEqual({ advertiser_id: advertiserId });
  const budgets = [{ advertiser_id: advertiserId, budget_mode: 'MONTHLY_BUDGET', budget: 500.5 }] as const;
  const capped = await client.advertiserUpdateBudget({ ...bc, budget_update_type: 'UPDATE', advertiser_budgets: budgets });
  expect(capped.list).toEqual([expect.objectContaining({ advertiser_id: advertiserId, status: 'SUCCESS' })]);

  const { transaction_infos } = await client.bcTransfer({
    ...bc,
    advertiser_id: advertiserId,
    transfer_level: 'ADVERTISER',
    transfer_type: 'RECHARGE',
    cash_amount: 12.34,
  });
  expect(transaction_infos).toHaveLength(2);
  const balance = await client.advertiserBalance({ ...bc, filtering: { keyword: advertiserId }, page: 1, page_size: 50 });
  expect(balance.advertiser_account_list).toEqual([
    { advertiser_id: advertiserId, valid_account_balance: 12.34, budget_mode: 'MONTHLY_BUDGET', budget: 500.5 },
  ]);
  const filtering = { account_ids: [advertiserId], start_time: '2020-01-01 00:00:00' };
  // The range may not be longer than a year.
  const tooLong = await failureOf(
    client.accountTransactions({ ...bc, transaction_level: 'ADVERTISER', filtering, page: 1, page_size: 50 }),
  );
  expect(tooLong).toMatchObject({ class: 'bad_input', certainty: 'refused', tiktokCode: 40_002 });
});

it('gives an account its pixel, its rules and a test event', async () => {
  const advertiserId = await newAdvertiser('pixel');
  const made = await client.pixelCreate({ advertiser_id: advertiserId, pixel_name: 'web', pixel_category: 'ONLINE_STORE' });
  await client.bcPixelTransfer({ ...bc, pixel_code: made.pixel_code });
  await client.bcPixelLinkUpdate({ ...bc, pixel_code: made.pixel_code, advertiser_ids: [advertiserId], relation_status: 'LINK' });
  const links = await client.bcPixelLinkGet({ ...bc, pixel_code: made.pixel_code, page: 1, page_size: 50 });
  expect(links.list).toEqual([{ advertiser_id: advertiserId }]);
  const rules = [{ trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'OPERATORTYPE_CONTAINS', variable: 'PAGE_URL', value: '/thanks' }];
  const pixel_events = [{ event_type: 'FORM', event_name: 'lead', statistic_type: 'ONCE' as const, rules }];
  await client.pixelEventCreate({ advertiser_id: advertiserId, pixel_id: made.pixel_id, pixel_events });
  const { pixels } = await client.pixelList({ advertiser_id: advertiserId, code: made.pixel_code, page: 1, page_size: 20 });
  expect(pixels).toEqual([expect.objectContaining({ ...made, events: [expect.objectContaining({ event_type: 'FORM' })] })]);
  const { requestId } = await client.eventTrack({
    event_source: 'web',
    event_source_id: made.pixel_code,
    test_event_code: 'TEST12345',
    data: [
      {
        event: 'Purchase',
        event_time: Math.floor(Date.now() / 1000),
        event_id: 'e-1',
        user: {},
        page: { url: 'https://shop.example/thanks' },
      },
    ],
  });
  expect(requestId).toMatch(/^\d{14}[0-9A-F]+$/);
});

it('makes a catalog, fills it, and binds it', async () => {
  const advertiserId = await newAdvertiser('catalog');
  const { pixel_code } = await client.pixelCreate({ advertiser_id: advertiserId, pixel_name: 'shop', pixel_category: 'ONLINE_STORE' });
  const { catalog_id } = await client.catalogCreate({
    ...bc,
    name: 'shop',
    catalog_type: 'ECOM',
    catalog_conf: { region_code: 'DE', currency: 'EUR' },
  });
  const catalog = { ...bc, catalog_id };
  const { feed_log_id } = await client.productUpload({ ...catalog, products: [{ sku_id: 'A-1', title: 'Shirt' }] });
  await expect
    .poll(async () => (await client.productLog({ ...catalog, feed_log_id })).product_feed_log.process_status, { timeout: 10_000 })
    .toBe('SUCCESS');
  const { product_feed_log } = await client.productLog({ ...catalog, feed_log_id });
  const problems = product_feed_log.feed_log_data?.error_affected_products ?? [];
  expect(problems).toContainEqual(expect.objectContaining({ field: 'price_info.price', affected_product_item_list: [{ sku_id: 'A-1' }] }));
  expect(await client.catalogOverview(catalog)).toEqual({ approved: 0, rejected: 0, processing: 0 });
  expect((await client.productGet({ ...catalog, page: 1, page_size: 500 })).list).toEqual([]);
  await client.eventSourceBind({ ...catalog, advertiser_id: advertiserId, pixel_code });
  expect((await client.eventSourceBindGet(catalog)).event_sources).toEqual([{ pixel_code }]);
  await client.eventSourceUnbind({ ...catalog, advertiser_id: advertiserId, pixel_code });
  await client.catalogDelete(catalog);
  const { list } = await client.catalogGet({ ...bc, page: 1, page_size: 100 });
  expect(list.map((row) => row.catalog_id)).not.toContain(catalog_id);
});

it('uploads a file as it is on the disk, and finds it by its name', async () => {
  const advertiserId = await newAdvertiser('files');
  const bytes = Buffer.from('not really a video, but bytes are bytes\n'.repeat(50_000));
  const path = join(directory, 'spot.mp4');
  await writeFile(path, bytes);
  const upload = { advertiser_id: advertiserId, file_name: 'Sommer & Söhne.mp4', path, md5: createHash('md5').update(bytes).digest('hex') };
  const { video_id } = await client.videoUpload(upload);
  const { list } = await client.videoSearch({
    advertiser_id: advertiserId,
    filtering: { video_name: upload.file_name },
    page: 1,
    page_size: 100,
  });
  expect(list).toEqual([{ video_id, file_name: upload.file_name }]);
  expect(await failureOf(client.videoUpload(upload))).toMatchObject({ tiktokCode: 40_911, certainty: 'refused' });
  expect(await failureOf(client.videoUpload({ ...upload, file_name: 'other.mp4', md5: '0'.repeat(32) }))).toMatchObject({
    tiktokCode: 40_900,
  });

  const { image_id } = await client.imageUpload({ ...upload, file_name: 'poster.jpg' });
  const images = await client.imageSearch({ advertiser_id: advertiserId, filtering: { image_name: 'poster' }, page: 1, page_size: 100 });
  expect(images.list).toEqual([{ image_id, file_name: 'poster.jpg' }]);
});

it('authorises a Spark post, reads it and lets it go', async () => {
  const advertiserId = await newAdvertiser('spark');
  const code = { advertiser_id: advertiserId, auth_code: SEED.sparkCodes.tourismOne };
  expect((await failureOf(client.sparkInfo(code))).message).not.toContain(SEED.sparkCodes.tourismOne);
  await client.sparkAuthorize(code);
  const { item_info, user_info } = await client.sparkInfo(code);
  expect(item_info.status).toBe('HESITATE_RECOMMEND');
  const { identity_list } = await client.identityGet({ advertiser_id: advertiserId, identity_type: 'AUTH_CODE', page: 1, page_size: 100 });
  expect(identity_list).toEqual([expect.objectContaining({ identity_id: user_info.identity_id, available_status: 'AVAILABLE' })]);
  await client.sparkUnbind({ advertiser_id: advertiserId, item_id: item_info.item_id });
  expect(await failureOf(client.sparkInfo(code))).toMatchObject({ class: 'bad_input' });
});

it('asks for a link for the TikTok account, and reads lists page by page', async () => {
  expect((await client.accountAuthorization(bc)).bc_auth_qr_code).toMatch(/^http/);
  const made = [await newAdvertiser('page-1'), await newAdvertiser('page-2'), await newAdvertiser('page-3')];
  const asked: number[] = [];
  const rows = await everyPage(async (page) => {
    asked.push(page);
    const { list, page_info } = await client.assetGet({ ...bc, asset_type: 'ADVERTISER', page, page_size: 2 });
    expect(list.length).toBeLessThanOrEqual(2);
    return { rows: list, page_info };
  });
  const ids = rows.map((row) => row.asset_id);
  expect(ids).toEqual(expect.arrayContaining(made));
  expect(new Set(ids).size).toBe(ids.length);
  expect(asked).toEqual(asked.map((_page, index) => index + 1));
});

it('tells a revoked token from a missing scope', async () => {
  const revoked = clientWith(SEED.revokedToken);
  expect(await failureOf(revoked.bcBalance(bc))).toMatchObject({ class: 'token', tiktokCode: 40_105 });
  const withoutMoney = clientWith(SEED.tokenWithoutMoney);
  const refusal = await failureOf(withoutMoney.bcBalance(bc));
  expect(refusal).toMatchObject({ class: 'permission', tiktokCode: 40_130 });
  expect(refusal.message).toContain('scope 152');
  for (const one of [revoked, withoutMoney]) one.close();
});
