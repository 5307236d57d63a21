import { Context } from '@temporalio/activity';
import { z } from 'zod';
import { evidenceHash } from '../domain/evidence.js';
import { type FeedProduct, PRODUCTS_PER_UPLOAD } from '../domain/feed-rows.js';
import { beat, progressBefore } from './attempts.js';
import { stepFailure } from './failure.js';
import type { TikTokCalls } from '../tiktok/calls.js';

/** What one attempt leaves to the next: which batches of which feed are up. */
const progressSchema = z.object({ feed: z.string(), feedLogIds: z.array(z.string()) });

const POLL_MS = 1_000;
const WAIT_MS = 30_000;

/** Whether TikTok has finished a batch; `FAILED` is finished too, the review names it. */
async function finished(tiktok: TikTokCalls, of: { bcId: string; catalogId: string }, feedLogId: string): Promise<boolean> {
  const { product_feed_log: log } = await tiktok.productLog({ bc_id: of.bcId, catalog_id: of.catalogId, feed_log_id: feedLogId });
  return log.process_status !== 'WAITING' && log.process_status !== 'PROCESSING';
}

/**
 * Loads products in batches of 5,000. TikTok takes one write per catalog at a time (facts 5.2), so a batch waits for the one before;
 * every batch is an upsert by SKU, so one whose answer was lost is sent again without harm.
 *
 * @returns the ids of TikTok's logs, one per batch
 * @throws ApplicationFailure `tiktok_conflict`, retryable, when a batch takes longer than 30 s; the next attempt goes on after it
 */
export async function uploadProducts(
  tiktok: TikTokCalls,
  of: { bcId: string; catalogId: string },
  products: readonly FeedProduct[],
): Promise<string[]> {
  const context = Context.current();
  const feed = evidenceHash(products);
  const left = progressSchema.safeParse(progressBefore());
  const feedLogIds = left.success && left.data.feed === feed ? left.data.feedLogIds : [];
  for (let start = feedLogIds.length * PRODUCTS_PER_UPLOAD; start < products.length; start += PRODUCTS_PER_UPLOAD) {
    const before = feedLogIds.at(-1);
    for (let waitedMs = 0; before !== undefined && !(await finished(tiktok, of, before)); waitedMs += POLL_MS) {
      if (waitedMs >= WAIT_MS)
        throw stepFailure('tiktok_conflict', `TikTok still works on the batch ${before} of the catalog ${of.catalogId}`);
      beat({ feed, feedLogIds });
      await context.sleep(POLL_MS);
    }
    const batch = products.slice(start, start + PRODUCTS_PER_UPLOAD).map((product) => ({ ...product }));
    const { feed_log_id } = await tiktok.productUpload({ bc_id: of.bcId, catalog_id: of.catalogId, products: batch });
    feedLogIds.push(feed_log_id);
    beat({ feed, feedLogIds });
  }
  return feedLogIds;
}
