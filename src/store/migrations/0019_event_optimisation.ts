import { type Kysely, sql } from 'kysely';

/** What tells for what ads can optimise: installs of an app are few and found at once, and hours that were added up without payments are added up anew. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index events_installs on events (slug, received_at) where event = 'InstallApp'`.execute(db);
  await sql`delete from event_hours`.execute(db);
}
