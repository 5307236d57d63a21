import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { endpointTables } from '../../simulator/parameters/index.js';
import { useSimulator } from './harness.js';
import { endpointsOfSdk, OfficialSdk } from './official-sdk.js';
import { walkAds } from './walk-ads.js';
import { walkCatalog } from './walk-catalog.js';
import { walkPartner } from './walk-partner.js';
import { walkWithoutSdk } from './walk-without-sdk.js';
import { at, textAt, TikTokRequest } from './tiktok-request.js';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Endpoints of the simulator that the SDK lacks (facts 12); a client written from the facts calls them. */
const LACKED = words(`
  /oauth/token/ /oauth2/revoke_token/ /user/info/ /bc/asset/account/authorization/ /bc/asset/advertiser/assign/
  /bc/asset/advertiser/unassign/ /bc/asset/advertiser/assigned/ /bc/advertiser/qualification/get/ /bc/advertiser/attribute/
  /bc/advertiser/disable/ /account/verification/filetype/ /account/verification/upload/ /account/verification/submit/
  /account/verification/status/ /event/track/ /bc/billing_group/advertiser/list/ /file/image/ad/search/ /tt_video/authorize/
  /tt_video/info/ /tt_video/list/ /tt_video/unbind/ /identity/delete/ /catalog/product/upload/ /catalog/product/update/
  /catalog/product/get/ /catalog/feed/switch/ /ad/review_info/ /crm/create/ /crm/list/
`);
/** Endpoints of the simulator that the SDK has and this test calls with it. */
const CALLED = words(`
  /oauth2/access_token/ /oauth2/advertiser/get/ /tool/timezone/ /bc/get/ /bc/member/get/ /bc/member/invite/ /bc/asset/get/
  /bc/asset/admin/get/ /bc/asset/assign/ /bc/asset/unassign/ /bc/asset/member/get/ /bc/partner/get/ /bc/partner/add/ /bc/partner/delete/
  /bc/partner/asset/get/ /bc/partner/asset/delete/ /bc/image/upload/ /bc/advertiser/create/ /advertiser/info/ /advertiser/update/
  /pixel/create/ /pixel/list/ /pixel/update/ /pixel/event/create/ /pixel/event/update/ /pixel/event/delete/ /pixel/event/stats/
  /bc/pixel/transfer/ /bc/pixel/link/update/ /bc/pixel/link/get/ /bc/balance/get/ /advertiser/balance/get/ /bc/transfer/
  /bc/account/transaction/get/ /bc/billing_group/create/ /bc/billing_group/update/ /bc/billing_group/get/ /file/video/ad/upload/
  /file/image/ad/upload/ /file/video/ad/info/ /file/image/ad/info/ /file/video/ad/search/ /identity/create/ /identity/get/
  /catalog/create/ /catalog/update/ /catalog/delete/ /catalog/get/ /catalog/overview/ /catalog/available_country/get/
  /catalog/product/delete/ /catalog/product/file/ /catalog/product/log/ /catalog/feed/create/ /catalog/feed/update/
  /catalog/feed/delete/ /catalog/feed/get/ /catalog/feed/log/ /catalog/eventsource/bind/ /catalog/eventsource/unbind/
  /catalog/eventsource_bind/get/ /campaign/create/ /campaign/get/ /campaign/update/ /campaign/status/update/ /adgroup/create/
  /adgroup/get/ /adgroup/update/ /adgroup/status/update/ /ad/create/ /ad/get/ /ad/status/update/ /report/integrated/get/
  /offline/create/ /offline/get/
`);

const simulator = useSimulator();
const sdk = new OfficialSdk(() => simulator.url);
const TOKEN = 'sim-token-kobi-admin';
const BC = '7300000000000000001';
const APP = { app_id: '7300000000000000900', secret: 'sim-secret' };
const bytes = Buffer.from('a file that the simulator does not look into');
const md5 = createHash('md5').update(bytes).digest('hex');
const other = new TikTokRequest(() => simulator.apiUrl);
let advertiser = '';
let pixelCode = '';

