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
  const of = slugs === undefined ? sql`true` : sql`c.slug = any(${[...slugs]}::text[])`;
  const [states, balls, steps, waits, ages] = await Promise.all([
    sql<{ state: OnboardingStateName; count: number }>`
      select state, count(*)::int as count from onboardings where ${mine} group by state order by count desc`.execute(db),
    sql<{ ball: Ball; steps: number; oldest_ms: number }>`
      select c.ball, count(*)::int as steps, (extract(epoch from ${now}::timestamptz - min(c.since)) * 1000)::float8 as oldest_ms
      from step_clocks c join onboardings o on o.slug = c.slug and o.state not in ('live', 'cancelled')
      where ${of} and c.state in ('waiting_on', 'parked') and c.ball is not null group by c.ball order by steps desc`.execute(db),
    sql<{ step: StepId; count: number; seconds: number[] }>`
      select c.step, count(*)::int as count,
        percentile_cont(array[0.5, 0.95]::float8[]) within group (order by extract(epoch from c.ended - c.began)::float8) as seconds
      from step_clocks c where ${of} and c.ended is not null group by c.step`.execute(db),
    sql<{ ended: number; on_time: number }>`
      select coalesce(sum(c.waits_ended), 0)::int as ended, coalesce(sum(c.waits_on_time), 0)::int as on_time from step_clocks c where ${of}`.execute(
      db,
    ),
    sql<{ days: number; count: number }>`
      select ceil(extract(epoch from ${now}::timestamptz - started_at) / 86400)::int as days, count(*)::int as count from onboardings
      where state not in ('live', 'cancelled') and ${mine} group by 1`.execute(db),
  ]);
  return {
    states: states.rows,
    balls: balls.rows.map(({ ball, steps: count, oldest_ms: oldestMs }) => ({ ball, steps: count, oldestMs })),
    steps: steps.rows
      .map(({ step, count, seconds: [p50 = 0, p95 = 0] }) => ({ step, count, p50Ms: p50 * 1_000, p95Ms: p95 * 1_000 }))
      .toSorted((a, b) => b.p95Ms - a.p95Ms),
    waits: { ended: waits.rows[0]?.ended ?? 0, onTime: waits.rows[0]?.on_time ?? 0 },
    ages: AGES.map(({ label, days }, index) => ({
      label,
      count: ages.rows
        .filter((row) => row.days <= days && row.days > (AGES[index - 1]?.days ?? Number.NEGATIVE_INFINITY))
        .reduce((sum, row) => sum + row.count, 0),
    })),
  };
}
