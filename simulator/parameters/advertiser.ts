import { get, may, must, paging, post, upload } from './parameter.js';

const BUDGET_MODES = ['UNLIMITED', 'MONTHLY_BUDGET', 'DAILY_BUDGET', 'CUSTOM_BUDGET'];

/** Ad accounts: making, reading, changing, closing (facts 3.2, 3.3). */
export const advertiserTables = [
  get(
    '/bc/advertiser/qualification/get/',
    'facts 3.2',
    ['151'],
    [must('bc_id'), may('filtering', 'object', { fields: [may('verified', 'boolean')] }), ...paging(100)],
  ),
  get('/bc/advertiser/attribute/', 'facts 3.2', ['150'], [must('bc_id')]),
  post(
    '/bc/advertiser/create/',
    'facts 3.2',
    ['151'],
    [
      must('bc_id'),
      must('advertiser_info', 'object', {
        fields: [
          must('name', 'string', { max: 100 }),
          must('currency'),
          must('timezone'),
          may('type', 'string', { enum: ['AUCTION', 'RESERVATION'] }),
        ],
      }),
      must('customer_info', 'object', {
        fields: [must('company', 'string', { max: 255 }), must('industry', 'scalar'), must('registered_area')],
      }),
      may('qualification_info', 'object', {
        fields: [
          may('promotion_link', 'string', { max: 255 }),
          may('license_no'),
          may('license_image_id'),
          may('qualification_image_ids', 'string[]'),
          may('qualification_id'),
        ],
      }),
      may('contact_info', 'object', { fields: [may('name', 'string', { max: 100 }), may('email'), may('number')] }),
      may('billing_info', 'object', {
        fields: [may('address', 'string', { max: 512 }), may('tax_field_dict', 'object'), may('tax_map', 'object'), may('vat')],
      }),
      may('billing_group_info', 'object', {
        fields: [
          may('invoice_group_by', 'string', { enum: ['ACCOUNT', 'ADVERTISER'] }),
          may('billing_group_id'),
          may('invoice_payer', 'string', { enum: ['AGENCY', 'ADVERTISER'] }),
        ],
      }),
      may('tied_to_billing_group', 'boolean'),
      may('payment_info', 'object', {
        fields: [
          may('payment_portfolio_id'),
          may('budget_info', 'object', { fields: [may('budget_mode', 'string', { enum: BUDGET_MODES }), may('budget', 'number')] }),
        ],
      }),
    ],
  ),
  post('/bc/advertiser/disable/', 'facts 3.2', ['151'], [must('bc_id'), must('advertiser_ids', 'string[]', { min: 1, max: 1 })]),
  get('/advertiser/info/', 'facts 3.3', ['100'], [must('advertiser_ids', 'string[]', { min: 1, max: 100 }), may('fields', 'string[]')]),
  post(
    '/advertiser/update/',
    'facts 3.3',
    ['151', '100'],
    [
      may('advertiser_id'),
      may('advertiser_name', 'string', { max: 100 }),
      may('company', 'string', { max: 255 }),
      may('contact_name'),
      may('contact_email'),
      may('contact_number'),
      may('promotion_link', 'string', { max: 255 }),
      may('license_no'),
      may('license_image_id'),
      may('qualification_images', 'object[]', { fields: [must('image_id')] }),
      may('address', 'string', { min: 1, max: 1024 }),
      may('tax_map', 'object'),
      may('need_submit_certificate', 'boolean'),
      may('bc_id'),
      may('budget_update_type', 'string', { enum: ['UPDATE', 'RESET', 'INCREMENTAL_UPDATE', 'ONE_CLICK_SET'] }),
      may('advertiser_budgets', 'object[]', {
        max: 50,
        fields: [must('advertiser_id'), may('budget_mode', 'string', { enum: BUDGET_MODES }), may('budget', 'number', { min: 0 })],
      }),
      may('request_id'),
    ],
  ),
];

const business = [
  must('company_name'),
  may('website_url'),
  may('industry_code', 'string', { enum: ['NOT_APPLICABLE', 'ALCOHOL', 'OTC', 'DATING_APP', 'FINANCIAL_SERVICES'] }),
  must('region_iso_code'),
  may('file_type_code'),
  may('license_no'),
  may('qualification_image_ids', 'string[]'),
];

/** The business verification API of July 2026 (facts 3.4); its scope id is unknown, so any token may call it. */
export const verificationTables = [
  get(
    '/account/verification/filetype/',
    'facts 3.4',
    [],
    [must('business_type', 'string', { enum: ['BUSINESS', 'INDIVIDUAL'] }), must('region_iso_code')],
  ),
  upload('/account/verification/upload/', 'facts 3.4', [], [must('image_file1', 'file'), may('image_file2', 'file')]),
  post(
    '/account/verification/submit/',
    'facts 3.4',
    [],
    [
      may('advertiser_id'),
      may('bc_id'),
      may('business_form', 'object', { fields: business }),
      may('individual_form', 'object', {
        fields: [
          must('individual_name'),
          must('region_iso_code'),
          may('file_type_code'),
          may('identity_no'),
          may('website_url'),
          may('qualification_image_ids', 'string[]'),
        ],
      }),
    ],
  ),
  get('/account/verification/status/', 'facts 3.4', [], [may('advertiser_id'), may('bc_id')]),
];
