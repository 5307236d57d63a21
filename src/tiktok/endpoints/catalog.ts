import { z } from 'zod';
import { endpointsOf } from '../endpoint.js';
import { id, nothing, pageInfo } from '../fields.js';

const { get, post } = endpointsOf('catalog');

const catalogRow = z.object({ catalog_id: id, catalog_name: z.string(), ad_creation_eligible: z.string().nullish() });

const affected = z.object({
  field: z.string().nullish(),
  issue: z.string().nullish(),
  suggestion: z.string().nullish(),
  affected_product_item_list: z.array(z.object({ sku_id: id.nullish() })).nullish(),
});

const feedLog = z.object({
  process_status: z.string(),
  error_count: z.int().nullish(),
  feed_log_data: z.object({ error_affected_products: z.array(affected).nullish() }).nullish(),
});

const rejection = z.object({ reason: z.string().nullish(), suggestion: z.string().nullish() });

const productRow = z.object({
  sku_id: id,
  title: z.string(),
  image_status: z.string().nullish(),
  audit: z.object({ audit_status: z.string().nullish(), rejected_info: z.array(rejection).nullish() }).nullish(),
});

const feedRow = z.object({ feed_id: id, feed_name: z.string(), last_update_param: z.object({ uri: z.string().nullish() }).nullish() });

const feedRun = z.object({
  update_status: z.object({ process_status: z.string(), error_count: z.int().nullish() }),
  update_time: z.object({ start_time: z.string().nullish() }).nullish(),
});

const overview = z.object({ approved: z.int(), rejected: z.int(), processing: z.int() });
const eventSource = z.object({ pixel_code: z.string().nullish() });

/** Catalogs, products, feeds and event sources (facts 5). Products go up by their SKU, so an upload may be repeated. */
export const catalog = {
  catalogGet: get('/catalog/get/', ['900'], z.object({ list: z.array(catalogRow), page_info: pageInfo })),
  catalogCreate: post('/catalog/create/', { idempotency: 'irreversible', scopes: ['901'] }, z.object({ catalog_id: id })),
  catalogDelete: post('/catalog/delete/', { idempotency: 'idempotent', scopes: ['901'] }, nothing),
  catalogOverview: get('/catalog/overview/', ['900'], overview),
  productUpload: post('/catalog/product/upload/', { idempotency: 'idempotent', scopes: ['911'] }, z.object({ feed_log_id: id })),
  productLog: get('/catalog/product/log/', ['910'], z.object({ product_feed_log: feedLog })),
  productGet: get('/catalog/product/get/', ['910'], z.object({ list: z.array(productRow), page_info: pageInfo })),
  productDelete: post('/catalog/product/delete/', { idempotency: 'idempotent', scopes: ['911'] }, nothing),
  productFile: post('/catalog/product/file/', { idempotency: 'idempotent', scopes: ['911'] }, z.object({ feed_log_id: id })),
  feedGet: get('/catalog/feed/get/', ['970'], z.object({ feed_list: z.array(feedRow) })),
  feedCreate: post('/catalog/feed/create/', { idempotency: 'irreversible', scopes: ['971'] }, z.object({ feed_id: id })),
  feedUpdate: post('/catalog/feed/update/', { idempotency: 'idempotent', scopes: ['971'] }, nothing),
  feedDelete: post('/catalog/feed/delete/', { idempotency: 'idempotent', scopes: ['971'] }, nothing),
  feedLog: get('/catalog/feed/log/', ['970'], z.object({ feed_logs: z.array(feedRun) })),
  eventSourceBind: post('/catalog/eventsource/bind/', { idempotency: 'idempotent', scopes: ['961'] }, nothing),
  eventSourceUnbind: post('/catalog/eventsource/unbind/', { idempotency: 'idempotent', scopes: ['961'] }, nothing),
  eventSourceBindGet: get('/catalog/eventsource_bind/get/', ['960'], z.object({ event_sources: z.array(eventSource) })),
} as const;
