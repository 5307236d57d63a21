import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { catalogName } from '../../src/domain/naming.js';
import { school, settings } from '../workflow/tenant.js';
import { failureOf, useEngine } from './engine.js';

const HEAD = 'sku_id,title,description,availability,condition,price,link,image_link,brand';
const row = (sku: string, change: Partial<Record<'title' | 'price' | 'link', string>> = {}): string =>
  [
    sku,
    change.title ?? `Shoe ${sku}`,
    '"Light, and quick"',
    'in stock',
    'new',
    change.price ?? '59.90 EUR',
    change.link ?? 'https://shop.example/p',
    'https://shop.example/p.jpg',
    'Laufladen',
  ].join(',');

describe('the catalog', () => {
  const engine = useEngine();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kobi-feed-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function catalog(slug: string): Promise<{ slug: string; bcId: string; advertiserId: string; catalogId: string }> {
    const { attempt, activities, advertiser } = engine();
    const of = await advertiser(slug);
    const { catalogId } = await attempt(activities.createCatalog, { ...of, name: catalogName(slug), country: 'DE', currency: 'EUR' });
    return { ...of, catalogId };
  }
  async function shopWith(slug: string, lines: readonly string[]): Promise<Tenant> {
    const file = join(folder, `${slug}.csv`);
    await writeFile(file, lines.join('\n'));
    return school(slug, { catalog: { feed: { kind: 'file', file } } });
  }

  it('loads a file by product/upload; the same file again leaves the same products', async () => {
    const { attempt, activities, simulator } = engine();
    const of = await catalog('shop');
    const tenant = await shopWith('shop', [HEAD, row('A1'), row('A2')]);

    const loaded = await attempt(activities.loadFeed, { ...of, tenant, settings: settings() });
    await attempt(activities.loadFeed, { ...of, tenant, settings: settings() });

    expect(loaded).toMatchObject({ rows: 2, feedId: null });
    expect(Object.keys(simulator.store.state.products[of.catalogId] ?? {})).toEqual(['A1', 'A2']);
    expect(simulator.store.state.products[of.catalogId]?.['A1']?.fields).toMatchObject({
      availability: 'IN_STOCK',
      product_detail: { condition: 'NEW' },
      price_info: { price: 59.9, currency: 'EUR' },
      description: 'Light, and quick',
    });
    const waiting = await attempt(activities.readCatalogReview, { ...of, feedLogIds: loaded.feedLogIds });
    expect(waiting).toMatchObject({ loading: true, approved: 0 });
    simulator.store.clock.advance(60_000);
    expect(await attempt(activities.readCatalogReview, { ...of, feedLogIds: loaded.feedLogIds })).toEqual({
      loading: false,
      processing: 0,
      approved: 2,
      rejected: [],
    });
  });

  it('loads more than 5,000 rows in batches, one after the other', async () => {
    const { attempt, activities, simulator, committed } = engine();
    const of = await catalog('large');
    const tenant = await shopWith('large', [HEAD, ...Array.from({ length: 5_001 }, (_, index) => row(`L${index}`))]);
    const { feedLogIds, rows } = await attempt(activities.loadFeed, { ...of, tenant, settings: settings() });
    expect(rows).toBe(5_001);
    expect(feedLogIds).toHaveLength(2);
    expect(committed('/catalog/product/upload/')).toHaveLength(2);
    expect(Object.keys(simulator.store.state.products[of.catalogId] ?? {})).toHaveLength(5_001);
  });

  it('names every bad row by SKU and row, and uploads nothing', async () => {
    const { attempt, activities, committed } = engine();
    const of = await catalog('faulty');
    const tenant = await shopWith('faulty', [
      HEAD,
      row('B1'),
      row('B2', { price: 'cheap' }),
      row('B3', { link: 'shop' }),
      row('B1'),
      row('B4', { price: '5 USD' }),
    ]);

    const failure = await failureOf(attempt(activities.loadFeed, { ...of, tenant, settings: settings() }));

    expect(failure.code).toBe('feed_invalid');
    expect(failure.details).toEqual([
      'row 3, SKU B2: price is cheap, expected a number such as 12.50 or 12.50 EUR',
      'row 4, SKU B3: link is not an http(s) address: shop',
      'row 5, SKU B1: sku_id is also in row 2',
      'row 6, SKU B4: price is in USD, the catalog is in EUR',
    ]);
    expect(committed('/catalog/product/upload/')).toEqual([]);
  });

  it('shows at most 20 faults and counts the rest', async () => {
    const { attempt, activities } = engine();
    const of = await catalog('many');
    const tenant = await shopWith('many', [HEAD, ...Array.from({ length: 30 }, (_, index) => row(`M${index}`, { price: 'x' }))]);
    const { details } = await failureOf(attempt(activities.loadFeed, { ...of, tenant, settings: settings() }));
    expect(details).toHaveLength(21);
    expect(details.at(-1)).toBe('and 10 more');
  });

  it('refuses a feed without the columns, and one that is not there', async () => {
    const { attempt, activities } = engine();
    const of = await catalog('columns');
    const tenant = await shopWith('columns', ['sku_id,title', 'C1,Shoe']);
    const failure = await failureOf(attempt(activities.loadFeed, { ...of, tenant, settings: settings() }));
    expect(failure).toMatchObject({ code: 'feed_invalid' });
    expect(failure.message).toContain('columns are missing: description, availability, condition, price, link, image_link, brand');
    const gone = school('columns', { catalog: { feed: { kind: 'file', file: join(folder, 'none.csv') } } });
    expect(await failureOf(attempt(activities.loadFeed, { ...of, tenant: gone, settings: settings() }))).toMatchObject({
      code: 'feed_unreachable',
    });
  });

  it('reports rejected products by name with TikTok’s reason', async () => {
    const { attempt, activities, simulator } = engine();
    const of = await catalog('vapes');
    const tenant = await shopWith('vapes', [HEAD, row('D1'), row('D2', { title: 'Replica vape' })]);
    const { feedLogIds } = await attempt(activities.loadFeed, { ...of, tenant, settings: settings() });
    simulator.store.clock.advance(60_000);

    const review = await attempt(activities.readCatalogReview, { ...of, feedLogIds });

    expect(review).toMatchObject({ loading: false, approved: 1, rejected: [{ skuId: 'D2', title: 'Replica vape' }] });
    expect(review.rejected[0]?.reasons.join(' ')).not.toBe('');
  });

  it('binds the pixel once', async () => {
    const { attempt, activities, committed, simulator } = engine();
    const of = await catalog('bound');
    const { pixelCode } = await attempt(activities.createPixel, { ...of, name: 'kobi_bound_web', category: 'ONLINE_STORE' });
    await attempt(activities.bindEventSource, { ...of, pixelCode });
    await attempt(activities.bindEventSource, { ...of, pixelCode });
    expect(committed('/catalog/eventsource/bind/')).toHaveLength(1);
    expect(simulator.store.state.catalogs[of.catalogId]?.eventSources.map((source) => source.pixelCode)).toEqual([pixelCode]);
  });

  it('makes one daily feed of an address, also when the answer is lost', async () => {
    const { attempt, activities, committed, simulator } = engine();
    const of = await catalog('daily');
    const server = createServer((_, response) => response.end([HEAD, row('E1'), row('E2')].join('\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const url = `http://127.0.0.1:${address === null || typeof address === 'string' ? '' : address.port}/feed.csv`;
      const input = {
        ...of,
        tenant: school('daily', { catalog: { feed: { kind: 'url', url } } }),
        settings: settings({ allowLoopback: true }),
      };
      simulator.faults.add({ endpoint: '/catalog/feed/create/', fault: 'commit-then-drop' });

      expect(await failureOf(attempt(activities.loadFeed, input))).toMatchObject({ code: 'tiktok_unavailable', retryable: true });
      const loaded = await attempt(activities.loadFeed, input);

      expect(await attempt(activities.loadFeed, input)).toEqual(loaded);
      expect(committed('/catalog/feed/create/').map((entry) => entry.created[0])).toEqual([loaded.feedId]);
      expect(loaded).toMatchObject({ rows: 2, feedLogIds: [] });
      expect(Object.values(simulator.store.state.feeds)).toMatchObject([{ name: 'kobi_daily_catalog', updateMode: 'OVERWRITE' }]);
      expect(Object.keys(simulator.store.state.products[of.catalogId] ?? {})).toEqual(['E1', 'E2']);
    } finally {
      server.close();
    }
  });

  it('refuses a feed at an address of a private network', async () => {
    const { attempt, activities } = engine();
    const of = { slug: 'inside', bcId: SEED.bcId, advertiserId: '7300000000000000999', catalogId: '7300000000000000998' };
    const tenant = school('inside', { catalog: { feed: { kind: 'url', url: 'https://10.0.0.7/feed.csv' } } });
    const failure = await failureOf(attempt(activities.loadFeed, { ...of, tenant, settings: settings({ allowLoopback: true }) }));
    expect(failure).toMatchObject({
      code: 'address_refused',
      details: ['https://10.0.0.7/feed.csv', '10.0.0.7 is not on the public internet'],
    });
  });
});
