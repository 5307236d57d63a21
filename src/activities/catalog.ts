import type { OnboardingActivities } from '../contract/onboarding-activities.js';
import { catalogName } from '../domain/naming.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { readFeed } from './feed.js';
import { uploadProducts } from './product-upload.js';
import { once, onceSettled, reconcileByReading } from './once.js';
import { catalogKey, CREATE_CATALOG } from './catalogs.js';
import { readCatalogReview } from './catalog-review.js';
import { everyPage, type TikTokCalls } from '../tiktok/calls.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile' | 'hosts' | 'allowLoopback'>;
type Step = Pick<
  OnboardingActivities,
  'findCatalog' | 'createCatalog' | 'reconcileCatalog' | 'loadFeed' | 'readCatalogReview' | 'bindEventSource'
>;

async function catalogsNamed(tiktok: TikTokCalls, bcId: string, name: string): Promise<string[]> {
  const rows = await everyPage(async (page) => {
    const { list, page_info } = await tiktok.catalogGet({ bc_id: bcId, page, page_size: 100 });
    return { rows: list, page_info };
  });
  return rows.filter((row) => row.catalog_name === name).map((row) => row.catalog_id);
}

/** A feed at an address becomes TikTok's own daily load; it is found by its name, or made once. */
async function scheduledFeed(
  deps: Deps,
  of: { slug: string; bcId: string; catalogId: string; timeZone: string },
  uri: string,
): Promise<string> {
  const { tiktok } = deps;
  const { slug, bcId, catalogId, timeZone } = of;
  const name = catalogName(slug);
  const find = async (): Promise<{ feedId: string }[]> => {
    const { feed_list } = await tiktok.feedGet({ bc_id: bcId, catalog_id: catalogId });
    return feed_list.filter((row) => row.feed_name === name).map((row) => ({ feedId: row.feed_id }));
  };
  const [present] = await find();
  if (present) return present.feedId;
  const plan = { key: `${slug}/create_feed/${catalogId}`, slug, kind: 'create_feed', request: { catalogId, name, uri } };
  const made = await onceSettled(
    deps,
    plan,
    async (signal) => {
      const schedule = { source: { uri }, interval_type: 'DAILY' as const, interval_count: 1, timezone: timeZone, hour: 3, minute: 0 };
      const created = await tiktok.feedCreate(
        { bc_id: bcId, catalog_id: catalogId, feed_name: name, update_mode: 'OVERWRITE', schedule_param: schedule },
        { signal },
      );
      return { feedId: created.feed_id };
    },
    find,
  );
  return made.feedId ?? '';
}

/** The product catalog (facts 5): found by its exact name or created once, its feed checked and loaded, its review read. */
export function createCatalogActivities(deps: Deps): Step {
  const { tiktok, db } = deps;
  return {
    async findCatalog({ bcId, name }) {
      const named = await catalogsNamed(tiktok, bcId, name);
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
        (await catalogsNamed(tiktok, bcId, name)).map((catalogId) => ({ catalogId })),
      );
      return settled.found ? { found: true, value: { catalogId: settled.value.catalogId ?? '' } } : { found: false };
    },

    async loadFeed({ slug, bcId, catalogId, tenant, settings }) {
      const feed = tenant.catalog?.feed;
      if (!feed) throw stepFailure('feed_unreachable', `the tenant file of ${slug} names no product feed`);
      const { rows, products } = await readFeed(deps, feed, tenant.currency, settings.allowLoopback);
      if (feed.kind === 'file') return { rows, feedLogIds: await uploadProducts(tiktok, { bcId, catalogId }, products), feedId: null };
      return { rows, feedLogIds: [], feedId: await scheduledFeed(deps, { slug, bcId, catalogId, timeZone: tenant.timeZone }, feed.url) };
    },

    async readCatalogReview({ bcId, catalogId, feedLogIds }) {
      return readCatalogReview(tiktok, { bcId, catalogId }, feedLogIds);
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
