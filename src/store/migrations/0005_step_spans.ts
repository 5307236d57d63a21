import { type Kysely, sql } from 'kysely';

/**
 * How long each step of each tenant lay with whom, for the board; and the ways in which people search: a piece of a name, and TikTok's
 * request id of a parked step.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table step_spans (
    slug text not null,
    step text not null,
    since timestamptz not null,
    state text not null,
    ball text,
    expected_by timestamptz,
    primary key (slug, step, since, state)
  )`.execute(db);
  await sql`create index step_spans_by_step on step_spans (step, slug, since)`.execute(db);
  await sql`create index ledger_by_request_id on ledger ((payload->>'requestId')) where kind = 'step_parked'`.execute(db);
  await sql`create index onboardings_by_name on onboardings (lower(legal_name) text_pattern_ops)`.execute(db);
  await sql`create index onboardings_by_slug_prefix on onboardings (slug text_pattern_ops)`.execute(db);
  await sql`create index gates_open_by_candidate on gates using gin (candidates) where state = 'open'`.execute(db);
}
