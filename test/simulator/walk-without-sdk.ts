import { expect } from 'vitest';
import type { Admin } from './harness.js';
import { at, textAt, type TikTokRequest } from './tiktok-request.js';

/** The onboarding's calls that the SDK lacks and no other part of the walk needs. */
export async function walkWithoutSdk(
  other: TikTokRequest,
  who: { bc: string; advertiser: string; bytes: Buffer; app: { app_id: string; secret: string } },
  admin: Admin,
): Promise<void> {
  const bc_id = who.bc;
  expect(at((await other.get('/user/info/')).data, 'core_user_id')).toBe('7300000000000000010');
  const verified = await other.get('/bc/advertiser/qualification/get/', { bc_id, filtering: { verified: true } });
  expect(verified.data).toMatchObject({
    qualifications: [{ qualification_id: '7300000000000000100', status: 'VERIFIED', linked_advertiser_count: 1 }],
  });
  expect((await other.get('/bc/advertiser/attribute/', { bc_id })).data).toMatchObject({ currencies: ['EUR'] });

  const types = await other.get('/account/verification/filetype/', { business_type: 'BUSINESS', region_iso_code: 'DE' });
  const image = await other.upload('/account/verification/upload/', {}, { field: 'image_file1', name: 'licence.png', bytes: who.bytes });
  await admin.person('decide-verification', { bcId: bc_id, status: 'NOT_SUBMITTED' });
  const form = {
    company_name: 'Kobi GmbH',
    region_iso_code: 'DE',
    file_type_code: textAt(types.data, 'file_types.0.file_type_code'),
    qualification_image_ids: [textAt(image.data, 'qualification_image_ids.0')],
  };
  expect((await other.post('/account/verification/submit/', { bc_id, business_form: form })).data).toEqual({});
  expect(at((await other.get('/account/verification/status/', { bc_id })).data, 'verification_status')).toBe('REVIEWING');
  await admin.person('decide-verification', { bcId: bc_id, status: 'VERIFIED' });
  expect(at((await other.get('/account/verification/status/', { bc_id })).data, 'verification_status')).toBe('VERIFIED');

  expect(textAt((await other.get('/bc/asset/account/authorization/', { bc_id })).data, 'bc_auth_qr_code')).toMatch(/^http/);
  const linked = await admin.person('link-tiktok-account', { handle: 'sonnenschule' });
  const account = { bc_id, asset_id: textAt(linked, 'assetId'), asset_type: 'TT_ACCOUNT' };
  const assigned = (): Promise<unknown> => other.get('/bc/asset/advertiser/assigned/', account).then((answer) => at(answer.data, 'list'));
  expect((await other.post('/bc/asset/advertiser/assign/', { ...account, advertiser_id: who.advertiser })).code).toBe(0);
  expect(await assigned()).toMatchObject([{ advertiser_id: who.advertiser }]);
  expect((await other.post('/bc/asset/advertiser/unassign/', { ...account, advertiser_id: who.advertiser })).code).toBe(0);
  expect(await assigned()).toEqual([]);

  const exchange = {
    client_id: who.app.app_id,
    client_secret: who.app.secret,
    grant_type: 'authorization_code',
    code: 'sim-auth-code-client',
  };
  const flat: unknown = await (await other.raw('POST', '/oauth/token/', JSON.stringify(exchange))).json();
  expect(flat).toMatchObject({ code: 0, token_type: 'Bearer', advertiser_ids: ['7300000000000000210'] });
  const revoked = await other.post('/oauth2/revoke_token/', { ...who.app, access_token: textAt(flat, 'access_token') });
  expect(revoked.data).toEqual({ app_id: who.app.app_id, advertiser_ids: ['7300000000000000210'] });

  const closed = await other.post('/bc/advertiser/disable/', { bc_id, advertiser_ids: [who.advertiser] });
  expect(closed.data).toEqual({ disabled_advertiser_ids: [who.advertiser], failed_infos: {} });
  expect(at((await other.get('/advertiser/info/', { advertiser_ids: [who.advertiser] })).data, 'list.0.status')).toBe('STATUS_DISABLE');
}
