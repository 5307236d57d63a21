import { type Kysely, sql } from 'kysely';

/** What a finished run knew, so that a later amendment of a live tenant starts from it and runs only what the change affects. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table live_states (
    slug text primary key,
    state jsonb not null,
    saved_at timestamptz not null
  )`.execute(db);
}
