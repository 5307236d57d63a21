import type { Database } from '../store/database.js';
import { listIntents } from '../store/intents.js';

/** Kinds of the intents that make and remove catalogs. */
export const CREATE_CATALOG = 'create_catalog';
export const DELETE_CATALOG = 'delete_catalog';

/**
 * The key of a tenant's next catalog. A deletion that happened opens the next one: a tenant may start again after cancel, and an
 * intent keeps its one outcome for ever.
 */
export async function catalogKey(db: Database, slug: string, bcId: string): Promise<string> {
  const intents = await listIntents(db, slug);
  const deleted = intents.filter(
    (intent) => intent.kind === DELETE_CATALOG && intent.state === 'confirmed' && intent.request.bcId === bcId,
  );
  return `${slug}/${CREATE_CATALOG}/${bcId}/${deleted.length + 1}`;
}
