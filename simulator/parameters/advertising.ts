import { get, may, must, paging, post } from './parameter.js';

const STATUSES = ['ENABLE', 'DISABLE', 'DELETE'];
const BUDGET_MODES = ['BUDGET_MODE_DAY', 'BUDGET_MODE_TOTAL', 'BUDGET_MODE_DYNAMIC_DAILY_BUDGET', 'BUDGET_MODE_INFINITE'];

const listing = (ids: string) => [
  must('advertiser_id'), may('fields', 'string[]'),
  may('filtering', 'object', {
    fields: [
      may('campaign_ids', 'string[]', { max: 100 }), may('adgroup_ids', 'string[]', { max: 100 }), may('ad_ids', 'string[]', { max: 100 }),
      may(`${ids}_name`), may('primary_status'), may('secondary_status'), may('objective_type'),
    ],
  }),
  ...paging(1000),
];

const campaign = [
  may('app_promotion_type'), may('campaign_product_source'), may('sales_destination'), may('virtual_objective_type'),
  may('campaign_type', 'string', { enum: ['REGULAR_CAMPAIGN', 'IOS14_CAMPAIGN'] }), may('app_id'),
  may('budget_mode', 'string', { enum: BUDGET_MODES }), may('budget', 'number', { min: 0 }), may('budget_optimize_on', 'boolean'),
  may('bid_type'), may('optimization_goal'), may('operation_status', 'string', { enum: ['ENABLE', 'DISABLE'] }),
  may('special_industries', 'string[]', { enum: ['HOUSING', 'EMPLOYMENT', 'CREDIT'] }), may('request_id'), may('po_number'),
  may('is_search_campaign', 'boolean'), may('catalog_enabled', 'boolean'),
];

const adgroup = [
  may('promotion_type'), may('placement_type', 'string', { enum: ['PLACEMENT_TYPE_AUTOMATIC', 'PLACEMENT_TYPE_NORMAL'] }),
  may('placements', 'string[]', { enum: ['PLACEMENT_TIKTOK', 'PLACEMENT_PANGLE', 'PLACEMENT_GLOBAL_APP_BUNDLE'] }),
  may('location_ids', 'scalar[]', { max: 3000 }), may('pixel_id'), may('optimization_event'), may('app_id'), may('schedule_end_time'),
  may('bid_type', 'string', { enum: ['BID_TYPE_NO_BID', 'BID_TYPE_CUSTOM'] }), may('bid_price', 'number'),
  may('conversion_bid_price', 'number'), may('identity_id'), may('identity_type'), may('identity_authorized_bc_id'), may('catalog_id'),
  may('catalog_authorized_bc_id'), may('shopping_ads_type'), may('product_source'), may('click_attribution_window'),
  may('view_attribution_window'), may('dayparting'), may('age_groups', 'string[]'), may('gender'), may('languages', 'string[]'),
  may('operation_status', 'string', { enum: ['ENABLE', 'DISABLE'] }), may('comment_disabled', 'boolean'), may('request_id'),
  may('promotion_target_type'), may('video_download_disabled', 'boolean'), may('brand_safety_type'),
];

const creative = [
  must('ad_name', 'string', { max: 512 }),
  must('identity_type', 'string', { enum: ['CUSTOMIZED_USER', 'AUTH_CODE', 'TT_USER', 'BC_AUTH_TT', 'TTS_TT'] }), must('identity_id'),
  may('identity_authorized_bc_id'),
  must('ad_format', 'string', { enum: ['SINGLE_VIDEO', 'SINGLE_IMAGE', 'CAROUSEL_ADS', 'CATALOG_CAROUSEL', 'LIVE_CONTENT'] }),
  may('video_id'), may('image_ids', 'string[]'), may('music_id'), may('tiktok_item_id'), may('ad_text', 'string', { max: 100 }),
  may('call_to_action'), may('call_to_action_id'), may('landing_page_url'), may('utm_params', 'object[]', { fields: [must('key'), must('value')] }),
  may('deeplink'), may('catalog_id'), may('product_specific_type'), may('product_set_id'), may('sku_ids', 'string[]', { max: 20 }),
  may('dark_post_status', 'string', { enum: ['ON', 'OFF'] }), may('tracking_pixel_id', 'scalar'), may('operation_status'),
];

