import { type Kysely, sql } from 'kysely';

/** What the events of a tenant came to, hour by hour of their arrival, so that a page about a million of them reads 168 rows. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table event_hours (
    slug text not null,
    hour timestamptz not null,
    facts jsonb not null,
    open integer not null,
    primary key (slug, hour)
  )`.execute(db);
  await sql`create index event_hours_by_age on event_hours (hour)`.execute(db);
}
