import { get, may, must, paging, post, upload } from './parameter.js';

const ASSET_TYPES = [
  'ADVERTISER',
  'CATALOG',
  'DOMAIN',
  'LEAD',
  'PIXEL',
  'STOREFRONT',
  'TIKTOK_SHOP',
  'TT_ACCOUNT',
  'BC_AUTH_TT',
  'MANAGED_BUSINESS_ACCOUNT',
];

const assetRoles = [
  may('advertiser_role', 'string', { enum: ['ADMIN', 'OPERATOR', 'ANALYST'] }),
  may('catalog_role', 'string', { enum: ['ADMIN', 'AD_PROMOTE'] }),
  may('form_library_role', 'string', { enum: ['ADMIN'] }),
  may('tt_account_roles', 'string[]', { enum: ['POST', 'LIVE', 'DIRECT_MESSAGE'] }),
  may('store_role', 'string', { enum: ['AD_PROMOTION', 'MANAGER'] }),
  may('business_account_roles', 'string[]'),
];

/** Business Center, members, partners and assets (facts 3.1, 3.5, 3.6). */
export const businessCenterTables = [
  get(
    '/bc/get/',
    'facts 3.1',
    ['150'],
    [
      may('bc_id'),
      ...paging(50),
      may('scene', 'string', { enum: ['SINGLE_ACCOUNT', 'TIERED_ACCOUNT'] }),
      may('filtering', 'object', { fields: [may('keyword'), may('keyword_type'), may('relation_type')] }),
    ],
  ),
  get(
    '/bc/member/get/',
    'facts 3.6',
    ['156'],
    [
      must('bc_id'),
      may('child_bc_id', 'string', { source: 'official SDK' }),
      ...paging(50),
      may('filtering', 'object', {
        fields: [
          may('keyword'),
          may('user_role', 'string', { enum: ['ADMIN', 'STANDARD'] }),
          may('relation_status', 'string', { enum: ['BOUND', 'PENDING', 'REJECTED', 'UNBOUND'] }),
        ],
      }),
    ],
  ),
  post(
    '/bc/member/invite/',
    'facts 3.6',
    ['156'],
    [
      must('bc_id'),
      must('emails', 'string[]', { min: 1, max: 50 }),
      may('user_role', 'string', { enum: ['STANDARD', 'ADMIN'] }),
      may('asset_ids', 'string[]', { max: 50 }),
      may('asset_type', 'string', { enum: ASSET_TYPES }),
      may('advertiser_role', 'string', { enum: ['ADMIN', 'OPERATOR', 'ANALYST'] }),
      may('ext_user_role', 'object', { fields: [may('finance_role', 'string', { enum: ['MANAGER', 'ANALYST'] })] }),
    ],
  ),
  get(
    '/bc/asset/get/',
    'facts 3.5',
    ['153', '150'],
    [
      must('bc_id'),
      must('asset_type', 'string', { enum: ASSET_TYPES }),
      may('child_bc_id'),
      may('filtering', 'object', { fields: [may('user_id'), may('user_email'), may('keyword')] }),
      ...paging(50),
    ],
  ),
  get(
    '/bc/asset/admin/get/',
    'facts 3.5',
    ['153'],
    [
      must('bc_id'),
      may('child_bc_id', 'string', { source: 'official SDK' }),
      must('asset_type', 'string', { enum: ASSET_TYPES }),
      may('filtering', 'object', {
        fields: [
          may('advertiser_show_status', 'string', {
            enum: [
              'SHOW_ACCOUNT_STATUS_APPROVED',
              'SHOW_ACCOUNT_STATUS_NOT_APPROVED',
              'SHOW_ACCOUNT_STATUS_IN_REVIEW',
              'SHOW_ACCOUNT_STATUS_PUNISHED',
            ],
            source: 'facts 3.3',
          }),
          may('relation_status', 'string', { enum: ['BOUND', 'UNBOUND', 'PENDING', 'REJECTED'] }),
          may('relation_type', 'string', { enum: ['OWNER_BC', 'OWNER_PARTNER', 'OWNER_INDIVIDUAL'] }),
          may('keyword'),
        ],
      }),
      ...paging(50),
    ],
  ),
  post(
    '/bc/asset/assign/',
    'facts 3.5',
    ['153'],
    [must('bc_id'), must('user_id'), must('asset_type', 'string', { enum: ASSET_TYPES }), must('asset_id'), ...assetRoles],
  ),
  post(
    '/bc/asset/unassign/',
    'facts 3.5',
    ['153'],
    [must('bc_id'), must('user_id'), must('asset_type', 'string', { enum: ASSET_TYPES }), must('asset_id')],
  ),
  get(
    '/bc/asset/member/get/',
    'facts 3.5',
    ['153'],
    [
      must('bc_id'),
      must('asset_type', 'string', { enum: ASSET_TYPES }),
      must('asset_id'),
      may('filtering', 'object', { fields: [may('keyword', 'string', { max: 250 })] }),
      ...paging(20),
    ],
  ),
  get('/bc/asset/account/authorization/', 'facts 3.5', ['153'], [must('bc_id'), may('is_ads_only_mode', 'boolean')]),
  ...['assign', 'unassign'].map((verb) =>
    post(
      `/bc/asset/advertiser/${verb}/`,
      'facts 3.5',
      ['153'],
      [
        must('bc_id'),
        must('asset_id'),
        must('advertiser_id'),
        may('asset_type', 'string', { enum: ['TT_ACCOUNT', 'MANAGED_BUSINESS_ACCOUNT'] }),
      ],
    ),
  ),
  get(
    '/bc/asset/advertiser/assigned/',
    'facts 3.5',
    ['153'],
    [must('bc_id'), must('asset_id'), must('asset_type', 'string', { enum: ['TT_ACCOUNT', 'MANAGED_BUSINESS_ACCOUNT'] }), ...paging(50)],
  ),
  get('/bc/partner/get/', 'facts 3.6', ['155'], [must('bc_id'), may('filtering', 'object', { fields: [may('name')] }), ...paging(50)]),
  post(
    '/bc/partner/add/',
    'facts 3.6',
    ['155'],
    [
      must('bc_id'),
      must('partner_id'),
      may('asset_type', 'string', { enum: ['ADVERTISER', 'CATALOG'] }),
      may('asset_ids', 'string[]', { max: 50 }),
      may('advertiser_role', 'string', { enum: ['ADMIN', 'OPERATOR', 'ANALYST'] }),
      may('catalog_role', 'string', { enum: ['ADMIN', 'AD_PROMOTE'] }),
    ],
  ),
  post('/bc/partner/delete/', 'facts 3.6', ['155'], [must('bc_id'), must('partner_id')]),
  get(
    '/bc/partner/asset/get/',
    'facts 3.6',
    ['155'],
    [
      must('bc_id'),
      must('partner_id'),
      must('asset_type', 'string', { enum: ASSET_TYPES }),
      must('share_type', 'string', { enum: ['SHARED', 'SHARING'] }),
      may('filtering', 'object', { fields: [may('keyword')] }),
      ...paging(50),
    ],
  ),
  post(
    '/bc/partner/asset/delete/',
    'facts 3.6',
    ['155'],
    [must('bc_id'), must('partner_id'), must('asset_type', 'string', { enum: ASSET_TYPES }), must('asset_ids', 'string[]', { min: 1 })],
  ),
  upload('/bc/image/upload/', 'facts 3.2', ['151'], [must('bc_id'), must('image_file', 'file')]),
];
