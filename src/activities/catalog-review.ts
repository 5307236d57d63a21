import type { CatalogReview } from '../contract/onboarding-activities.js';
import { stepFailure } from './failure.js';
import { everyPage, type FeedLog, type ProductRow, type TikTokCalls } from '../tiktok/calls.js';

interface OfCatalog {
  readonly bcId: string;
  readonly catalogId: string;
}

const SHOWN = 20;

/** What TikTok did not even take in, by field and SKU. */
function refusals(log: FeedLog): string[] {
  const groups = log.feed_log_data?.error_affected_products ?? [];
  return groups.flatMap(({ field, issue, affected_product_item_list: items }) =>
    (items ?? []).map(({ sku_id }) => `SKU ${sku_id || '(none)'}: ${field ?? 'row'}: ${issue ?? 'refused'}`),
  );
}

function rejectedProduct({ sku_id, title, audit }: ProductRow): CatalogReview['rejected'][number] {
  const reasons = (audit?.rejected_info ?? []).map(({ reason, suggestion }) => [reason, suggestion].filter(Boolean).join(' '));
  return { skuId: sku_id, title, reasons };
}

/**
 * Where the review of a catalog's products stands (facts 5.2); rejected ones by name with TikTok's reasons.
 *
 * @throws ApplicationFailure `feed_invalid` naming the SKUs that TikTok did not take in
 */
export async function readCatalogReview(
  tiktok: TikTokCalls,
  { bcId, catalogId }: OfCatalog,
  feedLogIds: readonly string[],
): Promise<CatalogReview> {
  const of = { bc_id: bcId, catalog_id: catalogId };
  const logs = await Promise.all(feedLogIds.map((feedLogId) => tiktok.productLog({ ...of, feed_log_id: feedLogId })));
  const failed = logs.filter(({ product_feed_log: log }) => log.process_status === 'FAILED');
  const lines = logs.flatMap(({ product_feed_log: log }) => refusals(log));
  if (failed.length > 0 || lines.length > 0) {
    const shown = lines.length > SHOWN ? [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`] : lines;
    const what =
      shown.length > 0 ? shown.join('; ') : `its log is ${failed.map(({ product_feed_log: log }) => log.process_status).join(', ')}`;
    throw stepFailure('feed_invalid', `TikTok did not take in the whole feed of the catalog ${catalogId}: ${what}`, { details: shown });
  }
  const loading = logs.some(({ product_feed_log: log }) => log.process_status === 'WAITING' || log.process_status === 'PROCESSING');
  const overview = await tiktok.catalogOverview(of);
  const { approved, processing } = overview;
  if (overview.rejected === 0) return { loading, processing, approved, rejected: [] };
  const products = await everyPage(async (page) => {
    const { list, page_info } = await tiktok.productGet({ ...of, page, page_size: 500 });
    return { rows: list, page_info };
  });
  return { loading, processing, approved, rejected: products.filter((row) => row.audit?.audit_status === 'rejected').map(rejectedProduct) };
}
