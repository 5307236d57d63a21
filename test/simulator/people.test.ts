import { beforeEach, describe, expect, it } from 'vitest';
import { BC, createAccount, reachableAccount } from './accounts.js';
import { useSimulator } from './harness.js';
import { type Answer, at, textAt, TikTokRequest } from './tiktok-request.js';

const DAY = 86_400_000;
const SPARK_CODE = '#S4u974uDBoOmJ6IBgu94T/c2EaGbH1POo3gdd9kJd2C0ysPeJ21Mj+1FM2Q9RZ4=';
const EXPIRED_CODE = '#249NUT+lqtJqy8lgMl51Tfcl01glqdV/9lYtcjliIpn1I6tCP8ywuxPXGVbTcZ4=';
const NAME = 'kobi_school_tiktok';
const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);
const account = async (id: string): Promise<unknown> =>
  at((await tiktok.get('/advertiser/info/', { advertiser_ids: [id] })).data, 'list.0');

beforeEach(() => admin.reset());

describe("TikTok's reviewers", () => {
  it('take three weeks over an account when the seed says so', async () => {
    await admin.ok('POST', 'seed', { timings: { reviewDelaySeconds: 21 * 86_400 } });
    const id = await reachableAccount(tiktok, NAME);
    await admin.advance(20 * DAY);
    expect(await account(id)).toMatchObject({ status: 'STATUS_PENDING_CONFIRM' });
    await admin.advance(DAY);
    expect(await account(id)).toMatchObject({ status: 'STATUS_ENABLE', rejection_reason: '' });
  });

  it('approve, refuse with a reason, suspend and lift the suspension by name or id', async () => {
    await admin.person('set-timings', { automaticApproval: false });
    const id = await reachableAccount(tiktok, NAME);
    await admin.advance(100 * DAY);
    expect(await account(id)).toMatchObject({ status: 'STATUS_PENDING_CONFIRM' });
    await admin.person('reject-review', { advertiser: NAME, reason: 'The website does not open.' });
    expect(await account(id)).toMatchObject({ status: 'STATUS_CONFIRM_FAIL', rejection_reason: 'The website does not open.' });
    await admin.person('approve-review', { advertiser: id });
    expect(await account(id)).toMatchObject({ status: 'STATUS_ENABLE', rejection_reason: '' });
    await admin.person('suspend-account', { advertiser: NAME });
    expect(await account(id)).toMatchObject({ status: 'STATUS_LIMIT' });
    await admin.person('lift-suspension', { advertiser: NAME });
    expect(await account(id)).toMatchObject({ status: 'STATUS_ENABLE' });
  });

  it('refuse an account whose company is not that of the qualification', async () => {
    await admin.person('set-qualification', { companyName: 'Another GmbH' });
    expect(await account(await reachableAccount(tiktok, NAME))).toMatchObject({ status: 'STATUS_CONFIRM_FAIL' });
  });

  it('refuse a product by name, others later by hand', async () => {
    const conf = { name: 'kobi_school_catalog', catalog_type: 'ECOM', catalog_conf: { region_code: 'DE', currency: 'EUR' } };
    const own = { bc_id: BC, catalog_id: textAt((await tiktok.post('/catalog/create/', { bc_id: BC, ...conf })).data, 'catalog_id') };
    const product = (sku: string, title: string): object => ({
      sku_id: sku,
      title,
      description: title,
      availability: 'IN_STOCK',
      image_url: 'https://shop.example/p.jpg',
      brand: 'Example',
      product_detail: { condition: 'NEW' },
      price_info: { price: 10, currency: 'EUR' },
      landing_page: { landing_page_url: 'https://shop.example/p' },
    });
    const products = [product('S-1', 'Replica watch'), product('S-2', 'Watch'), product('S-3', 'Strap')];
    await admin.person('set-timings', { productReviewSeconds: 3600 });
    await tiktok.post('/catalog/product/upload/', { ...own, products });
    const counts = async (): Promise<unknown> => (await tiktok.get('/catalog/overview/', own)).data;
    await admin.advance(60_000);
    expect(await counts()).toMatchObject({ approved: 0, rejected: 0, processing: 3 });
    await admin.person('reject-product', { sku: 'S-3', reason: 'The image is blurred.' });
    await admin.advance(3_600_000);
    expect(await counts()).toMatchObject({ approved: 1, rejected: 2, processing: 0 });
    const rows = (await tiktok.get('/catalog/product/get/', { ...own, sku_ids: ['S-1', 'S-3'] })).data;
    expect(textAt(rows, 'list.0.audit.rejected_info.0.reason')).toContain('replica');
    expect(textAt(rows, 'list.1.audit.rejected_info.0.reason')).toBe('The image is blurred.');
  });

  it('decide a business verification', async () => {
    await admin.person('decide-verification', { status: 'EXPIRED', reason: 'The licence has expired.' });
    const status = await tiktok.get('/account/verification/status/', { bc_id: BC });
    expect(status.data).toMatchObject({ verification_status: 'EXPIRED', rejection_reason: 'The licence has expired.' });
    await createAccount(tiktok, NAME);
    const listed = await tiktok.get('/bc/asset/admin/get/', { bc_id: BC, asset_type: 'ADVERTISER' });
    expect(textAt(listed.data, 'list.0.advertiser_status')).toBe('SHOW_ACCOUNT_STATUS_IN_REVIEW');
  });
});

