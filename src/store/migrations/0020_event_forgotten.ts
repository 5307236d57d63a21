import { type Kysely, sql } from 'kysely';

/** Persons who asked to be forgotten while a file was on its way, by hash, until that file is imported or given up. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table event_forgotten (
    upload_id text not null references event_uploads (id) on delete cascade,
    field text not null check (field in ('email', 'phone', 'external_id')),
    hash text not null,
    primary key (upload_id, field, hash)
  )`.execute(db);
}
