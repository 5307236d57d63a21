import { type Kysely, sql } from 'kysely';

/** Event settings by version, the write keys by which senders hand events in, and files of events that were handed in piece by piece. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table event_settings (
    slug text not null,
    version integer not null check (version > 0),
    settings jsonb not null,
    origin text not null check (origin in ('onboarding', 'people')),
    set_by text not null,
    set_at timestamptz not null,
    primary key (slug, version)
  )`.execute(db);
  await sql`create table event_write_keys (
    id text primary key,
    slug text not null,
    key_hash bytea not null unique,
    name text not null,
    origins text[] not null default '{}',
    made_by text not null,
    made_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz
  )`.execute(db);
  await sql`create index event_write_keys_of_tenant on event_write_keys (slug, made_at desc)`.execute(db);
  await sql`create table event_uploads (
    id text primary key,
    slug text not null,
    file_name text not null,
    format text not null check (format in ('csv', 'jsonl')),
    source text not null check (source in ('web', 'app', 'offline', 'crm')),
    event_name text not null default '',
    time_zone text not null default '',
    content_hash text not null,
    size_bytes bigint not null,
    received_bytes bigint not null default 0,
    lines_done bigint not null default 0,
    state text not null check (state in ('receiving', 'importing', 'done', 'failed')),
    counts jsonb not null default '{}',
    unknown_columns text[] not null default '{}',
    problem text,
    leased_until timestamptz,
    made_by text not null,
    made_at timestamptz not null,
    changed_at timestamptz not null,
    unique (slug, content_hash, source, event_name, time_zone)
  )`.execute(db);
  await sql`create index event_uploads_open on event_uploads (changed_at) where state in ('receiving', 'importing')`.execute(db);
  await sql`create table event_upload_errors (
    upload_id text not null references event_uploads (id) on delete cascade,
    line bigint not null,
    field text not null,
    reason text not null,
    sentence text not null,
    primary key (upload_id, line)
  )`.execute(db);
}