/** Campaigns, ad groups, ads and the report, as far as an onboarding reads them (facts 7, 8.1). */
export const advertisingTables = [
  post('/campaign/create/', 'facts 7.2', ['201'], [
    must('advertiser_id'), must('campaign_name', 'string', { max: 512 }),
    must('objective_type', 'string', {
      enum: [
        'REACH', 'TRAFFIC', 'VIDEO_VIEWS', 'LEAD_GENERATION', 'ENGAGEMENT', 'APP_PROMOTION', 'WEB_CONVERSIONS', 'PRODUCT_SALES',
        'RF_REACH', 'BRAND_CONSIDERATION',
      ],
    }),
    ...campaign,
  ]),
  get('/campaign/get/', 'facts 7.2', ['200'], listing('campaign')),
  post('/campaign/update/', 'facts 7.2', ['201'], [
    must('advertiser_id'), must('campaign_id'), may('campaign_name', 'string', { max: 512 }), may('budget', 'number'),
    may('special_industries', 'string[]'), may('po_number'),
  ]),
  post('/campaign/status/update/', 'facts 7.2', ['201'], [
    must('advertiser_id'), must('campaign_ids', 'string[]', { min: 1, max: 20 }), must('operation_status', 'string', { enum: STATUSES }),
    may('postback_window_mode'),
  ]),
  post('/adgroup/create/', 'facts 7.3', ['211'], [
    must('advertiser_id'), must('campaign_id'), must('adgroup_name', 'string', { max: 512 }),
    must('billing_event', 'string', { enum: ['CPC', 'CPM', 'CPV', 'OCPM', 'GD'] }), must('budget', 'number', { min: 0 }),
    must('budget_mode', 'string', { enum: BUDGET_MODES }), must('optimization_goal'),
    must('pacing', 'string', { enum: ['PACING_MODE_SMOOTH', 'PACING_MODE_FAST'] }), must('schedule_start_time'),
    must('schedule_type', 'string', { enum: ['SCHEDULE_FROM_NOW', 'SCHEDULE_START_END'] }), ...adgroup,
  ]),
  get('/adgroup/get/', 'facts 7.3', ['210'], listing('adgroup')),
  post('/adgroup/update/', 'facts 7.3', ['211'], [
    must('advertiser_id'), must('adgroup_id'), may('adgroup_name', 'string', { max: 512 }), may('budget', 'number'), ...adgroup,
  ]),
  post('/adgroup/status/update/', 'facts 7.3', ['211'], [
    must('advertiser_id'), must('adgroup_ids', 'string[]', { min: 1, max: 20 }), must('operation_status', 'string', { enum: STATUSES }),
    may('allow_partial_success', 'boolean'),
  ]),
  post('/ad/create/', 'facts 7.5', ['221'], [
    must('advertiser_id'), must('adgroup_id'), must('creatives', 'object[]', { min: 1, max: 20, fields: creative }),
  ]),
  get('/ad/get/', 'facts 7.5', ['220'], listing('ad')),
  post('/ad/status/update/', 'facts 7.5', ['221'], [
    must('advertiser_id'), must('ad_ids', 'string[]', { min: 1, max: 20 }), may('aco_ad_ids', 'string[]'),
    must('operation_status', 'string', { enum: STATUSES }),
  ]),
  get('/ad/review_info/', 'facts 11.2', ['220'], [must('advertiser_id'), must('ad_ids', 'string[]', { min: 1, max: 100 }), may('lang')]),
  get('/report/integrated/get/', 'facts 8.1', ['44'], [
    may('advertiser_id'), may('advertiser_ids', 'string[]', { max: 5 }), may('bc_id'),
    must('report_type', 'string', { enum: ['BASIC', 'AUDIENCE', 'PLAYABLE_MATERIAL', 'CATALOG', 'BC', 'TT_SHOP'] }),
    may('service_type', 'string', { enum: ['AUCTION', 'RESERVATION'] }),
    may('data_level', 'string', { enum: ['AUCTION_ADVERTISER', 'AUCTION_CAMPAIGN', 'AUCTION_ADGROUP', 'AUCTION_AD'] }),
    must('dimensions', 'string[]', { min: 1 }), may('metrics', 'string[]'), may('start_date'), may('end_date'),
    may('query_lifetime', 'boolean'), may('enable_total_metrics', 'boolean'), may('multi_adv_report_in_utc_time', 'boolean'),
    may('order_field'), may('order_type', 'string', { enum: ['ASC', 'DESC'] }), may('filtering', 'object[]', {
      fields: [must('field_name'), must('filter_type'), must('filter_value')],
    }),
    may('query_mode', 'string', { enum: ['REGULAR', 'CHUNK'] }), ...paging(1000),
  ]),
];
