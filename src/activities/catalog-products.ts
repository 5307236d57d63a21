import type { ActivityDependencies } from './dependencies.js';
import { everyPage, type ProductRow, type TikTokCalls } from '../tiktok/calls.js';

interface OfCatalog {
  readonly bcId: string;
  readonly catalogId: string;
}

/** TikTok takes at most so many SKUs in one deletion (facts 5.2). */
const SKUS_PER_DELETION = 1_000;

export async function productsOf(tiktok: TikTokCalls, { bcId, catalogId }: OfCatalog): Promise<ProductRow[]> {
  return everyPage(async (page) => {
    const { list, page_info } = await tiktok.productGet({ bc_id: bcId, catalog_id: catalogId, page, page_size: 500 });
    return { rows: list, page_info };
  });
}

/** Takes out of the catalog what the tenant's feed no longer has; a rejected product would stay rejected there for ever. */
export async function removeProducts(
  { tiktok, log }: Pick<ActivityDependencies, 'tiktok' | 'log'>,
  of: OfCatalog,
  keep: ReadonlySet<string>,
): Promise<void> {
  const skus = (await productsOf(tiktok, of)).map((row) => row.sku_id).filter((sku) => !keep.has(sku));
  if (skus.length > 0) log.info({ catalogId: of.catalogId, products: skus.length }, 'products that the feed no longer has are removed');
  for (let start = 0; start < skus.length; start += SKUS_PER_DELETION) {
    const sku_ids = skus.slice(start, start + SKUS_PER_DELETION);
    await tiktok.productDelete({ bc_id: of.bcId, catalog_id: of.catalogId, sku_ids });
  }
}
