import { type Kysely, sql } from 'kysely';

/** Who is told what by which channel, apart from the outbox, so that one channel that fails holds up no other. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table notifications add column routed_at timestamptz`.execute(db);
  await sql`create index notifications_unrouted on notifications (id) where routed_at is null and delivered_at is null`.execute(db);
  await sql`create table deliveries (
    id bigint generated always as identity primary key,
    notification_id bigint not null references notifications (id) on delete cascade,
    channel text not null,
    target text not null,
    created_at timestamptz not null,
    next_at timestamptz not null,
    attempts integer not null default 0,
    leased_until timestamptz,
    outcome text check (outcome in ('delivered', 'outdated', 'given_up')),
    settled_at timestamptz,
    last_error text not null default '',
    unique (notification_id, channel, target)
  )`.execute(db);
  await sql`create index deliveries_due on deliveries (channel, next_at) where settled_at is null`.execute(db);
  await sql`create index deliveries_of_target on deliveries (channel, target, next_at) where settled_at is null`.execute(db);
}
