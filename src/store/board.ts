import { sql } from 'kysely';
import type { Ball, OnboardingStateName, StepId } from '../contract/checklist.js';
import type { Database } from './database.js';

/** What the board shows; durations in milliseconds. */
export interface BoardFacts {
  readonly states: readonly { readonly state: OnboardingStateName; readonly count: number }[];
  /** Steps that wait for somebody now, by who has the ball. */
  readonly balls: readonly { readonly ball: Ball; readonly steps: number; readonly oldestMs: number }[];
  /** Time from a step's beginning to its end, over tenants where it ended. */
  readonly steps: readonly { readonly step: StepId; readonly count: number; readonly p50Ms: number; readonly p95Ms: number }[];
  /** Waits that ended: how many before they were expected to. */
  readonly waits: { readonly ended: number; readonly onTime: number };
  /** Onboardings that are under way, by age in days. */
  readonly ages: readonly { readonly label: string; readonly count: number }[];
}

const AGES = [
  { label: 'up to 1 day', days: 1 },
  { label: '2 to 3 days', days: 3 },
  { label: '4 to 7 days', days: 7 },
  { label: '8 to 14 days', days: 14 },
  { label: '15 to 30 days', days: 30 },
  { label: 'over 30 days', days: Number.POSITIVE_INFINITY },
] as const;

/** Counts and clocks over all tenants, or over those of `slugs`. */
export async function boardFacts(db: Database, now: Date, slugs?: readonly string[]): Promise<BoardFacts> {
  const mine = slugs === undefined ? sql`true` : sql`slug = any(${[...slugs]}::text[])`;
  const [states, balls, steps, waits, ages] = await Promise.all([
    sql<{ state: OnboardingStateName; count: number }>`
      select state, count(*)::int as count from onboardings where ${mine} group by state order by count desc`.execute(db),
    sql<{ ball: Ball; steps: number; oldest_ms: number }>`
      with latest as (
        select distinct on (slug, step) slug, step, state, ball, since from step_spans where ${mine} order by slug, step, since desc)
      select l.ball, count(*)::int as steps, (extract(epoch from ${now}::timestamptz - min(l.since)) * 1000)::float8 as oldest_ms
      from latest l join onboardings o on o.slug = l.slug and o.state not in ('live', 'cancelled')
      where l.state in ('waiting_on', 'parked') and l.ball is not null group by l.ball order by steps desc`.execute(db),
    sql<{ step: StepId; count: number; p50: number; p95: number }>`
      with ends as (
        select slug, step, min(since) as began, max(since) filter (where state in ('done', 'skipped')) as ended
        from step_spans where ${mine} group by slug, step)
      select step, count(*)::int as count,
        (percentile_cont(0.5) within group (order by extract(epoch from ended - began)) * 1000)::float8 as p50,
        (percentile_cont(0.95) within group (order by extract(epoch from ended - began)) * 1000)::float8 as p95
      from ends where ended is not null group by step order by p95 desc`.execute(db),
    sql<{ ended: number; on_time: number }>`
      with waits as (
        select expected_by, lead(since) over (partition by slug, step order by since) as ended
        from step_spans where ${mine} and (state = 'waiting_on' or state in ('running', 'done', 'skipped', 'parked')))
      select count(*) filter (where ended is not null and expected_by is not null)::int as ended,
        count(*) filter (where ended <= expected_by)::int as on_time from waits`.execute(db),
    sql<{ days: number }>`
      select ceil(extract(epoch from ${now}::timestamptz - started_at) / 86400)::int as days from onboardings
      where state not in ('live', 'cancelled') and ${mine}`.execute(db),
  ]);
  return {
    states: states.rows,
    balls: balls.rows.map(({ ball, steps: count, oldest_ms: oldestMs }) => ({ ball, steps: count, oldestMs })),
    steps: steps.rows.map(({ step, count, p50, p95 }) => ({ step, count, p50Ms: p50, p95Ms: p95 })),
    waits: { ended: waits.rows[0]?.ended ?? 0, onTime: waits.rows[0]?.on_time ?? 0 },
    ages: AGES.map(({ label, days }, index) => ({
      label,
      count: ages.rows.filter((row) => row.days <= days && row.days > (AGES[index - 1]?.days ?? Number.NEGATIVE_INFINITY)).length,
    })),
  };
}
