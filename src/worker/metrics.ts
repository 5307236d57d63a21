import type { MetricMeter } from '@temporalio/common';
import { sql } from 'kysely';
import type { Database } from '../store/database.js';

export interface AnsweredCall {
  readonly endpoint: string;
  /** TikTok's code, 0 for success, or the class of what went wrong before there was one. */
  readonly code: number | string;
  readonly ms: number;
}

/** Counts TikTok's answers by endpoint and code, and how long they took. */
export function callMetrics(meter: MetricMeter): (call: AnsweredCall) => void {
  const calls = meter.createCounter('kobi_tiktok_calls', 'call', "TikTok's answers by endpoint and code");
  const duration = meter.createHistogram('kobi_tiktok_call_milliseconds', 'int', 'ms', "How long TikTok's answers took");
  return ({ endpoint, code, ms }) => {
    calls.add(1, { endpoint, code: String(code) });
    duration.record(Math.round(ms), { endpoint });
  };
}

const AGES = ['under_1_day', '1_to_3_days', 'over_3_days'] as const;

interface StepCount {
  readonly step: string;
  readonly state: string;
  readonly count: number;
}
interface GateCount {
  readonly gate: string;
  readonly age: (typeof AGES)[number];
  readonly count: number;
}

async function countSteps(db: Database): Promise<readonly StepCount[]> {
  const { rows } = await sql<StepCount>`
    select step->>'id' as step, step->>'state' as state, count(*)::int as count
    from onboardings, jsonb_array_elements(status->'steps') as step
    group by 1, 2`.execute(db);
  return rows;
}

async function countGates(db: Database): Promise<readonly GateCount[]> {
  const { rows } = await sql<GateCount>`
    select gate, case when now() - opened_at < interval '1 day' then 'under_1_day' when now() - opened_at < interval '3 days' then '1_to_3_days' else 'over_3_days' end as age,
      count(*)::int as count
    from gates where state = 'open' group by 1, 2`.execute(db);
  return rows;
}

/**
 * Steps by state and open gates by age, read from the projection every `everyMs`. Every worker reports the same numbers: take the
 * maximum over workers, not the sum. A label that fell to nothing is set to 0, so that it does not stay.
 *
 * @returns stops the reading
 */
export function reportCounts({
  meter,
  db,
  everyMs,
  onError,
}: {
  meter: MetricMeter;
  db: Database;
  everyMs: number;
  onError: (error: unknown) => void;
}): () => void {
  const steps = meter.createGauge('kobi_steps', 'int', 'step', 'Steps of all onboardings by step and state');
  const gates = meter.createGauge('kobi_gates_open', 'int', 'gate', 'Open gates by age');
  let shownSteps: readonly StepCount[] = [];
  let shownGates: readonly GateCount[] = [];
  const report = async (): Promise<void> => {
    const [newSteps, newGates] = await Promise.all([countSteps(db), countGates(db)]);
    for (const { step, state } of shownSteps) steps.set(0, { step, state });
    for (const { gate, age } of shownGates) gates.set(0, { gate, age });
    for (const { step, state, count } of newSteps) steps.set(count, { step, state });
    for (const { gate, age, count } of newGates) gates.set(count, { gate, age });
    shownSteps = newSteps;
    shownGates = newGates;
  };
  const tick = (): void => void report().catch(onError);
  tick();
  const timer = setInterval(tick, everyMs);
  return () => clearInterval(timer);
}
