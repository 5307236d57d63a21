import { type Kysely, sql } from 'kysely';

/**
 * Conversion events that came in, one row each: the ledger of what was decided and, of those that go to TikTok, the queue of what waits.
 * Identifiers of persons stand in it only as TikTok takes them, hashed. Days are partitions, so that old ones go away as a whole; what
 * comes in before its day's partition is made stays in the default one, so that nothing is lost.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create sequence event_ids as bigint`.execute(db);
  await sql`create table events (
    id bigint not null,
    received_at timestamptz not null,
    slug text not null,
    name text,
    event_id text,
    source text check (source in ('web', 'app', 'offline', 'crm')),
    state text not null check (state in ('waiting', 'sent', 'parked', 'refused', 'unmapped', 'dropped')),
    reason text,
    field text,
    event text,
    event_source_id text,
    test_event_code text,
    payload jsonb,
    map_version text not null,
    next_at timestamptz,
    attempts integer not null default 0,
    leased_until timestamptz,
    settled_at timestamptz,
    code integer,
    request_id text,
    primary key (received_at, id),
    check (state not in ('waiting', 'sent', 'parked') or (event is not null and event_source_id is not null)),
    check (state <> 'waiting' or (payload is not null and next_at is not null))
  ) partition by range (received_at)`.execute(db);
  await sql`create table events_default partition of events default`.execute(db);
  await sql`create index events_due on events (event_source_id, next_at) where state = 'waiting'`.execute(db);
  await sql`create index events_of_tenant on events (slug, received_at desc)`.execute(db);
  await sql`create index events_by_event_id on events (slug, event_id) where event_id is not null`.execute(db);
  await sql`create index events_by_id on events (id)`.execute(db);
  // TikTok drops a second event of the same key within 48 hours; this is how we never send one.
  await sql`create table event_keys (
    key bytea primary key,
    event_row bigint not null default nextval('event_ids'),
    first_at timestamptz not null
  )`.execute(db);
  await sql`create index event_keys_by_age on event_keys using brin (first_at)`.execute(db);
}
