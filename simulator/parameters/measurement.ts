import { get, may, must, paging, post } from './parameter.js';

const EVENT_TYPES = [
  'ADD_BILLING',
  'BUTTON',
  'CONSULT',
  'DOWNLOAD_BUTTON',
  'DOWNLOAD_DETAIL',
  'DOWNLOAD_START',
  'FORM',
  'FORM_BUTTON',
  'FORM_DETAIL',
  'INITIATE_ORDER',
  'ON_WEB_ADD_TO_WISHLIST',
  'ON_WEB_CART',
  'ON_WEB_DETAIL',
  'ON_WEB_ORDER',
  'ON_WEB_REGISTER',
  'ON_WEB_SEARCH',
  'ON_WEB_SUBSCRIBE',
  'SHOPPING',
  'PAGE_VIEW',
  'LANDING_PAGE_VIEW',
  'CUSTOM_EVENT',
];

const settings = [
  may('advanced_matching_fields', 'object'),
  may('automatic_advanced_matching_fields', 'object'),
  may('enable_first_party_cookies', 'boolean'),
  may('enable_expanded_data_sharing', 'boolean'),
];

const user = [
  may('email', 'any'),
  may('phone', 'any'),
  may('external_id', 'any'),
  may('ttclid'),
  may('ttp'),
  may('ip'),
  may('user_agent'),
  may('locale'),
  may('idfa'),
  may('idfv'),
  may('gaid'),
  may('att_status', 'string', { enum: ['AUTHORIZED', 'DENIED', 'NOT_DETERMINED', 'RESTRICTED', 'NOT_APPLICABLE'] }),
];

/** Pixels, the Events API and event sets (facts 3.7, 4.1, 4.2, 4.6). */
export const measurementTables = [
  post(
    '/pixel/create/',
    'facts 4.1',
    ['801'],
    [
      must('advertiser_id'),
      must('pixel_name', 'string', { max: 40 }),
      may('pixel_category', 'string', { enum: ['ONLINE_STORE', 'FILLING_FORM', 'CONTACTS', 'LANDING_PAGE', 'CUSTOMIZE_EVENTS'] }),
      may('partner_name'),
    ],
  ),
  get(
    '/pixel/list/',
    'facts 4.1',
    ['800'],
    [
      must('advertiser_id'),
      may('code'),
      may('pixel_id'),
      may('name'),
      may('order_by', 'string', { enum: ['EARLIEST_CREATE', 'LATEST_CREATE'] }),
      may('filtering', 'object', { fields: [may('available_for_catalog_only', 'boolean')] }),
      ...paging(20),
    ],
  ),
  post(
    '/pixel/update/',
    'facts 4.1',
    ['801'],
    [must('advertiser_id'), must('pixel_id'), must('pixel_name', 'string', { max: 40 }), ...settings],
  ),
  post(
    '/pixel/event/create/',
    'facts 4.1',
    ['801'],
    [
      must('advertiser_id'),
      must('pixel_id'),
      must('pixel_events', 'object[]', {
        min: 1,
        fields: [
          must('event_type', 'string', { enum: EVENT_TYPES }),
          may('event_name'),
          may('event_code'),
          may('event_id'),
          may('statistic_type', 'string', { enum: ['ONCE', 'EVERY_TIME'] }),
          may('currency', 'string', { enum: ['USD', 'JPY', 'INR'] }),
          may('currency_value', 'scalar'),
          may('rules', 'object[]', {
            fields: [
              must('trigger', 'string', { enum: ['TRIGGERTYPE_CLICK', 'TRIGGERTYPE_PAGEVIEW', 'TRIGGERTYPE_ELEMENT_SHOW'] }),
              must('operator', 'string', { enum: ['OPERATORTYPE_CONTAINS', 'OPERATORTYPE_EQUALS', 'OPERATORTYPE_DOES_NOT_EQUAL'] }),
              must('variable', 'string', { enum: ['PAGE_URL', 'PAGE_HOSTNAME', 'PAGE_PATH', 'ELEMENT'] }),
              must('value'),
            ],
          }),
        ],
      }),
    ],
  ),
  post(
    '/pixel/event/update/',
    'facts 4.1',
    ['801'],
    [must('advertiser_id'), must('event_id'), may('event_name'), may('currency'), may('currency_value', 'scalar')],
  ),
  post('/pixel/event/delete/', 'facts 4.1', ['801'], [must('advertiser_id'), must('event_id')]),
  get(
    '/pixel/event/stats/',
    'facts 4.1',
    ['802'],
    [
      must('advertiser_id'),
      must('pixel_ids', 'scalar[]', { min: 1, max: 10 }),
      must('date_range', 'object', { fields: [must('start_date'), must('end_date')] }),
    ],
  ),
  post('/bc/pixel/transfer/', 'facts 3.7', ['153'], [must('bc_id'), must('pixel_code')]),
  post(
    '/bc/pixel/link/update/',
    'facts 3.7',
    ['153'],
    [
      must('bc_id'),
      must('pixel_code'),
      must('advertiser_ids', 'string[]', { min: 1, max: 100 }),
      must('relation_status', 'string', { enum: ['LINK', 'UNLINK'] }),
    ],
  ),
  get('/bc/pixel/link/get/', 'facts 3.7', ['153'], [must('bc_id'), must('pixel_code'), ...paging(50)]),
  post(
    '/offline/create/',
    'facts 4.6',
    ['7043626160646946818'],
    [must('advertiser_id'), must('name'), may('description'), may('auto_tracking', 'boolean')],
  ),
  get('/offline/get/', 'facts 4.6', ['7043626160646946818'], [must('advertiser_id'), may('event_set_ids', 'scalar[]'), may('name')]),
  post('/crm/create/', 'facts 4.6', ['7294180478502830081'], [must('advertiser_id'), must('name', 'string', { min: 1, max: 40 })]),
  get(
    '/crm/list/',
    'facts 4.6',
    ['7294180478502830081'],
    [must('advertiser_id'), may('name'), may('event_set_ids', 'scalar[]', { max: 50 })],
  ),
  post(
    '/event/track/',
    'facts 4.2',
    ['7224195155857866754'],
    [
      must('event_source', 'string', { enum: ['web', 'app', 'offline', 'crm'] }),
      must('event_source_id'),
      may('test_event_code'),
      must('data', 'object[]', {
        min: 1,
        max: 1000,
        fields: [
          must('event'),
          must('event_time', 'integer'),
          may('event_id'),
          may('user', 'object', { fields: user }),
          may('properties', 'object', {
            fields: [
              may('content_ids', 'scalar[]'),
              may('contents', 'object[]', {
                fields: [
                  may('price', 'number'),
                  may('quantity', 'number'),
                  may('content_id'),
                  may('content_category'),
                  may('content_name'),
                  may('brand'),
                ],
              }),
              may('content_type', 'string', { enum: ['product', 'product_group'] }),
              may('currency'),
              may('value', 'number'),
              may('num_items', 'number'),
              may('search_string'),
              may('query'),
              may('description'),
              may('order_id'),
              may('shop_id'),
            ],
          }),
          may('page', 'object', { fields: [must('url'), may('referrer')] }),
          may('app', 'object'),
          may('ad', 'object'),
          may('limited_data_use', 'boolean'),
          may('lead', 'object', { fields: [must('lead_id'), may('lead_event_source')] }),
        ],
      }),
    ],
  ),
];
