import { beforeEach, describe, expect, it } from 'vitest';
import { BC } from './accounts.js';
import { useSimulator } from './harness.js';
import { at, TikTokRequest, textAt } from './tiktok-request.js';

const simulator = useSimulator();
const tiktok = new TikTokRequest(() => simulator.apiUrl);
beforeEach(() => simulator.admin.reset());

const product = (sku: string, change: object = {}): object => ({
  sku_id: sku,
  title: `Shoe ${sku}`,
  description: 'Light and quick',
  availability: 'IN_STOCK',
  image_url: 'https://shop.example/p.jpg',
  brand: 'Example',
  product_detail: { condition: 'NEW' },
  price_info: { price: 10, currency: 'EUR' },
  landing_page: { landing_page_url: 'https://shop.example/p' },
  ...change,
});

async function catalog(): Promise<{ bc_id: string; catalog_id: string }> {
  const conf = { name: 'kobi_shop_catalog', catalog_type: 'ECOM', catalog_conf: { region_code: 'DE', currency: 'EUR' } };
  return { bc_id: BC, catalog_id: textAt((await tiktok.post('/catalog/create/', { bc_id: BC, ...conf })).data, 'catalog_id') };
}
const upload = (own: object, ...products: object[]) => tiktok.post('/catalog/product/upload/', { ...own, products });
const settle = () => simulator.admin.advance(60_000);

describe('products (facts 5.2)', () => {
  it('are taken in row by row: a wrong one is named by its SKU and field, the others are there', async () => {
    const own = await catalog();
    const { data } = await upload(own, product('A'), product('B', { availability: 'SOON' }), product('C', { image_url: 'p.jpg' }));
    await settle();
    const log = (await tiktok.get('/catalog/product/log/', { ...own, feed_log_id: textAt(data, 'feed_log_id') })).data;
    expect(at(log, 'product_feed_log')).toMatchObject({ process_status: 'SUCCESS', add_count: 1, error_count: 2 });
    expect(at(log, 'product_feed_log.feed_log_data.error_affected_products')).toMatchObject([
      { field: 'availability', affected_product_item_list: [{ index: 1, sku_id: 'B', value: 'SOON' }] },
      { field: 'image_url', affected_product_item_list: [{ index: 2, sku_id: 'C' }] },
    ]);
  });

  it('with a picture that is too small stay in review for ever', async () => {
    const own = await catalog();
    await upload(own, product('A', { image_url: 'https://shop.example/too-small.jpg' }));
    await simulator.admin.advance(30 * 86_400_000);
    expect((await tiktok.get('/catalog/overview/', own)).data).toMatchObject({ approved: 0, rejected: 0, processing: 1 });
    const { data } = await tiktok.get('/catalog/product/get/', own);
    expect(at(data, 'list.0')).toMatchObject({ image_status: 'FILTERED', audit: { audit_status: 'processing' } });
  });

  it('are deleted by SKU, but not while another write of the catalog is at work', async () => {
    const own = await catalog();
    await upload(own, product('A'), product('B'));
    expect(await tiktok.post('/catalog/product/delete/', { ...own, sku_ids: ['A'] })).toMatchObject({ code: 40202 });
    await settle();
    expect(await tiktok.post('/catalog/product/delete/', { ...own, sku_ids: ['A'] })).toMatchObject({ code: 0 });
    expect((await tiktok.get('/catalog/overview/', own)).data).toMatchObject({ approved: 1 });
  });
});

describe('scheduled feeds (facts 5.3)', () => {
  const schedule = (uri: string) => ({
    update_mode: 'OVERWRITE',
    schedule_param: { source: { uri }, interval_type: 'DAILY', interval_count: 1, timezone: 'Europe/Berlin', hour: 3, minute: 0 },
  });
  const runs = async (own: object, feedId: string) =>
    at((await tiktok.get('/catalog/feed/log/', { ...own, feed_id: feedId })).data, 'feed_logs');

  it('load when they are made and when they move, one log each, and own the SKUs that they brought', async () => {
    const own = await catalog();
    const made = await tiktok.post('/catalog/feed/create/', { ...own, feed_name: 'shop', ...schedule('https://shop.example/a.csv') });
    const feedId = textAt(made.data, 'feed_id');
    expect(at(made.data, 'last_update_param.uri')).toBe('https://shop.example/a.csv');
    expect(await runs(own, feedId)).toMatchObject([{ update_status: { process_status: 'WAITING' } }]);
    await settle();
    expect(await runs(own, feedId)).toMatchObject([{ update_status: { process_status: 'SUCCESS', add_count: 5, error_count: 0 } }]);

    await tiktok.post('/catalog/feed/update/', { ...own, feed_id: feedId, ...schedule('https://shop.example/b.csv') });
    expect(await runs(own, feedId)).toHaveLength(2);
    const { data } = await tiktok.get('/catalog/feed/get/', { ...own, feed_id: feedId });
    expect(at(data, 'feed_list.0.last_update_param.uri')).toBe('https://shop.example/b.csv');
    await settle();
    const { data: log } = await upload(own, product('SAMPLE-1'));
    await settle();
    const answer = await tiktok.get('/catalog/product/log/', { ...own, feed_log_id: textAt(log, 'feed_log_id') });
    expect(at(answer.data, 'product_feed_log.feed_log_data.error_affected_products.0.issue')).toBe('The SKU belongs to another feed.');
  });

  it('take one file at a time', async () => {
    const own = await catalog();
    const made = await tiktok.post('/catalog/feed/create/', { ...own, feed_name: 'shop', ...schedule('https://shop.example/a.csv') });
    const file = { ...own, feed_id: textAt(made.data, 'feed_id'), file_url: 'https://shop.example/a.csv', update_mode: 'OVERWRITE' };
    expect(await tiktok.post('/catalog/product/file/', file)).toMatchObject({ code: 40202 });
    await settle();
    expect(await tiktok.post('/catalog/product/file/', file)).toMatchObject({ code: 0 });
  });
});
