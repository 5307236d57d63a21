import { sql } from 'kysely';
import type { Database } from '../../src/store/database.js';

/**
 * The pixel code of a tenant as soon as there is one: what a client's web team would be handed. From the intent of its creation, which
 * is settled before any projection tells of it, or from the projection where the pixel was adopted.
 */
export async function pixelCodeOf(db: Database, slug: string): Promise<string | null> {
  const { rows } = await sql<{ code: string | null }>`
    select remote_ids->>'pixelCode' as code from intents where slug = ${slug} and remote_ids ? 'pixelCode'
    union all
    select id from remote_ids where slug = ${slug} and kind = 'pixelCode'
    limit 1`.execute(db);
  return rows[0]?.code ?? null;
}
