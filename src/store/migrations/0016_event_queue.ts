import { type Kysely, sql } from 'kysely';

/** What sending needs: what waits by destination and age, what is parked, breakers, and every request that was not simply accepted. */
export async function up(db: Kysely<never>): Promise<void> {
  // When an attempt of unknown outcome may have reached TikTok first: its window of deduplication counts from there.
  await sql`alter table events add column maybe_sent_at timestamptz`.execute(db);
  await sql`create index events_waiting on events (event_source_id, received_at) where state = 'waiting'`.execute(db);
  await sql`create index events_parked on events (slug, received_at) where state = 'parked'`.execute(db);
  await sql`create table event_breakers (
    event_source_id text primary key,
    state text not null check (state in ('closed', 'open', 'half_open')),
    failures integer not null default 0,
    open_until timestamptz,
    reason text,
    code integer,
    request_id text,
    changed_at timestamptz not null,
    check (state = 'closed' or open_until is not null)
  )`.execute(db);
  await sql`create table event_attempts (
    id bigint generated always as identity primary key,
    event_source_id text not null,
    at timestamptz not null,
    event_rows bigint[] not null,
    outcome text not null,
    certain boolean not null,
    code integer,
    request_id text,
    detail text
  )`.execute(db);
  await sql`create index event_attempts_by_event on event_attempts using gin (event_rows) with (fastupdate = on)`.execute(db);
  await sql`create index event_attempts_by_age on event_attempts using brin (at)`.execute(db);
}
