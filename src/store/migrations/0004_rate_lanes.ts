import { type Kysely, sql } from 'kysely';

/** Calls of an endpoint in lanes, so that a late one delays few others, and the line of callers who come back when slots are near. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table rate_slots
    add column lane integer not null default 1,
    add column lanes timestamptz[] not null default '{}',
    add column held_up_ms float8[] not null default '{}',
    add column returning_at timestamptz`.execute(db);
}
