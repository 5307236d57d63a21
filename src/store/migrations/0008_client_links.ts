import { type Kysely, sql } from 'kysely';

/** Links by which clients answer without an account, and the files that they hand in. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table client_links (
    id bigint generated always as identity primary key,
    token_hash text not null unique,
    slug text not null,
    purpose text not null check (purpose in ('spark_code', 'music_licence', 'verification_papers', 'account_link')),
    item text,
    address text,
    why text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    used_at timestamptz,
    handed_in text,
    busy_until timestamptz,
    check ((item is not null) = (purpose in ('spark_code', 'music_licence')))
  )`.execute(db);
  await sql`create index client_links_by_tenant on client_links (slug, id)`.execute(db);
  await sql`create table client_files (
    slug text not null,
    sha256 text not null,
    link_id bigint not null references client_links (id),
    name text not null,
    media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    size integer not null,
    bytes bytea not null,
    uploaded_at timestamptz not null,
    primary key (slug, sha256)
  )`.execute(db);
  // What is compressed already gains nothing from another try.
  await sql`alter table client_files alter column bytes set storage external`.execute(db);
}
