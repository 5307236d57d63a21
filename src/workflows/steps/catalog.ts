import { catalogName } from '../../domain/naming.js';
import { failureOf, park } from '../failures.js';
import { poll } from '../polling.js';
import { done, skipped, type OnboardingRun, type StepOutcome } from '../run.js';
import { counted } from '../../domain/counted.js';

/** Finds or creates the catalog, loads the feed, waits for TikTok's product review, binds the pixel as event source. */
export async function catalog(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, settings, progress } = run.state;
  if (!tenant.catalog) return skipped('the tenant sells no products');
  const name = catalogName(run.slug);
  const bcId = settings.bcId;

  if (progress.catalogId === undefined) {
    await run.whileNotPaused();
    const found = await run.act.read.findCatalog.executeWithOptions({ summary: `look for catalog ${name}` }, [{ ...run.advertiser, name }]);
    const catalogId =
      found.catalogId ??
      (
        await run.once(
          () =>
            run.act.irreversible.createCatalog.executeWithOptions({ summary: `create catalog ${name}` }, [
              { ...run.advertiser, name, country: tenant.country, currency: tenant.currency },
            ]),
          () =>
            run.act.reconcile.reconcileCatalog.executeWithOptions({ summary: `find out whether ${name} was created` }, [
              { ...run.advertiser, name },
            ]),
        )
      ).catalogId;
    progress.catalogId = catalogId;
    run.willUndo('catalog', { kind: 'delete_catalog', bcId, catalogId });
    run.note('catalog', 'catalog exists', { catalogId });
  }
  const { catalogId } = progress;

  if (!progress.feed) {
    await run.whileNotPaused();
    progress.feed = await run.act.write.loadFeed.executeWithOptions({ summary: 'validate and load the product feed' }, [
      { ...run.advertiser, catalogId, tenant, settings },
    ]);
    const { feedId } = progress.feed;
    if (feedId !== null) run.note('catalog', 'feed loaded', { feedId });
    else {
      // A file has taken the place of the address, and the feed is gone.
      const { feedId: _gone, ...remoteIds } = run.record('catalog').remoteIds;
      run.change('catalog', { remoteIds });
    }
  }
  const { feedLogIds, feedId, since, rows } = progress.feed;
  const scheduled =
    feedId !== null && tenant.catalog.feed.kind === 'url'
      ? {
          scheduled: {
            feedId,
            since: since ?? '',
            url: tenant.catalog.feed.url,
            currency: tenant.currency,
            allowLoopback: settings.allowLoopback,
          },
        }
      : {};

  const review = await poll(run, 'wait for TikTok’s product review', async () => {
    const answer = await run.act.read.readCatalogReview
      .executeWithOptions({ summary: 'read the product review' }, [{ ...run.advertiser, catalogId, feedLogIds, ...scheduled }])
      .catch((error: unknown) => {
        // The log of a load says the same for ever: after the feed is mended it must be loaded again.
        if (failureOf(error)?.code === 'feed_invalid') delete progress.feed;
        throw error;
      });
    if (!answer.loading && answer.processing === 0 && answer.approved + answer.rejected.length > 0) return answer;
    run.waitOn('catalog', 'tiktok', `TikTok reviews the products (${rows} loaded)`, 24 * 3_600_000);
    return undefined;
  });
  run.goOn('catalog');
  if (review.rejected.length > 0) {
    // The feed may be mended under the same name: the next run loads it again.
    delete progress.feed;
    park(
      'products_rejected',
      `TikTok rejected ${counted(review.rejected.length, 'product')}: ${review.rejected.map((product) => product.skuId).join(', ')}`,
      review.rejected.map((product) => `${product.skuId} ${product.title}: ${product.reasons.join('; ')}`),
    );
  }

  const pixelCode = progress.pixel?.pixelCode;
  if (!progress.catalogBound && pixelCode !== undefined) {
    run.willUndo('catalog', { kind: 'unbind_event_source', bcId, advertiserId: run.advertiser.advertiserId, catalogId, pixelCode });
    await run.whileNotPaused();
    await run.act.write.bindEventSource.executeWithOptions({ summary: `bind pixel ${pixelCode} as event source of the catalog` }, [
      { ...run.advertiser, catalogId, pixelCode },
    ]);
    progress.catalogBound = true;
  }
  return done(`${name}: ${counted(review.approved, 'product')} approved, pixel bound as event source`);
}
