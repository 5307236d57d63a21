import { type Kysely, sql } from 'kysely';

/** Keys that sign decisions, by their certificates, and the looks back at decisions for which an admin broke the glass. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table signing_keys (
    key_id text primary key,
    root_public_key text not null,
    certificate jsonb not null,
    not_after timestamptz not null,
    created_at timestamptz not null
  )`.execute(db);
  await sql`create index signing_keys_newest on signing_keys (root_public_key, created_at desc)`.execute(db);
  await sql`create table reviews (
    slug text not null,
    decision_id text not null,
    gate text not null,
    revision integer not null,
    verdict text not null,
    admin text not null,
    reason text not null,
    started_by text not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    outcome text check (outcome in ('confirmed', 'objected')),
    reviewed_by text,
    reviewed_at timestamptz,
    remark text,
    primary key (slug, decision_id)
  )`.execute(db);
  await sql`create index reviews_open on reviews (due_at) where outcome is null`.execute(db);
}