describe('the client', () => {
  it('accepts the partnership and shares an account, and ends it', async () => {
    const shared = (): Promise<Answer> => tiktok.get('/bc/asset/admin/get/', { bc_id: BC, asset_type: 'ADVERTISER' });
    expect(at((await shared()).data, 'list')).toEqual([]);
    await admin.person('accept-partnership', { advertiserIds: ['7300000000000000210'], role: 'OPERATOR' });
    expect((await shared()).data).toMatchObject({ list: [{ asset_id: '7300000000000000210', relation_type: 'OWNER_PARTNER' }] });
    const given = { bc_id: BC, partner_id: '7300000000000000002', asset_type: 'ADVERTISER', share_type: 'SHARED' };
    expect((await tiktok.get('/bc/partner/asset/get/', given)).data).toMatchObject({ list: [{ advertiser_role: 'OPERATOR' }] });
    await admin.person('end-partnership', { partnerBcId: '7300000000000000002' });
    expect(at((await shared()).data, 'list')).toEqual([]);
    expect(at((await tiktok.get('/bc/partner/get/', { bc_id: BC })).data, 'list')).toEqual([]);
  });

  it('links a TikTok account, which becomes an identity once it is assigned', async () => {
    const advertiser_id = await reachableAccount(tiktok, NAME);
    const asked = { advertiser_id, identity_type: 'BC_AUTH_TT', identity_authorized_bc_id: BC };
    const identities = async (): Promise<unknown> => at((await tiktok.get('/identity/get/', asked)).data, 'identity_list');
    const asset_id = textAt(await admin.person('link-tiktok-account', { handle: 'sonnenschule' }), 'assetId');
    expect(await identities()).toEqual([]);
    await tiktok.post('/bc/asset/advertiser/assign/', { bc_id: BC, asset_id, advertiser_id, asset_type: 'TT_ACCOUNT' });
    expect(await identities()).toMatchObject([{ identity_type: 'BC_AUTH_TT', available_status: 'AVAILABLE' }]);
    await admin.person('unlink-tiktok-account', { handle: 'sonnenschule' });
    expect(await identities()).toEqual([]);
  });
});

describe('the creator', () => {
  const authorize = (advertiser_id: string, auth_code = SPARK_CODE): Promise<Answer> =>
    tiktok.post('/tt_video/authorize/', { advertiser_id, auth_code });
  const info = (advertiser_id: string): Promise<Answer> => tiktok.get('/tt_video/info/', { advertiser_id, auth_code: SPARK_CODE });

  it('gives a code that shows the post only after it was authorised', async () => {
    const id = await reachableAccount(tiktok, NAME);
    expect(await info(id)).toMatchObject({ code: 40002 });
    expect((await authorize(id)).code).toBe(0);
    expect(textAt((await info(id)).data, 'user_info.tiktok_name')).toBe('sonnenschule');
  });

  it('revokes a code, which then is unknown', async () => {
    const id = await reachableAccount(tiktok, NAME);
    await authorize(id);
    await admin.person('revoke-spark', { post: SPARK_CODE });
    expect((await info(id)).message).toContain('auth_code_not_found');
    expect((await authorize(id)).message).toContain('auth_code_not_found');
  });

  it('lets a code expire, by the clock or at once', async () => {
    const id = await reachableAccount(tiktok, NAME);
    expect((await authorize(id, EXPIRED_CODE)).message).toContain('auth_code_expired');
    await authorize(id);
    const listed = async (): Promise<unknown> =>
      at((await tiktok.get('/tt_video/list/', { advertiser_id: id })).data, 'list.0.auth_info.ad_auth_status');
    expect(await listed()).toBe('AUTHORIZED');
    await admin.advance(31 * DAY);
    expect(await listed()).toBe('UNAUTHORIZED');
    const made = await admin.person('make-spark-post', { handle: 'sonnenschule' });
    await admin.person('expire-spark', { post: textAt(made, 'postUrl') });
    expect((await authorize(id, textAt(made, 'authCode'))).message).toContain('auth_code_expired');
  });

  it('takes the post out of public view', async () => {
    await admin.person('hide-spark-post', { post: SPARK_CODE });
    expect((await authorize(await reachableAccount(tiktok, NAME))).message).toContain('illegal_item_status_error');
  });
});

it('a person who points at nothing is told so', async () => {
  expect(await admin.request('POST', 'people', { action: 'approve-review', advertiser: 'nobody' })).toEqual({
    status: 404,
    json: { error: 'no advertiser nobody' },
  });
});
