import { type Kysely, sql } from 'kysely';

/** What sending needs: the oldest due events over all destinations, a breaker per destination, and every answer that TikTok gave. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create index events_oldest_due on events (next_at) where state = 'waiting'`.execute(db);
  await sql`create table event_breakers (
    event_source_id text primary key,
    state text not null check (state in ('closed', 'open', 'half_open')),
    failures integer not null default 0,
    open_until timestamptz,
    reason text,
    changed_at timestamptz not null
  )`.execute(db);
}
