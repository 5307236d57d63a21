import { expect } from 'vitest';
import type { OfficialSdk } from './official-sdk.js';
import { at } from './tiktok-request.js';

const TOKEN = 'sim-token-kobi-admin';

/** Shares an account with another Business Center and takes it back. */
export async function walkPartner(sdk: OfficialSdk, who: { bc: string; advertiser: string }): Promise<void> {
  const partner = { bc_id: who.bc, partner_id: '7300000000000000002' };
  await sdk.call('BCApi', 'bcPartnerAdd', TOKEN, {
    body: { ...partner, asset_type: 'ADVERTISER', asset_ids: [who.advertiser], advertiser_role: 'ANALYST' },
  });
  expect(at(await sdk.call('BCApi', 'bcPartnerGet', who.bc, TOKEN, {}), 'list.0.bc_id')).toBe(partner.partner_id);
  const shared = await sdk.call('BCApi', 'bcPartnerAssetGet', who.bc, partner.partner_id, 'ADVERTISER', 'SHARING', TOKEN, {});
  expect(at(shared, 'list.0')).toMatchObject({ asset_id: who.advertiser, advertiser_role: 'ANALYST' });
  await sdk.call('BCApi', 'bcPartnerAssetDelete', TOKEN, { body: { ...partner, asset_type: 'ADVERTISER', asset_ids: [who.advertiser] } });
  await sdk.call('BCApi', 'bcPartnerDelete', TOKEN, { body: partner });
  expect(at(await sdk.call('BCApi', 'bcPartnerGet', who.bc, TOKEN, {}), 'list')).toEqual([]);
}
