import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, nothing, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('billing');

const bcBalance = z.object({
  valid_account_balance: z.number(),
  valid_cash_balance: z.number().nullish(),
  payment_portfolio_type: z.string().nullish(),
});

const advertiserBalance = z.object({
  advertiser_id: id,
  valid_account_balance: z.number().nullish(),
  budget_mode: z.string().nullish(),
  budget: z.number().nullish(),
});

const billingGroup = z.object({
  billing_group_id: id,
  status: z.string(),
  advertisers: z.array(z.object({ advertiser_id: id })).nullish(),
});

const transaction = z.object({
  transaction_id: id,
  account_id: id,
  amount: z.number(),
  currency: z.string(),
  amount_type: z.string(),
  transaction_type: z.string(),
  timezone: z.string().nullish(),
  create_time: z.string(),
});

/** Balances, transfers, transactions and billing groups (facts 3.8); amounts are numbers in units of the account's currency. */
export const billing = {
  bcBalance: get('/bc/balance/get/', ['152'], bcBalance),
  advertiserBalance: get(
    '/advertiser/balance/get/',
    ['152'],
    z.object({ advertiser_account_list: z.array(advertiserBalance), page_info: pageInfo }),
  ),
  billingGroupGet: get('/bc/billing_group/get/', ['157'], z.object({ list: z.array(billingGroup), page_info: pageInfo })),
  billingGroupUpdate: post('/bc/billing_group/update/', { idempotency: 'idempotent', scopes: ['157'] }, nothing),
  bcTransfer: post(
    '/bc/transfer/',
    { idempotency: 'irreversible', scopes: ['152'] },
    z.object({ transaction_infos: z.array(z.object({ transaction_id: id })) }),
  ),
  accountTransactions: get(
    '/bc/account/transaction/get/',
    ['152'],
    z.object({ transaction_list: z.array(transaction), page_info: pageInfo }),
  ),
} as const;
