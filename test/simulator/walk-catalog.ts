import { expect } from 'vitest';
import type { Admin } from './harness.js';
import type { OfficialSdk } from './official-sdk.js';
import { at, textAt, type TikTokRequest } from './tiktok-request.js';

const TOKEN = 'sim-token-kobi-admin';

/** A product as the facts' table of required fields wants it (facts 5.2). */
function product(sku: string): object {
  return {
    sku_id: sku,
    title: `Shoe ${sku}`,
    description: 'A running shoe',
    availability: 'IN_STOCK',
    image_url: 'https://shop.example/shoe.jpg',
    brand: 'Example',
    product_detail: { condition: 'NEW' },
    price_info: { price: 59.9, currency: 'EUR' },
    landing_page: { landing_page_url: 'https://shop.example/shoe' },
  };
}

/** Catalog, products, feed and event source: with the SDK, and by hand where it lacks the call. */
export async function walkCatalog(
  sdk: OfficialSdk,
  other: TikTokRequest,
  who: { bc: string; advertiser: string; pixelCode: string },
  admin: Admin,
): Promise<void> {
  const { bc, advertiser, pixelCode } = who;
  expect(at(await sdk.call('CatalogApi', 'catalogAvailableCountryGet', bc, TOKEN), 'region_codes')).toContain('DE');
  const catalog = { name: 'kobi_alpine_school_catalog', catalog_type: 'ECOM', catalog_conf: { region_code: 'DE', currency: 'EUR' } };
  const made = await sdk.call('CatalogApi', 'catalogCreate', TOKEN, { body: { bc_id: bc, ...catalog } });
  const own = { bc_id: bc, catalog_id: textAt(made, 'catalog_id') };
  await sdk.call('CatalogApi', 'catalogUpdate', TOKEN, { body: { ...own, name: catalog.name } });

  const uploaded = await other.post('/catalog/product/upload/', { ...own, products: [product('S-1'), product('S-2')] });
  const log = (): Promise<unknown> =>
    sdk.call('CatalogApi', 'catalogProductLog', bc, own.catalog_id, textAt(uploaded.data, 'feed_log_id'), TOKEN, {});
  await admin.advance(10_000);
  expect(await log()).toMatchObject({ product_feed_log: { process_status: 'SUCCESS', add_count: 2, error_count: 0 } });
  expect((await other.post('/catalog/product/update/', { ...own, products: [{ sku_id: 'S-1', title: 'Trail shoe' }] })).code).toBe(0);
  await admin.advance(10_000);
  const products = await other.get('/catalog/product/get/', { ...own, page_size: 500 });
  expect(products.data).toMatchObject({ list: [{ title: 'Trail shoe', audit: { audit_status: 'approved' } }, { sku_id: 'S-2' }] });
  await sdk.call('CatalogApi', 'catalogProductDelete', TOKEN, { body: { ...own, sku_ids: ['S-2'] } });
  expect(await sdk.call('CatalogApi', 'catalogOverview', own.catalog_id, bc, TOKEN)).toMatchObject({
    approved: 1,
    rejected: 0,
    processing: 0,
  });

  const schedule_param = {
    source: { uri: 'https://shop.example/feed.csv' },
    interval_type: 'DAILY',
    interval_count: 1,
    timezone: 'Europe/Berlin',
  };
  const feed = { ...own, feed_name: 'daily', update_mode: 'INCREMENTAL' };
  const feedId = textAt(await sdk.call('CatalogApi', 'catalogFeedCreate', TOKEN, { body: { ...feed, schedule_param } }), 'feed_id');
  await sdk.call('CatalogApi', 'catalogFeedUpdate', TOKEN, { body: { ...feed, feed_id: feedId, feed_name: 'every day' } });
  expect((await other.post('/catalog/feed/switch/', { ...own, feed_id: feedId, status: 'OFF' })).code).toBe(0);
  const feeds = await sdk.call('CatalogApi', 'catalogFeedGet', own.catalog_id, bc, TOKEN, { feed_id: feedId });
  expect(at(feeds, 'feed_list.0')).toMatchObject({ feed_name: 'every day', status: 'OFF' });
  await sdk.call('CatalogApi', 'catalogFeedLog', bc, own.catalog_id, feedId, TOKEN, {});
  await admin.advance(10_000);
  await sdk.call('CatalogApi', 'catalogProductFile', TOKEN, { body: { ...own, file_url: 'https://shop.example/feed.csv' } });
  await sdk.call('CatalogApi', 'catalogFeedDelete', TOKEN, { body: { ...own, feed_id: feedId } });

  const source = { ...own, advertiser_id: advertiser, pixel_code: pixelCode };
  await sdk.call('CatalogApi', 'catalogEventsourceBind', TOKEN, { body: source });
  const bound = (): Promise<unknown> => sdk.call('CatalogApi', 'catalogEventsourceBindGet', own.catalog_id, bc, TOKEN);
  expect(at(await bound(), 'event_sources.0.pixel_code')).toBe(pixelCode);
  await sdk.call('CatalogApi', 'catalogEventsourceUnbind', TOKEN, { body: source });
  expect(at(await bound(), 'event_sources')).toEqual([]);
  expect(at(await sdk.call('CatalogApi', 'catalogGet', bc, TOKEN, {}), 'list.0.catalog_name')).toBe(catalog.name);
  await sdk.call('CatalogApi', 'catalogDelete', TOKEN, { body: own });
  expect(at(await sdk.call('CatalogApi', 'catalogGet', bc, TOKEN, {}), 'list')).toEqual([]);
}
