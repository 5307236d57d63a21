import type { CatalogReview, OnboardingActivities } from '../contract/onboarding-activities.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { readFeed } from './feed.js';
import { productsOf } from './catalog-products.js';
import { feedRuns } from './scheduled-feed.js';
import type { FeedLog, ProductRow } from '../tiktok/calls.js';
import { counted } from '../domain/counted.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'hosts' | 'allowLoopback'>;
type Input = Parameters<OnboardingActivities['readCatalogReview']>[0];
type Scheduled = NonNullable<Input['scheduled']>;

const SHOWN = 20;

/** With a picture of these statuses a product stays `processing` until it gets another one (facts 5.2). */
const PICTURE_PROBLEMS: Readonly<Record<string, string>> = {
  FILTERED: 'it is smaller than 500x500',
  FAIL: 'TikTok could not process it',
  NO_FOUND: 'TikTok did not find it at its address',
  NOT_FOUND: 'TikTok did not find it at its address',
  NOT_SUPPORTED: 'its format is neither JPG nor PNG',
};

/** What TikTok did not even take in, by field and SKU. */
function refusals(log: FeedLog): string[] {
  const groups = log.feed_log_data?.error_affected_products ?? [];
  return groups.flatMap(({ field, issue, affected_product_item_list: items }) =>
    (items ?? []).map(({ sku_id }) => `SKU ${sku_id || '(none)'}: ${field ?? 'row'}: ${issue ?? 'refused'}`),
  );
}

function notTakenIn(catalogId: string, lines: readonly string[], otherwise: string): Error {
  const shown = lines.length > SHOWN ? [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`] : lines;
  const what = shown.length > 0 ? shown.join('; ') : otherwise;
  return stepFailure('feed_invalid', `TikTok did not take in the whole feed of the catalog ${catalogId}: ${what}`, { details: shown });
}

/**
 * Whether TikTok still loads a scheduled feed. Its log only counts errors (facts 5.3), so the SKUs that are in the feed and not in the
 * catalog are the rows that it refused.
 */
async function isLoading(deps: Deps, { bcId, catalogId }: Input, scheduled: Scheduled): Promise<boolean> {
  const of = { bcId, catalogId };
  const { latest, atWork, mark } = await feedRuns(deps.tiktok, of, scheduled.feedId);
  if (!latest || atWork || mark === scheduled.since) return true;
  const { process_status: status, error_count: errors } = latest.update_status;
  if (status === 'FAILED') throw notTakenIn(catalogId, [], `TikTok's own load of ${scheduled.url} failed`);
  if (!errors) return false;
  const { url, currency, allowLoopback } = scheduled;
  const { products } = await readFeed(deps, { kind: 'url', url }, currency, allowLoopback);
  const taken = new Set((await productsOf(deps.tiktok, of)).map((row) => row.sku_id));
  const lines = products.flatMap(({ sku_id: sku }) => (taken.has(sku) ? [] : [`SKU ${sku}: in the feed, and not taken into the catalog`]));
  throw notTakenIn(catalogId, lines, `its log counts ${counted(errors, 'row')} with errors`);
}

/** Why a product will not be approved as it is; undefined while its review goes on, or after it was approved. */
function rejection({ sku_id, title, audit, image_status: picture }: ProductRow): CatalogReview['rejected'][number] | undefined {
  if (audit?.audit_status === 'rejected') {
    const reasons = (audit.rejected_info ?? []).map(({ reason, suggestion }) => [reason, suggestion].filter(Boolean).join(' '));
    return { skuId: sku_id, title, reasons };
  }
  const problem = PICTURE_PROBLEMS[picture ?? ''];
  return audit?.audit_status === 'approved' || problem === undefined
    ? undefined
    : { skuId: sku_id, title, reasons: [`its picture is ${picture}: ${problem}`] };
}

/**
 * Where the review of a catalog's products stands (facts 5.2); those that TikTok will not approve by name, with its reasons.
 *
 * @throws ApplicationFailure `feed_invalid` naming the SKUs that TikTok did not take in
 */
export async function readCatalogReview(deps: Deps, input: Input): Promise<CatalogReview> {
  const { tiktok } = deps;
  const { catalogId, feedLogIds, scheduled } = input;
  const of = { bc_id: input.bcId, catalog_id: catalogId };
  const answers = await Promise.all(feedLogIds.map((feedLogId) => tiktok.productLog({ ...of, feed_log_id: feedLogId })));
  const logs = answers.map((answer) => answer.product_feed_log);
  const lines = logs.flatMap(refusals);
  if (lines.length > 0 || logs.some((log) => log.process_status === 'FAILED')) throw notTakenIn(catalogId, lines, 'its log is FAILED');
  // What we sent ourselves has logs of its own, which say more.
  const bySchedule = scheduled !== undefined && feedLogIds.length === 0;
  const loading = bySchedule
    ? await isLoading(deps, input, scheduled)
    : logs.some((log) => log.process_status === 'WAITING' || log.process_status === 'PROCESSING');
  const { approved, rejected, processing } = await tiktok.catalogOverview(of);
  if (rejected === 0 && (loading || processing === 0)) return { loading, processing, approved, rejected: [] };
  const products = await productsOf(tiktok, input);
  const refused = products.flatMap((row) => rejection(row) ?? []);
  const stuck = products.filter((row) => row.audit?.audit_status === 'processing' && rejection(row) !== undefined).length;
  return { loading, processing: Math.max(0, processing - stuck), approved, rejected: refused };
}
