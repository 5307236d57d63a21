import { type AssetRow, type CatalogRow, everyPage, type TikTokCalls } from '../tiktok/calls.js';
import { sharedReading } from './shared-reading.js';

/** Whole lists of a Business Center, by its id. They grow with every tenant, and every onboarding looks through them several times. */
export interface BusinessCenterLists {
  advertisers(bcId: string): Promise<readonly AssetRow[]>;
  tikTokAccounts(bcId: string): Promise<readonly AssetRow[]>;
  catalogs(bcId: string): Promise<readonly CatalogRow[]>;
}

/**
 * @param tiktok calls that end with no activity, because each list serves several
 * @param closing ends them when the worker does
 */
export function createBusinessCenterLists(tiktok: TikTokCalls, closing?: AbortSignal): BusinessCenterLists {
  const options = closing === undefined ? {} : { signal: closing };
  const assets = (asset_type: 'ADVERTISER' | 'TT_ACCOUNT') =>
    sharedReading(`assets ${asset_type}`, (bc_id) =>
      everyPage(async (page) => {
        const { list, page_info } = await tiktok.assetGet({ bc_id, asset_type, page, page_size: 50 }, options);
        return { rows: list, page_info };
      }),
    );
  return {
    advertisers: assets('ADVERTISER'),
    tikTokAccounts: assets('TT_ACCOUNT'),
    catalogs: sharedReading('catalogs', (bc_id) =>
      everyPage(async (page) => {
        const { list, page_info } = await tiktok.catalogGet({ bc_id, page, page_size: 100 }, options);
        return { rows: list, page_info };
      }),
    ),
  };
}
