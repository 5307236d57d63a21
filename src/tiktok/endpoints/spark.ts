import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, nothing, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('spark');

const sparkPost = z.object({
  auth_info: z.object({ auth_end_time: z.string() }),
  item_info: z.object({ item_id: id, text: z.string().nullish(), status: z.string() }),
  user_info: z.object({ tiktok_name: z.string(), identity_id: id }),
});

const identity = z.object({
  identity_id: id,
  identity_type: z.string(),
  username: z.string().nullish(),
  display_name: z.string().nullish(),
  available_status: z.string().nullish(),
});

/** Spark Ads posts and identities (facts 6.2, 6.3). */
export const spark = {
  identityGet: get('/identity/get/', ['693'], z.object({ identity_list: z.array(identity), page_info: pageInfo })),
  sparkAuthorize: post('/tt_video/authorize/', { idempotency: 'idempotent', scopes: ['691'] }, nothing),
  sparkInfo: get('/tt_video/info/', ['690'], sparkPost),
  sparkUnbind: post('/tt_video/unbind/', { idempotency: 'idempotent', scopes: ['691'] }, nothing),
} as const;
