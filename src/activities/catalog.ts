import type { OnboardingActivities } from '../contract/onboarding-activities.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { readFeed } from './feed.js';
import { uploadProducts } from './product-upload.js';
import { once, reconcileByReading } from './once.js';
import { removeProducts } from './catalog-products.js';
import { deleteScheduledFeeds, scheduleFeed } from './scheduled-feed.js';
import { catalogKey, CREATE_CATALOG } from './catalogs.js';
import { readCatalogReview } from './catalog-review.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'lists' | 'db' | 'log' | 'reconcile' | 'hosts' | 'allowLoopback'>;
type Step = Pick<
  OnboardingActivities,
  'findCatalog' | 'createCatalog' | 'reconcileCatalog' | 'loadFeed' | 'readCatalogReview' | 'bindEventSource'
>;

async function catalogsNamed({ lists }: Deps, bcId: string, name: string): Promise<string[]> {
  const rows = await lists.catalogs(bcId);
  return rows.filter((row) => row.catalog_name === name).map((row) => row.catalog_id);
}

/** The product catalog (facts 5): found by its exact name or created once, its feed checked and loaded, its review read. */
export function createCatalogActivities(deps: Deps): Step {
  const { tiktok, db } = deps;
  return {
    async findCatalog({ bcId, name }) {
      const named = await catalogsNamed(deps, bcId, name);
      if (named.length > 1)
        throw stepFailure('catalog_ambiguous', `${named.length} catalogs are named ${name}: ${named.join(', ')}`, { details: named });
      return { catalogId: named[0] ?? null };
    },

    async createCatalog({ slug, bcId, name, country, currency }) {
      const plan = { key: await catalogKey(db, slug, bcId), slug, kind: CREATE_CATALOG, request: { bcId, name } };
      const ids = await once(deps, plan, async (signal) => {
        const created = await tiktok.catalogCreate(
          { bc_id: bcId, name, catalog_type: 'ECOM', catalog_conf: { region_code: country, currency } },
          { signal },
        );
        return { catalogId: created.catalog_id };
      });
      return { catalogId: ids.catalogId ?? '' };
    },

    async reconcileCatalog({ slug, bcId, name }) {
      const key = await catalogKey(db, slug, bcId);
      const settled = await reconcileByReading(deps, key, async () =>
        (await catalogsNamed(deps, bcId, name)).map((catalogId) => ({ catalogId })),
      );
      return settled.found ? { found: true, value: { catalogId: settled.value.catalogId ?? '' } } : { found: false };
    },

    async loadFeed({ slug, bcId, catalogId, tenant, settings }) {
      const feed = tenant.catalog?.feed;
      if (!feed) throw stepFailure('feed_unreachable', `the tenant file of ${slug} names no product feed`);
      const { rows, products } = await readFeed(deps, feed, tenant.currency, settings.allowLoopback);
      const of = { slug, bcId, catalogId, timeZone: tenant.timeZone };
      if (feed.kind === 'url') return { rows, ...(await scheduleFeed(deps, of, feed.url)) };
      await deleteScheduledFeeds(deps, slug, of);
      await removeProducts(deps, of, new Set(products.map((product) => product.sku_id)));
      return { rows, feedLogIds: await uploadProducts(tiktok, of, products), feedId: null };
    },

    async readCatalogReview(input) {
      return readCatalogReview(deps, input);
    },

    async bindEventSource({ bcId, advertiserId, catalogId, pixelCode }) {
      const { event_sources: bound } = await tiktok.eventSourceBindGet({ bc_id: bcId, catalog_id: catalogId });
      if (!bound.some((source) => source.pixel_code === pixelCode)) {
        await tiktok.eventSourceBind({ bc_id: bcId, advertiser_id: advertiserId, catalog_id: catalogId, pixel_code: pixelCode });
      }
      return { bound: true };
    },
  };
}
