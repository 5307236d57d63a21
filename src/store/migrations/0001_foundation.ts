import { type Kysely, sql } from 'kysely';

/** Statements one by one: pg prepares each, and an error names the one that failed. */
const STATEMENTS = [
  sql`create table ledger (
    slug text not null,
    seq integer not null check (seq > 0),
    prev text not null check (prev ~ '^[0-9a-f]{64}$'),
    hash text not null check (hash ~ '^[0-9a-f]{64}$'),
    kind text not null,
    key text not null,
    actor text not null,
    payload jsonb not null,
    at timestamptz(3) not null,
    primary key (slug, seq),
    unique (slug, key)
  )`,
  sql`create function ledger_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'the ledger is append-only: % is refused', tg_op using errcode = 'restrict_violation';
    end
  $$`,
  sql`create trigger ledger_rows_stay before update or delete on ledger for each row execute function ledger_is_append_only()`,
  sql`create trigger ledger_stays before truncate on ledger for each statement execute function ledger_is_append_only()`,
  sql`create table intents (
    key text primary key,
    slug text not null,
    kind text not null,
    request jsonb not null default '{}',
    state text not null check (state in ('planned', 'sent', 'confirmed', 'unknown', 'absent')),
    attempts integer not null default 0,
    remote_ids jsonb not null default '{}',
    detail text not null default '',
    planned_at timestamptz not null,
    sent_at timestamptz,
    settled_at timestamptz
  )`,
  sql`create index intents_by_slug on intents (slug)`,
  sql`create table remote_ids (
    slug text not null,
    kind text not null,
    id text not null,
    primary key (kind, id, slug)
  )`,
  // What one tenant owns; a Business Center or a billing group is shared by all.
  sql`create unique index remote_ids_of_one_tenant on remote_ids (kind, id) where kind in ('advertiserId', 'pixelId', 'pixelCode', 'catalogId')`,
  sql`create index remote_ids_by_id on remote_ids (id)`,
  sql`create table onboardings (
    slug text primary key,
    workflow_id text not null unique,
    run_id text not null,
    started_at timestamptz not null,
    version bigint not null,
    legal_name text not null,
    vertical text not null,
    mode text not null,
    state text not null,
    started_by text not null,
    tenant_hash text not null,
    balls text[] not null,
    failure_codes text[] not null,
    due_at timestamptz,
    percent integer not null check (percent between 0 and 100),
    status jsonb not null,
    updated_at timestamptz not null
  )`,
  sql`create index onboardings_by_state on onboardings (state, due_at)`,
  sql`create table gates (
    slug text not null references onboardings (slug),
    gate text not null,
    revision integer not null,
    state text not null,
    evidence_hash text not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    expires_at timestamptz not null,
    needed integer not null,
    approvals integer not null,
    candidates text[] not null,
    primary key (slug, gate)
  )`,
  sql`create index gates_open on gates (due_at) where state = 'open'`,
  sql`create table secrets (
    ref text primary key,
    key_id text not null,
    nonce bytea not null,
    ciphertext bytea not null,
    created_at timestamptz not null default now()
  )`,
  sql`create table rate_slots (
    endpoint text primary key,
    next_at timestamptz not null,
    day date not null,
    day_count integer not null
  )`,
  sql`create table notifications (
    id bigint generated always as identity primary key,
    slug text not null,
    key text not null,
    kind text not null,
    gate text,
    at timestamptz not null,
    body jsonb not null,
    delivered_at timestamptz,
    unique (slug, key)
  )`,
  sql`create index notifications_undelivered on notifications (id) where delivered_at is null`,
];

/** Everything that outlives a run: the ledger, what was sent to TikTok, the lists that pages show, secrets, the limiter's slots. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
