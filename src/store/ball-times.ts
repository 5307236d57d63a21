import { sql } from 'kysely';
import type { Ball } from '../contract/checklist.js';
import type { Database } from './database.js';

export interface BallTime {
  readonly ball: Ball;
  /** Milliseconds during which at least one step waited for this side; steps that waited side by side count once. */
  readonly ms: number;
  /** Whether this side has the ball of some step now. */
  readonly now: boolean;
}

/**
 * How long the ball of the present onboarding lay with each side, longest first; a side that never had it is left out. The clock of a wait
 * that goes on runs to `now`, and stops when the onboarding ends. Two sides may have the ball of different steps at the same time.
 */
export async function ballTimes(db: Database, slug: string, now: Date): Promise<BallTime[]> {
  const { rows } = await sql<{ ball: Ball; ms: number; now: boolean }>`
    with run as (
      select started_at, case when state in ('live', 'cancelled') then updated_at else ${now}::timestamptz end as until
      from onboardings where slug = ${slug}
    ), begun as (
      -- A wait that continue-as-new interrupted is saved as running and as waiting, both since the same instant.
      select distinct on (s.step, s.since) s.step, s.since, s.ball
      from step_spans s, run where s.slug = ${slug} and s.since >= run.started_at order by s.step, s.since, s.ball is null
    ), spans as (
      select ball, since, lead(since) over (partition by step order by since) as ended from begun
    ), waits as (
      select ball, ended is null and until = ${now}::timestamptz as open, tstzrange(since, least(coalesce(ended, until), until)) as during
      from spans, run where ball is not null and since < least(coalesce(ended, until), until)
    ), together as (select ball, bool_or(open) as now, range_agg(during) as during from waits group by ball)
    select ball, now, (
      select sum(extract(epoch from upper(part) - lower(part))) * 1000 from unnest(during) as part)::float8 as ms
    from together order by ms desc, ball`.execute(db);
  return rows;
}
