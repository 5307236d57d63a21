import { type Kysely, sql } from 'kysely';

/** Who is signed in at the desk, the tokens that people carry, and what they say about gates. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table desk_sessions (
    token_hash text primary key,
    person text not null,
    csrf_token text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`.execute(db);
  await sql`create table access_tokens (
    token_hash text primary key,
    person text not null,
    label text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_used_at timestamptz
  )`.execute(db);
  await sql`create index access_tokens_by_person on access_tokens (person, created_at)`.execute(db);
  await sql`create table gate_comments (
    id bigint generated always as identity primary key,
    slug text not null,
    gate text not null,
    revision integer not null,
    person text not null,
    text text not null,
    at timestamptz not null
  )`.execute(db);
  await sql`create index gate_comments_by_gate on gate_comments (slug, gate, at)`.execute(db);
}
