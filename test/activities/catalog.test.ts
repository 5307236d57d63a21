import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import type { LoadedFeed } from '../../src/contract/onboarding-activities.js';
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

  it('takes out what the file no longer has, and loads what was mended', async () => {
    const { attempt, activities, simulator } = engine();
    const of = await catalog('mended');
    const load = async (lines: readonly string[]) =>
      attempt(activities.loadFeed, { ...of, tenant: await shopWith('mended', [HEAD, ...lines]), settings: settings() });
    await load([row('M1'), row('M2', { title: 'Replica vape' }), row('M3', { title: 'Replica vape' })]);
    simulator.store.clock.advance(60_000);

    const { feedLogIds } = await load([row('M1'), row('M3', { title: 'Honest shoe' })]);
    simulator.store.clock.advance(60_000);

    expect(await attempt(activities.readCatalogReview, { ...of, feedLogIds })).toEqual({
      loading: false,
      processing: 0,
      approved: 2,
      rejected: [],
    });
  });

  it('names a product whose picture keeps it in review for ever', async () => {
    const { attempt, activities, simulator } = engine();
    const of = await catalog('pictures');
    const small = row('P2').replace('p.jpg', 'too-small.jpg');
    const tenant = await shopWith('pictures', [HEAD, row('P1'), small]);
    const { feedLogIds } = await attempt(activities.loadFeed, { ...of, tenant, settings: settings() });
    simulator.store.clock.advance(60_000);

    expect(await attempt(activities.readCatalogReview, { ...of, feedLogIds })).toEqual({
      loading: false,
      processing: 0,
      approved: 1,
      rejected: [{ skuId: 'P2', title: 'Shoe P2', reasons: ['its picture is FILTERED: it is smaller than 500x500'] }],
    });
  });

  describe('from an address', () => {
    let server: Server;
    let lines: readonly string[];
    let seenByTikTok: readonly string[] | 'nothing' | undefined;
    let origin = '';
    beforeEach(async () => {
      lines = [];
      seenByTikTok = undefined;
      let visits = 0;
      // The engine looks first, then TikTok.
      server = createServer((_, response) => {
        const served = (visits += 1) === 2 ? (seenByTikTok ?? lines) : lines;
        if (served === 'nothing') response.writeHead(500).end();
        else response.end([HEAD, ...served].join('\n'));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      origin = `http://127.0.0.1:${address === null || typeof address === 'string' ? '' : address.port}`;
    });
    afterEach(() => {
      server.close();
    });

    async function feedAt(slug: string) {
      const of = await catalog(slug);
      const { attempt, activities } = engine();
      const load = (path: string) => {
        const tenant = school(slug, { catalog: { feed: { kind: 'url', url: `${origin}${path}` } } });
        return attempt(activities.loadFeed, { ...of, tenant, settings: settings({ allowLoopback: true }) });
      };
      const review = (loaded: LoadedFeed, path: string) => {
        const scheduled = {
          feedId: loaded.feedId ?? '',
          since: loaded.since ?? '',
          url: `${origin}${path}`,
          currency: 'EUR',
          allowLoopback: true,
        };
        return attempt(activities.readCatalogReview, { ...of, feedLogIds: loaded.feedLogIds, scheduled });
      };
      return { of, load, review };
    }
    const feeds = () => Object.values(engine().simulator.store.state.feeds);
    const later = () => engine().simulator.store.clock.advance(60_000);

    it('is one daily feed, also when the answer is lost', async () => {
      const { simulator, committed } = engine();
      const { of, load } = await feedAt('daily');
      lines = [row('E1'), row('E2')];
      simulator.faults.add({ endpoint: '/catalog/feed/create/', fault: 'commit-then-drop' });

      expect(await failureOf(load('/feed.csv'))).toMatchObject({ code: 'tiktok_unavailable', retryable: true });
      const loaded = await load('/feed.csv');

      expect(await load('/feed.csv')).toEqual(loaded);
      expect(committed('/catalog/feed/create/').map((entry) => entry.created[0])).toEqual([loaded.feedId]);
      expect(loaded).toMatchObject({ rows: 2, feedLogIds: [] });
      expect(feeds()).toMatchObject([{ name: 'kobi_daily_catalog', updateMode: 'OVERWRITE' }]);
      expect(Object.keys(simulator.store.state.products[of.catalogId] ?? {})).toEqual(['E1', 'E2']);
    });

    it('is loading until TikTok has done so, and moves when the tenant names another address', async () => {
      const { committed } = engine();
      const { load, review } = await feedAt('moving');
      lines = [row('G1'), row('G2', { title: 'Replica vape' })];
      const first = await load('/old.csv');
      expect(await review(first, '/old.csv')).toMatchObject({ loading: true });
      later();
      expect(await review(first, '/old.csv')).toMatchObject({ loading: false, approved: 1, rejected: [{ skuId: 'G2' }] });

      lines = [row('G1'), row('G3')];
      const moved = await load('/new.csv');

      expect(moved.feedId).toBe(first.feedId);
      expect(committed('/catalog/feed/create/')).toHaveLength(1);
      expect(feeds()).toMatchObject([{ schedule: { source: { uri: `${origin}/new.csv` }, interval_type: 'DAILY' } }]);
      expect(await review(moved, '/new.csv')).toMatchObject({ loading: true });
      later();
      expect(await review(moved, '/new.csv')).toEqual({ loading: false, processing: 0, approved: 2, rejected: [] });
    });

    it('is loaded again at once when its content was mended', async () => {
      const { committed } = engine();
      const { load, review } = await feedAt('again');
      lines = [row('H1', { title: 'Replica vape' })];
      await load('/feed.csv');
      later();
      lines = [row('H1', { title: 'Honest shoe' })];

      const mended = await load('/feed.csv');
      later();

      expect(await review(mended, '/feed.csv')).toEqual({ loading: false, processing: 0, approved: 1, rejected: [] });
      expect(committed('/catalog/product/file/')).toHaveLength(1);
      expect(feeds()).toHaveLength(1);
    });

    it('names the SKUs that TikTok found otherwise than we did, and did not take in', async () => {
      const { load, review } = await feedAt('refused');
      lines = [row('I1'), row('I2')];
      seenByTikTok = [row('I1'), row('I2', { link: 'shop' })];
      const loaded = await load('/feed.csv');
      later();
      expect(await failureOf(review(loaded, '/feed.csv'))).toMatchObject({
        code: 'feed_invalid',
        details: ['SKU I2: in the feed, and not taken into the catalog'],
      });
    });

    it('says so when TikTok could not load it', async () => {
      const { load, review } = await feedAt('down');
      lines = [row('J1')];
      seenByTikTok = 'nothing';
      const loaded = await load('/feed.csv');
      later();
      const { code, message } = await failureOf(review(loaded, '/feed.csv'));
      expect(code).toBe('feed_invalid');
      expect(message).toContain(`TikTok's own load of ${origin}/feed.csv failed`);
    });

    it('gives way to a file, and a file to it: a SKU stays with its feed, so what the other brought goes first', async () => {
      const { attempt, activities, simulator, committed } = engine();
      const { of, load } = await feedAt('switched');
      const loadFile = async (tenant: Tenant) => {
        later();
        return attempt(activities.loadFeed, { ...of, tenant, settings: settings() });
      };
      const products = () => Object.values(simulator.store.state.products[of.catalogId] ?? {});
      const file = await shopWith('switched', [HEAD, row('K1'), row('K2')]);
      await loadFile(file);
      later();
      lines = [row('K1')];
      const { feedId } = await load('/feed.csv');
      expect(products()).toMatchObject([{ skuId: 'K1', feedId }]);

      // The same SKU again, and the answer to the deletion of its feed is lost.
      simulator.faults.add({ endpoint: '/catalog/feed/delete/', fault: 'commit-then-drop' });
      expect((await failureOf(loadFile(file))).code).toBe('tiktok_unavailable');
      expect(await loadFile(file)).toMatchObject({ rows: 2, feedId: null });
      expect(products()).toMatchObject([
        { skuId: 'K1', feedId: '0' },
        { skuId: 'K2', feedId: '0' },
      ]);
      expect(feeds().filter((feed) => feed.catalogId === of.catalogId)).toEqual([]);
      expect(committed('/catalog/feed/delete/')).toHaveLength(1);

      // And back: another feed, not the outcome of the first.
      later();
      const second = await load('/feed.csv');
      expect(second.feedId).not.toBe(feedId);
      expect(products()).toMatchObject([{ skuId: 'K1', feedId: second.feedId }]);
    });
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
