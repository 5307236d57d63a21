import { get, may, must, paging, post, type Parameter } from './parameter.js';

const catalogOf: readonly Parameter[] = [must('bc_id'), must('catalog_id')];

const detail = [
  may('condition'),
  may('age_group'),
  may('color'),
  may('material'),
  may('pattern'),
  may('gender'),
  may('product_category'),
  may('shipping'),
  may('shipping_weight'),
  may('size'),
  may('tax'),
];

/** Rules inside a product are checked while it is processed and reported in the log, so only names and types are here. */
const product: readonly Parameter[] = [
  must('sku_id'),
  may('title'),
  may('description'),
  may('availability'),
  may('brand'),
  may('image_url'),
  may('additional_image_urls', 'string[]', { max: 10 }),
  may('video_url'),
  may('item_group_id'),
  may('google_product_category'),
  may('global_trade_item_number'),
  may('manufacturer_part_number'),
  may('product_detail', 'object', { fields: detail }),
  may('price_info', 'object', {
    fields: [may('price', 'number'), may('currency'), may('sale_price', 'number'), may('sale_price_effective_date')],
  }),
  may('landing_page', 'object', {
    fields: [
      may('landing_page_url'),
      may('ios_url'),
      may('ios_app_store_id'),
      may('ios_app_name'),
      may('iphone_url'),
      may('iphone_app_store_id'),
      may('iphone_app_name'),
      may('ipad_url'),
      may('ipad_app_store_id'),
      may('ipad_app_name'),
      may('android_url'),
      may('android_package'),
      may('android_app_name'),
    ],
  }),
  may('extra_info', 'object', {
    fields: [0, 1, 2, 3, 4].map((index) => may(`custom_label_${index}`, 'string', { max: 100 })),
  }),
];

const schedule = may('schedule_param', 'object', {
  fields: [
    may('source', 'object', { fields: [must('uri'), may('username'), may('password')] }),
    may('interval_type', 'string', { enum: ['HOURLY', 'DAILY', 'MONTHLY'] }),
    may('interval_count', 'integer', { min: 1, max: 30 }),
    may('timezone'),
    may('day_of_month', 'integer', { min: 1, max: 31 }),
    may('hour', 'integer', { min: 0, max: 23 }),
    may('minute', 'integer', { min: 0, max: 59 }),
  ],
});

const feedMode = must('update_mode', 'string', { enum: ['OVERWRITE', 'INCREMENTAL', 'SUPPLEMENT'] });

/** Catalogs, products, feeds and event sources (facts 5). */
export const catalogTables = [
  post(
    '/catalog/create/',
    'facts 5.1',
    ['901'],
    [
      must('bc_id'),
      must('name', 'string', { min: 1, max: 128 }),
      must('catalog_type', 'string', {
        enum: ['ECOM', 'HOTEL', 'FLIGHT', 'DESTINATION', 'ENTERTAINMENT', 'AUTO_VEHICLE', 'AUTO_MODEL', 'AUTO', 'MINI_SERIES'],
      }),
      must('catalog_conf', 'object', {
        fields: [
          must('region_code'),
          must('currency'),
          may('channel', 'string', { enum: ['PARTNER', 'CLIENT', 'BUSINESS_PLATFORM'] }),
          may('additional_config_list', 'object[]'),
        ],
      }),
      may('creative_asset_type'),
      may('business_platform'),
    ],
  ),
  post('/catalog/update/', 'facts 5.1', ['901'], [...catalogOf, must('name', 'string', { min: 1, max: 128 })]),
  post('/catalog/delete/', 'facts 5.1', ['901'], catalogOf),
  get('/catalog/get/', 'facts 5.1', ['900'], [must('bc_id'), may('catalog_id'), ...paging(100)]),
  get('/catalog/overview/', 'facts 5.1', ['900'], catalogOf),
  get('/catalog/available_country/get/', 'facts 5.1', ['900'], [must('bc_id')]),
  ...['upload', 'update'].map((verb) =>
    post(
      `/catalog/product/${verb}/`,
      'facts 5.2',
      ['911'],
      [...catalogOf, may('feed_id'), must('products', 'object[]', { min: 1, max: 5000, fields: product })],
    ),
  ),
  post(
    '/catalog/product/delete/',
    'facts 5.2',
    ['911'],
    [...catalogOf, may('feed_id'), must('sku_ids', 'string[]', { min: 1, max: 1000 })],
  ),
  post(
    '/catalog/product/file/',
    'facts 5.2',
    ['911'],
    [...catalogOf, must('file_url'), may('feed_id'), may('update_mode', 'string', { enum: ['INCREMENTAL', 'OVERWRITE'] })],
  ),
  get(
    '/catalog/product/log/',
    'facts 5.2',
    ['910'],
    [
      ...catalogOf,
      must('feed_log_id'),
      may('language'),
      may('advertiser_id', 'string', { source: 'official SDK' }),
      may('context_info', 'object', { source: 'official SDK' }),
    ],
  ),
  get(
    '/catalog/product/get/',
    'facts 5.2',
    ['910'],
    [
      ...catalogOf,
      ...paging(500),
      may('product_ids', 'string[]', { max: 1000 }),
      may('sku_ids', 'string[]', { max: 1000 }),
      may('product_set_ids', 'string[]', { max: 100 }),
      may('conditions', 'object'),
      may('order', 'object'),
    ],
  ),
  post('/catalog/feed/create/', 'facts 5.3', ['971'], [...catalogOf, must('feed_name', 'string', { min: 1 }), feedMode, schedule]),
  post('/catalog/feed/update/', 'facts 5.3', ['971'], [...catalogOf, must('feed_id'), may('feed_name'), feedMode, schedule]),
  post('/catalog/feed/delete/', 'facts 5.3', ['971'], [...catalogOf, must('feed_id')]),
  post('/catalog/feed/switch/', 'facts 5.3', ['971'], [...catalogOf, must('feed_id'), must('status', 'string', { enum: ['ON', 'OFF'] })]),
  get('/catalog/feed/get/', 'facts 5.3', ['970'], [...catalogOf, may('feed_id')]),
  get(
    '/catalog/feed/log/',
    'facts 5.3',
    ['970'],
    [...catalogOf, must('feed_id'), may('context_info', 'object', { source: 'official SDK' })],
  ),
  ...['bind', 'unbind'].map((verb) =>
    post(`/catalog/eventsource/${verb}/`, 'facts 5.4', ['961'], [must('advertiser_id'), ...catalogOf, may('app_id'), may('pixel_code')]),
  ),
  get('/catalog/eventsource_bind/get/', 'facts 5.4', ['960'], catalogOf),
];
