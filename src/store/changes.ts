import { sql } from 'kysely';
import type { Database } from './database.js';

export interface Change {
  readonly slug: string;
  /** When its projection was saved, by the database's clock. */
  readonly at: Date;
}

/** The database's own time, which projections are stamped with. */
export async function databaseTime(db: Database): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return rows[0]?.now ?? new Date();
}

/**
 * When a projection was last saved: of one tenant, or of any. What a page says that was made after this call is at least as new.
 *
 * @returns the beginning of 1970 when none was saved yet
 */
export async function newestChange(db: Database, slug?: string): Promise<Date> {
  const all = db.selectFrom('onboardings').select(({ fn }) => fn.max('updated_at').as('at'));
  const row = await (slug === undefined ? all : all.where('slug', '=', slug)).executeTakeFirst();
  return row?.at ?? new Date(0);
}

/** Onboardings whose projection was saved after an instant, the newest 1,000 of them, oldest first. */
export async function changedSince(db: Database, since: Date): Promise<Change[]> {
  const rows = await db
    .selectFrom('onboardings')
    .select(['slug', 'updated_at'])
    .where('updated_at', '>', since)
    .orderBy('updated_at', 'desc')
    .limit(1_000)
    .execute();
  return rows.map(({ slug, updated_at: at }) => ({ slug, at })).toReversed();
}
