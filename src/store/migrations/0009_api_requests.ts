import { type Kysely, sql } from 'kysely';

/** What was asked over HTTP under an idempotency key, and the answer. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table api_requests (
    person text not null,
    key text not null,
    request_hash text not null,
    busy_until timestamptz not null,
    expires_at timestamptz not null,
    status integer,
    body text,
    primary key (person, key),
    check ((status is null) = (body is null))
  )`.execute(db);
  await sql`create index api_requests_by_expiry on api_requests (expires_at)`.execute(db);
}
