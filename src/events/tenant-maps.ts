import { prepareMap, type PreparedMap } from '../domain/events/prepared-map.js';
import type { Database } from '../store/database.js';
import { getEventSettings } from '../store/event-settings.js';

/** Tenants whose map stays in memory. */
const KEPT = 500;

export interface TenantMaps {
  /** The map of settings that are at least of this version. */
  of(slug: string, version: number): Promise<PreparedMap | undefined>;
  /** The map that counts now; undefined where the tenant has no event settings. */
  now(slug: string): Promise<PreparedMap | undefined>;
}

/** The event maps of tenants, each prepared once per version of its settings. */
export function createTenantMaps(db: Database): TenantMaps {
  const kept = new Map<string, { readonly version: number; readonly prepared: PreparedMap }>();
  async function now(slug: string): Promise<PreparedMap | undefined> {
    const saved = await getEventSettings(db, slug);
    if (!saved) return undefined;
    const known = kept.get(slug);
    const prepared = known?.version === saved.version ? known.prepared : prepareMap(saved.settings);
    kept.delete(slug);
    kept.set(slug, { version: saved.version, prepared });
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return prepared;
  }
  return {
    now,
    async of(slug, version) {
      const known = kept.get(slug);
      return known && known.version >= version ? known.prepared : now(slug);
    },
  };
}
