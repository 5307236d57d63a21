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
