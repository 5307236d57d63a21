import type { Admin } from './harness.js';
import { type Answer, textAt, type TikTokRequest } from './tiktok-request.js';

export const BC = '7300000000000000001';
export const TOKEN_USER = '7300000000000000010';

/** The body that makes an account in the default seed's Business Center. */
export function newAccount(name: string): object {
  return {
    bc_id: BC,
    advertiser_info: { name, currency: 'EUR', timezone: 'Europe/Berlin' },
    customer_info: { company: 'Kobi GmbH', industry: 290303, registered_area: 'DE' },
    qualification_info: { qualification_id: '7300000000000000100' },
  };
}

/** Asks TikTok for an account; the answer may be spoiled by a fault. */
export function createAccount(tiktok: TikTokRequest, name: string): Promise<Answer> {
  return tiktok.post('/bc/advertiser/create/', newAccount(name));
}

/** An account that the token's user may work on. @returns its id. */
export async function reachableAccount(tiktok: TikTokRequest, name: string): Promise<string> {
  const id = textAt((await createAccount(tiktok, name)).data, 'advertiser_id');
  const body = { bc_id: BC, user_id: TOKEN_USER, asset_type: 'ADVERTISER', asset_id: id, advertiser_role: 'ADMIN' };
  const assigned = await tiktok.post('/bc/asset/assign/', body);
  if (assigned.code !== 0) throw new Error(`could not assign ${id}: ${assigned.message}`);
  return id;
}

/** How many accounts of this name the Business Center lists. */
export async function accountsNamed(tiktok: TikTokRequest, name: string): Promise<number> {
  const listed = await tiktok.get('/bc/asset/admin/get/', { bc_id: BC, asset_type: 'ADVERTISER', filtering: { keyword: name } });
  return Number(JSON.stringify(listed.data).match(/"total_number":(\d+)/)?.[1]);
}

/** How many accounts the ledger saw being made, whatever was answered. */
export async function accountsMade(admin: Admin): Promise<number> {
  return (await admin.ledger('?path=/bc/advertiser/create/&committed=true')).length;
}
