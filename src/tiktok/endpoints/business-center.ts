import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, nothing, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('business-center');

const bc = z.object({
  bc_info: z.object({
    bc_id: id,
    name: z.string(),
    company: z.string(),
    currency: z.string(),
    registered_area: z.string(),
    status: z.string(),
    type: z.string(),
    verification_status: z.string().optional(),
  }),
  user_role: z.string(),
  ext_user_role: z.object({ finance_role: z.string().optional() }).nullish(),
});

const asset = z.object({ asset_id: id, asset_name: z.string(), tt_asset_handle: z.string().nullish() });

const member = z.object({
  user_id: id,
  user_name: z.string().nullish(),
  user_email: z.string().nullish(),
  user_role: z.string(),
  relation_status: z.string(),
  ext_user_role: z.object({ finance_role: z.string().nullish() }).nullish(),
});

/** The Business Center, its members and its assets (facts 3.1, 3.5, 3.6). */
export const businessCenter = {
  bcGet: get('/bc/get/', ['150'], z.object({ list: z.array(bc), page_info: pageInfo })),
  memberGet: get('/bc/member/get/', ['156'], z.object({ list: z.array(member), page_info: pageInfo })),
  assetGet: get('/bc/asset/get/', ['153', '150'], z.object({ list: z.array(asset), page_info: pageInfo })),
  assetAssign: post('/bc/asset/assign/', { idempotency: 'idempotent', scopes: ['153'] }, nothing),
  assetUnassign: post('/bc/asset/unassign/', { idempotency: 'idempotent', scopes: ['153'] }, nothing),
  accountAuthorization: get('/bc/asset/account/authorization/', ['153'], z.object({ bc_auth_qr_code: z.string() })),
  assetAdvertiserAssign: post('/bc/asset/advertiser/assign/', { idempotency: 'idempotent', scopes: ['153'] }, nothing),
  assetAdvertiserUnassign: post('/bc/asset/advertiser/unassign/', { idempotency: 'idempotent', scopes: ['153'] }, nothing),
} as const;
