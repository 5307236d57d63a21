import type { LoadedFeed } from '../contract/onboarding-activities.js';
import { catalogName } from '../domain/naming.js';
import type { ActivityDependencies } from './dependencies.js';
import { onceSettled } from './once.js';
import { removeProducts } from './catalog-products.js';
import { type Intent, listIntents, readIntent } from '../store/intents.js';
import type { FeedRun, FeedSchedule, ScheduledFeedRow, TikTokCalls } from '../tiktok/calls.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile'>;
interface OfCatalog {
  readonly bcId: string;
  readonly catalogId: string;
}

const DELETE_FEED = 'delete_feed';

async function deletions({ db }: Deps, slug: string, catalogId: string): Promise<Intent[]> {
  return (await listIntents(db, slug)).filter(({ kind, request }) => kind === DELETE_FEED && request.catalogId === catalogId);
}

/** The key of a catalog's next feed: one that was deleted, because a file took its place, opens the next. */
async function feedKey(deps: Deps, slug: string, catalogId: string): Promise<string> {
  const deleted = (await deletions(deps, slug, catalogId)).filter(({ state }) => state === 'confirmed').length;
  return [slug, 'create_feed', catalogId, ...(deleted === 0 ? [] : [deleted + 1])].join('/');
}

/**
 * Makes room for a file in a catalog that a scheduled feed loads: a SKU stays with the feed that brought it (facts 5.2), so the feed's
 * products go first, then the feed, while it is still listed for a next attempt. Without such a feed nothing happens.
 */
export async function deleteScheduledFeeds(deps: Deps, slug: string, of: OfCatalog): Promise<void> {
  const { tiktok, log } = deps;
  const listed = (await feedsOf(tiktok, slug, of)).map((row) => row.feed_id);
  // A deletion whose answer was lost is settled by reading.
  const open = (await deletions(deps, slug, of.catalogId)).filter(({ state }) => state === 'sent' || state === 'unknown');
  for (const feedId of new Set([...listed, ...open.map(({ request }) => String(request.feedId))])) {
    log.info({ catalogId: of.catalogId, feedId }, 'the scheduled feed and its products make room for a file');
    await removeProducts(deps, of, new Set());
    const plan = { key: `${slug}/${DELETE_FEED}/${of.catalogId}/${feedId}`, slug, kind: DELETE_FEED, request: { ...of, feedId } };
    await onceSettled(
      deps,
      plan,
      async (signal) => {
        await tiktok.feedDelete({ bc_id: of.bcId, catalog_id: of.catalogId, feed_id: feedId }, { signal });
        return { feedId };
      },
      async () => ((await feedsOf(tiktok, slug, of)).some((row) => row.feed_id === feedId) ? [] : [{ feedId }]),
    );
  }
}

/** The feeds that carry the tenant's name; lists may lag, so none is no proof. */
export async function feedsOf(tiktok: TikTokCalls, slug: string, { bcId, catalogId }: OfCatalog): Promise<ScheduledFeedRow[]> {
  const { feed_list } = await tiktok.feedGet({ bc_id: bcId, catalog_id: catalogId });
  return feed_list.filter((row) => row.feed_name === catalogName(slug));
}

const startOf = (run: FeedRun): string => run.update_time?.start_time ?? '';
const isAtWork = ({ update_status: { process_status: status } }: FeedRun): boolean => status === 'WAITING' || status === 'PROCESSING';

/** A feed's loads, the latest first, with a mark that is another one as soon as there is a further load; loads have no ids (facts 5.3). */
export async function feedRuns(
  tiktok: TikTokCalls,
  { bcId, catalogId }: OfCatalog,
  feedId: string,
): Promise<{ latest: FeedRun | undefined; atWork: boolean; mark: string; markBefore: string }> {
  const { feed_logs } = await tiktok.feedLog({ bc_id: bcId, catalog_id: catalogId, feed_id: feedId });
  const runs = [...feed_logs].sort((a, b) => startOf(b).localeCompare(startOf(a)));
  const markOf = (some: readonly FeedRun[]): string => `${some.length}@${some[0] ? startOf(some[0]) : ''}`;
  return {
    latest: runs[0],
    atWork: runs.some(isAtWork),
    mark: markOf(runs),
    markBefore: markOf(runs.filter((run) => !isAtWork(run))),
  };
}

/** TikTok fetches the address every night and replaces what the feed loaded before. */
function schedule(uri: string, timeZone: string): FeedSchedule {
  return {
    update_mode: 'OVERWRITE',
    schedule_param: { source: { uri }, interval_type: 'DAILY', interval_count: 1, timezone: timeZone, hour: 3, minute: 0 },
  };
}

/**
 * A feed at an address becomes TikTok's own daily load: made once and found by its name, moved when the address is another one, and
 * loaded again at once when the address is the same and nothing loads it now, because its content may be mended.
 */
export async function scheduleFeed(
  deps: Deps,
  of: OfCatalog & { slug: string; timeZone: string },
  uri: string,
): Promise<Omit<LoadedFeed, 'rows'>> {
  const { tiktok } = deps;
  const { slug, bcId, catalogId, timeZone } = of;
  const inCatalog = { bc_id: bcId, catalog_id: catalogId };
  const wanted = schedule(uri, timeZone);
  const [present] = await feedsOf(tiktok, slug, of);
  if (!present) {
    const key = await feedKey(deps, slug, catalogId);
    const known = await readIntent(deps.db, key);
    // What a file brought before belongs to no feed, and a SKU stays where it came in first (facts 5.2).
    if (!known || known.state === 'absent') await removeProducts(deps, of, new Set());
    const plan = {
      key,
      slug,
      kind: 'create_feed',
      request: { catalogId, name: catalogName(slug), uri },
    };
    const made = await onceSettled(
      deps,
      plan,
      async (signal) => ({
        feedId: (await tiktok.feedCreate({ ...inCatalog, ...wanted, feed_name: catalogName(slug) }, { signal })).feed_id,
      }),
      async () => (await feedsOf(tiktok, slug, of)).map((row) => ({ feedId: row.feed_id })),
    );
    return { feedLogIds: [], feedId: made.feedId ?? '', since: '0@' };
  }
  const feedId = present.feed_id;
  const { atWork, mark, markBefore } = await feedRuns(tiktok, of, feedId);
  if (present.last_update_param?.uri !== uri) {
    await tiktok.feedUpdate({ ...inCatalog, ...wanted, feed_id: feedId });
    return { feedLogIds: [], feedId, since: mark };
  }
  if (atWork) return { feedLogIds: [], feedId, since: markBefore };
  const { feed_log_id } = await tiktok.productFile({ ...inCatalog, feed_id: feedId, file_url: uri, update_mode: 'OVERWRITE' });
  return { feedLogIds: [feed_log_id], feedId, since: mark };
}
