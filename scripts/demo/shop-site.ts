import { PIXEL_SCRIPT, type PageSettings, pageSettings } from '../../src/events/site/page-settings.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { snippetHtml } from '../../src/events/site/snippet.js';
import type { Database } from '../../src/store/database.js';
import { getEventSettings } from '../../src/store/event-settings.js';
import { createWriteKey } from '../../src/store/event-write-keys.js';
import { NONCE, serveSite, type Site } from '../stack/site.js';
import { OPS } from './script.js';

export interface ShopSite extends Site {
  /** What the snippet in the pages says, the write key in it included. */
  readonly page: PageSettings;
}

/** The example shop on loopback, with the tenant's snippet in its pages as `kobi events snippet` prints it. */
export async function openShop(
  db: Database,
  slug: string,
  { gatewayUrl, simulatorUrl }: { readonly gatewayUrl: string; readonly simulatorUrl: string },
): Promise<ShopSite> {
  const saved = await getEventSettings(db, slug);
  if (!saved) throw new Error(`${slug} has no event settings: its onboarding saves them with the pixel`);
  const prepared = prepareMap(saved.settings);
  let page: PageSettings | undefined;
  const site = await serveSite({
    folder: 'examples/sites/shop',
    connectSrc: [gatewayUrl, simulatorUrl],
    async snippet(origin) {
      const about = { name: 'shop pages', origins: [origin], madeBy: OPS, expiresAt: null };
      const { key } = await createWriteKey(db, slug, about, new Date());
      page = pageSettings(prepared, {
        slug,
        gateway: { address: gatewayUrl, key },
        pixelScript: `${simulatorUrl}${new URL(PIXEL_SCRIPT).pathname}`,
        consentBy: 'page',
        listen: true,
      });
      if (!page) throw new Error(`${slug} has no pixel`);
      return snippetHtml(page, { slug, mapVersion: prepared.version, nonce: NONCE });
    },
  });
  if (!page) throw new Error('the shop was opened without its snippet');
  return { ...site, page };
}
