import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('advertiser');

const qualification = z.object({
  qualification_id: id,
  company_name: z.string(),
  status: z.string(),
  region_code: z.string().optional(),
});

const info = z.object({ advertiser_id: id, status: z.string(), rejection_reason: z.string().nullish() });

const verification = z.object({
  qualification_id: id.nullish(),
  verification_status: z.string(),
  rejection_reason: z.string().nullish(),
});

const budgetResult = z.object({ advertiser_id: id, status: z.string(), error_msg: z.string().nullish() });

/** Ad accounts and business verification (facts 3.2 to 3.4); which scope verification needs is not known. */
export const advertiser = {
  verificationStatus: get('/account/verification/status/', [], verification),
  qualificationGet: get(
    '/bc/advertiser/qualification/get/',
    ['151'],
    z.object({ qualifications: z.array(qualification), page_info: pageInfo }),
  ),
  advertiserCreate: post('/bc/advertiser/create/', { idempotency: 'irreversible', scopes: ['151'] }, z.object({ advertiser_id: id })),
  advertiserInfo: get('/advertiser/info/', ['100'], z.object({ list: z.array(info) })),
  advertiserUpdateBudget: post(
    '/advertiser/update/',
    { idempotency: 'idempotent', scopes: ['151', '100'] },
    z.object({ list: z.array(budgetResult) }),
  ),
} as const;
