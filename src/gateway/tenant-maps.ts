import { prepareMap, type PreparedMap } from '../domain/events/prepared-map.js';
import type { Database } from '../store/database.js';
import { getEventSettings } from '../store/event-settings.js';

/** Tenants whose map stays in memory. */
const KEPT = 500;

/**
 * The event maps of tenants, each prepared once per version of its settings. Which version counts is asked anew for every request, so
 * that new settings count at once in every process.
 */
export function createTenantMaps(db: Database): (slug: string, version: number) => Promise<PreparedMap | undefined> {
  const kept = new Map<string, { readonly version: number; readonly prepared: PreparedMap }>();
  return async (slug, version) => {
    const known = kept.get(slug);
    if (known && known.version >= version) return known.prepared;
    const saved = await getEventSettings(db, slug);
    if (!saved) return undefined;
    const prepared = prepareMap(saved.settings);
    kept.delete(slug);
    kept.set(slug, { version: saved.version, prepared });
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return prepared;
  };
}
