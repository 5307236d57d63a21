import { type Kysely, sql } from 'kysely';

/** The end of the line of callers who were told to come back when an endpoint's slots are near. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table rate_slots add column returning_at timestamptz`.execute(db);
}
