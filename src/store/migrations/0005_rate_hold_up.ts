import { type Kysely, sql } from 'kysely';

/** By how much all slots of an endpoint have moved because their holders were late. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table rate_slots add column held_up_ms float8 not null default 0`.execute(db);
}
