import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id } from '../fields.js';

const { get } = endpointsOf('oauth');

/** Tokens and the user behind them (facts 1.6, 2.2). No endpoint tells a token's scopes: only the exchange that made it did. */
export const oauth = {
  tokenAdvertisers: get(
    '/oauth2/advertiser/get/',
    [],
    z.object({ list: z.array(z.object({ advertiser_id: id, advertiser_name: z.string().nullish() })) }),
  ),
  userInfo: get('/user/info/', [], z.object({ core_user_id: id.nullish(), id: id.nullish(), display_name: z.string().nullish() })),
} as const;