describe("TikTok's own SDK walks the onboarding", () => {
  beforeAll(async () => {
    const created = await sdk.call('BCApi', 'bcAdvertiserCreate', TOKEN, {
      body: {
        bc_id: BC,
        advertiser_info: { name: 'kobi_alpine_school_tiktok', currency: 'EUR', timezone: 'Europe/Berlin' },
        customer_info: { company: 'Kobi GmbH', industry: 290303, registered_area: 'DE' },
        qualification_info: { qualification_id: '7300000000000000100' },
        contact_info: { name: 'Office', email: 'ads@example.org', number: '+4930000000' },
      },
    });
    advertiser = textAt(created, 'advertiser_id');
  });

  it('authorises and sees itself in the Business Center', async () => {
    const granted = await sdk.call('AuthenticationApi', 'oauth2AccessToken', { body: { ...APP, auth_code: 'sim-auth-code-kobi' } });
    const own = textAt(granted, 'access_token');
    expect(at(await sdk.call('BCApi', 'bcGet', own, { bc_id: BC }), 'list.0.user_role')).toBe('ADMIN');
    expect(at(await sdk.call('BCApi', 'bcMemberGet', BC, own, { page_size: 50 }), 'list.0.relation_status')).toBe('BOUND');
    await sdk.call('BCApi', 'bcMemberInvite', own, { body: { bc_id: BC, emails: ['operator@example.org'], user_role: 'STANDARD' } });
    const pending = await sdk.call('BCApi', 'bcMemberGet', BC, own, { filtering: { relation_status: 'PENDING' } });
    expect(at(pending, 'list.0.user_email')).toBe('operator@example.org');
    const image = await sdk.call('BCApi', 'bcImageUpload', own, { bc_id: BC, image_file: bytes });
    expect(textAt(image, 'image_id')).not.toBe('');
  });

  it('reaches the new account only after it was assigned', async () => {
    const info = (): Promise<unknown> => sdk.call('AccountManagementApi', 'advertiserInfo', [advertiser], TOKEN, {});
    await expect(info()).rejects.toThrow(`message: No permission to operate advertiser: ${advertiser} code: 40001`);
    const person = { bc_id: BC, user_id: '7300000000000000010', asset_type: 'ADVERTISER', asset_id: advertiser };
    await sdk.call('BCApi', 'bcAssetAssign', TOKEN, { body: { ...person, advertiser_role: 'ADMIN' } });
    expect(at(await info(), 'list.0.status')).toBe('STATUS_ENABLE');
    const mine = await sdk.call('AuthenticationApi', 'oauth2AdvertiserGet', APP.app_id, APP.secret, TOKEN);
    expect(at(mine, 'list.0.advertiser_id')).toBe(advertiser);
    const members = await sdk.call('BCApi', 'bcAssetMemberGet', BC, 'ADVERTISER', advertiser, TOKEN, {});
    expect(at(members, 'list.0.advertiser_role')).toBe('ADMIN');
    const operator = { ...person, user_id: '7300000000000000011' };
    await sdk.call('BCApi', 'bcAssetAssign', TOKEN, { body: { ...operator, advertiser_role: 'OPERATOR' } });
    await sdk.call('BCApi', 'bcAssetUnassign', TOKEN, { body: operator });
    const mineToo = await sdk.call('BCApi', 'bcAssetGet', BC, 'ADVERTISER', TOKEN, { filtering: { keyword: 'alpine_school' } });
    expect(at(mineToo, 'page_info.total_number')).toBe(1);
    const all = await sdk.call('BCApi', 'bcAssetAdminGet', BC, 'ADVERTISER', TOKEN, { page: 1, page_size: 50 });
    expect(at(all, 'list.0.relation_type')).toBe('OWNER_BC');
    expect(at(await sdk.call('ToolApi', 'toolTimezone', advertiser, TOKEN), 'timezones.0')).toBeDefined();
  });

  it('makes a pixel, gives it to the Business Center and proves an event', async () => {
    const pixel = await sdk.call('MeasurementApi', 'pixelCreate', TOKEN, {
      body: { advertiser_id: advertiser, pixel_name: 'kobi_alpine_school_web' },
    });
    const [pixelId, code] = [textAt(pixel, 'pixel_id'), textAt(pixel, 'pixel_code')];
    const own = { advertiser_id: advertiser, pixel_id: pixelId };
    await sdk.call('MeasurementApi', 'pixelUpdate', TOKEN, {
      body: { ...own, pixel_name: 'kobi_alpine_school_web', enable_first_party_cookies: true },
    });
    const rule = { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'OPERATORTYPE_CONTAINS', variable: 'PAGE_PATH', value: '/thanks' };
    await sdk.call('MeasurementApi', 'pixelEventCreate', TOKEN, {
      body: { ...own, pixel_events: [{ event_type: 'FORM', event_name: 'Lead', rules: [rule] }] },
    });
    const listed = await sdk.call('MeasurementApi', 'pixelList', advertiser, TOKEN, { name: 'kobi_alpine_school_web', page_size: 20 });
    const event = { advertiser_id: advertiser, event_id: textAt(listed, 'pixels.0.events.0.event_id') };
    await sdk.call('MeasurementApi', 'pixelEventUpdate', TOKEN, { body: { ...event, event_name: 'Lead form' } });
    await sdk.call('MeasurementApi', 'pixelEventDelete', TOKEN, { body: event });
    await sdk.call('BCApi', 'bcPixelTransfer', TOKEN, { body: { bc_id: BC, pixel_code: code } });
    await sdk.call('BCApi', 'bcPixelLinkUpdate', TOKEN, {
      body: { bc_id: BC, pixel_code: code, advertiser_ids: [advertiser], relation_status: 'LINK' },
    });
    expect(at(await sdk.call('BCApi', 'bcPixelLinkGet', BC, code, TOKEN, {}), 'list.0.advertiser_id')).toBe(advertiser);
    const time = Math.floor(Date.now() / 1000);
    const sent = {
      event_source: 'web',
      event_source_id: code,
      data: [{ event: 'Lead', event_time: time, event_id: 'e-1', page: { url: 'https://school.example/thanks' } }],
    };
    expect(await other.post('/event/track/', sent)).toMatchObject({ code: 0, data: {} });
    const today = new Date().toISOString().slice(0, 10);
    const shop = { advertiser_id: advertiser, name: 'kobi_alpine_school_tills' };
    const offline = await sdk.call('MeasurementApi', 'offlineCreate', TOKEN, { body: { ...shop, description: 'Sales at the desk' } });
    const sets = await sdk.call('MeasurementApi', 'offlineGet', TOKEN, { advertiser_id: advertiser, name: shop.name });
    expect(at(sets, 'event_set_list.0.event_set_id')).toBe(textAt(offline, 'event_set_id'));
    const leads = await other.post('/crm/create/', { advertiser_id: advertiser, name: 'kobi_alpine_school_crm' });
    const listedLeads = await other.get('/crm/list/', { advertiser_id: advertiser, name: 'kobi_alpine_school_crm' });
    expect(at(listedLeads.data, 'crm_event_sets.0.event_set_id')).toBe(textAt(leads.data, 'event_set_id'));
    await sdk.call('MeasurementApi', 'pixelEventStats', advertiser, [pixelId], { start_date: today, end_date: today }, TOKEN);
    pixelCode = code;
  });

  it('joins a billing group and moves money, which shows as a transaction', async () => {
    const group = { bc_id: BC, billing_group_name: 'Second group', advertiser_ids: [advertiser] };
    const made = await sdk.call('BCApi', 'bcBillingGroupCreate', TOKEN, { body: group });
    const kobi = { bc_id: BC, billing_group_id: '7300000000000000150', add_advertiser_ids: [advertiser] };
    await sdk.call('BCApi', 'bcBillingGroupUpdate', TOKEN, { body: kobi });
    const groups = await sdk.call('BCApi', 'bcBillingGroupGet', BC, TOKEN, {
      filtering: { billing_group_id: textAt(made, 'billing_group_id') },
    });
    expect(at(groups, 'list.0.advertisers')).toEqual([]);
    expect(
      (await other.get('/bc/billing_group/advertiser/list/', { bc_id: BC, billing_group_id: kobi.billing_group_id })).data,
    ).toMatchObject({
      list: [{ advertiser_id: advertiser }],
    });
    await sdk.call('AccountManagementApi', 'advertiserUpdate', TOKEN, {
      body: {
        bc_id: BC,
        budget_update_type: 'UPDATE',
        advertiser_budgets: [{ advertiser_id: advertiser, budget_mode: 'MONTHLY_BUDGET', budget: 500 }],
      },
    });
    await sdk.call('BCApi', 'bcTransfer', TOKEN, {
      body: { bc_id: BC, advertiser_id: advertiser, transfer_type: 'RECHARGE', cash_amount: 250.5 },
    });
    expect(at(await sdk.call('BCApi', 'bcBalanceGet', BC, TOKEN, {}), 'cash_balance')).toBe(99_749.5);
    const balance = await sdk.call('BCApi', 'advertiserBalanceGet', BC, TOKEN, { filtering: { keyword: 'kobi_alpine_school_tiktok' } });
    expect(at(balance, 'advertiser_account_list.0')).toMatchObject({ cash_balance: 250.5, budget_mode: 'MONTHLY_BUDGET', budget: 500 });
    const filtering = { account_ids: [advertiser] };
    const rows = await sdk.call('BCApi', 'bcAccountTransactionGet', TOKEN, { bc_id: BC, transaction_level: 'ADVERTISER', filtering });
    expect(at(rows, 'transaction_list.0')).toMatchObject({ amount: 250.5, amount_type: 'POSITIVE', account_id: advertiser });
  });

  it('fills a catalog and binds the pixel to it', async () => {
    await walkCatalog(sdk, other, { bc: BC, advertiser, pixelCode }, simulator.admin);
  });

  it('uploads creatives, authorises a post, runs an ad and reads its report', async () => {
    await walkAds(sdk, other, { advertiser, bytes, md5 }, simulator.admin);
  });

  it('partners with another Business Center', async () => {
    await walkPartner(sdk, { bc: BC, advertiser });
  });

  it('leaves the rest to a client of its own: verification, linked accounts, other tokens, closing the account', async () => {
    await walkWithoutSdk(other, { bc: BC, advertiser, bytes, app: APP }, simulator.admin);
  });
});

describe('the walk', () => {
  it('calls every endpoint of the simulator, with the SDK wherever the SDK has it', async () => {
    const known = [...endpointTables.keys()];
    const inSdk = new Set(endpointsOfSdk().map((endpoint) => endpoint.path));
    expect(known.filter((path) => !inSdk.has(path)).sort()).toEqual([...LACKED].sort());
    expect([...CALLED, ...LACKED].sort()).toEqual([...known].sort());
    expect(CALLED.filter((path) => !sdk.succeeded.has(path))).toEqual([]);
    const answered = new Set((await simulator.admin.ledger('?code=0')).map((line) => line.path));
    expect(known.filter((path) => !answered.has(path))).toEqual([]);
  });

  it('sends nothing that the parameter tables do not know, and the tables know every field of the SDK', async () => {
    expect(await simulator.admin.violations()).toEqual([]);
    const unknown = endpointsOfSdk().flatMap(({ path, fields }) => {
      const table = endpointTables.get(path);
      const names = new Set(table?.parameters.map((parameter) => parameter.name));
      return table === undefined ? [] : fields.filter((field) => !names.has(field)).map((field) => `${path} ${field}`);
    });
    expect(unknown).toEqual([]);
  });
});
