import { get, may, must, paging, post } from './parameter.js';

/** Balances, transfers, transactions and billing groups (facts 3.8). */
export const moneyTables = [
  get('/bc/balance/get/', 'facts 3.8', ['152'], [must('bc_id'), may('child_bc_id'), may('payment_portfolio_id')]),
  get(
    '/advertiser/balance/get/',
    'facts 3.8',
    ['152'],
    [
      must('bc_id'),
      may('fields', 'string[]', {
        enum: ['budget_remaining', 'budget_frequency_restriction', 'budget_amount_restriction', 'min_transferable_amount'],
      }),
      may('filtering', 'object', { fields: [may('keyword'), may('advertiser_status', 'string[]'), may('payment_portfolio_id')] }),
      may('child_bc_id'),
      ...paging(50),
    ],
  ),
  post(
    '/bc/transfer/',
    'facts 3.8',
    ['152'],
    [
      must('bc_id'),
      may('transfer_level', 'string', { enum: ['ADVERTISER', 'BC'] }),
      may('advertiser_id'),
      may('payment_portfolio_id'),
      may('child_bc_id'),
      must('transfer_type', 'string', { enum: ['RECHARGE', 'REFUND'] }),
      may('cash_amount', 'number', { min: 0 }),
      may('grant_amount', 'number', { min: 0 }),
      may('amount_info', 'object', {
        fields: [may('cash_amount', 'number'), may('grant_amount', 'number'), may('credit_amount', 'number')],
      }),
      may('request_id'),
    ],
  ),
  get(
    '/bc/account/transaction/get/',
    'facts 3.8',
    ['152'],
    [
      may('bc_id'),
      may('child_bc_id', 'string', { source: 'official SDK' }),
      may('transaction_level', 'string', { enum: ['BC', 'ADVERTISER', 'PAYMENT_PORTFOLIO'] }),
      may('filtering', 'object', {
        fields: [
          may('transaction_types', 'string[]'),
          may('owner_of_account', 'string[]'),
          may('account_ids', 'string[]', { max: 100 }),
          may('account_name'),
          may('start_time'),
          may('end_time'),
          may('billing_types', 'string[]', { enum: ['CASH', 'CREDIT'] }),
        ],
      }),
      ...paging(50),
    ],
  ),
  post(
    '/bc/billing_group/create/',
    'facts 3.8',
    ['157'],
    [
      must('bc_id'),
      must('billing_group_name', 'string', { min: 1, max: 100 }),
      must('advertiser_ids', 'string[]', { min: 1, max: 100 }),
      may('billing_group_emails', 'string[]', { max: 20 }),
      may('is_primary', 'boolean'),
      may('billing_group_type', 'string', { enum: ['AUCTION', 'RESERVATION'] }),
    ],
  ),
  post(
    '/bc/billing_group/update/',
    'facts 3.8',
    ['157'],
    [
      must('bc_id'),
      must('billing_group_id'),
      may('new_billing_group_name', 'string', { max: 100 }),
      may('new_billing_group_emails', 'string[]', { max: 20 }),
      may('add_advertiser_ids', 'string[]'),
      may('delete_advertiser_ids', 'string[]'),
      may('is_primary', 'boolean'),
    ],
  ),
  get(
    '/bc/billing_group/get/',
    'facts 3.8',
    ['157'],
    [
      must('bc_id'),
      may('filtering', 'object', {
        fields: [
          may('status', 'scalar'),
          may('invoice_group_by'),
          may('billed_to_type', 'string', { enum: ['ACCOUNT', 'ADVERTISER'] }),
          may('billing_group_id'),
          may('billing_group_name'),
          may('billing_group_type', 'string', { enum: ['AUCTION', 'RESERVATION'] }),
        ],
      }),
      ...paging(50),
    ],
  ),
  get('/bc/billing_group/advertiser/list/', 'facts 3.8', ['157'], [must('bc_id'), must('billing_group_id'), ...paging(50)]),
];
