import { type Kysely, sql } from 'kysely';

/**
 * One row for each step of each tenant, so that the board counts tens of thousands of rows and not every span that ever was: when the
 * step began and ended, where it stands, and how many of its waits ended and did so on time.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table step_clocks (
    slug text not null,
    step text not null,
    began timestamptz not null,
    ended timestamptz,
    state text not null,
    ball text,
    since timestamptz not null,
    expected_by timestamptz,
    waits_ended integer not null default 0,
    waits_on_time integer not null default 0,
    primary key (slug, step)
  )`.execute(db);
  await sql`insert into step_clocks (slug, step, began, ended, state, ball, since, expected_by, waits_ended, waits_on_time)
    select slug, step, min(since), max(since) filter (where state in ('done', 'skipped')),
      (array_agg(state order by since desc))[1], (array_agg(ball order by since desc))[1], max(since),
      (array_agg(expected_by order by since desc))[1],
      count(*) filter (where next is not null and expected_by is not null)::int, count(*) filter (where next <= expected_by)::int
    from (select *, lead(since) over (partition by slug, step order by since) as next from step_spans) as spans
    group by slug, step`.execute(db);
}
