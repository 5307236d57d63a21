import type { Child } from '../scripts/stack/child.js';
import type { Contender } from './contenders.js';
import { type Measured, underLoad } from './load.js';
import { each, type Observed, observed } from './observed.js';
import type { BenchStack } from './stack.js';

export interface Round extends Measured, Observed {
  readonly name: Contender['name'];
  /** Means over a sample of the onboardings. */
  readonly workflowTasks: number;
  readonly historyEvents: number;
  readonly historyKiB: number;
  /** Seconds of CPU of an onboarding by process. */
  readonly cpuSecondsEach: Readonly<Record<string, number>>;
  /** Calls to TikTok by endpoint, warm-up included. */
  readonly calls: Readonly<Record<string, number>>;
}

const SAMPLE = 10;

let rounds = 0;

/** The prefix of a round's slugs; no two rounds share a tenant. */
export function newRound(): string {
  rounds += 1;
  return `bench_r${rounds}`;
}

async function histories(stack: BenchStack, workflowIds: readonly string[]) {
  const read = await Promise.all(workflowIds.map((id) => stack.client.workflow.getHandle(id).fetchHistory()));
  const described = await Promise.all(workflowIds.map((id) => stack.client.workflow.getHandle(id).describe()));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return {
    historyEvents: mean(read.map(({ events }) => events?.length ?? 0)),
    workflowTasks: mean(read.map(({ events }) => (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes).length)),
    historyKiB: mean(described.map(({ historySize }) => (historySize ?? 0) / 1024)),
  };
}

/** One whole onboarding: started, decided as soon as its gate is open, ended. */
export async function onboard(contender: Contender, slug: string, index: number): Promise<void> {
  await contender.start(slug, index);
  await contender.atGate(slug);
  await contender.decide(slug);
  await contender.ended(slug);
}

/** Measures one contender with a worker of its own, after a warm-up that counts for nothing but the calls. */
export async function measureRound(
  stack: BenchStack,
  contender: Contender,
  { count, inFlight, warmUp }: { readonly count: number; readonly inFlight: number; readonly warmUp: number },
): Promise<Round> {
  const round = newRound();
  const slugOf = (index: number): string => `${round}_${index}`;
  await contender.tiktok.seed(count + warmUp);
  const worker: Child = await contender.startWorker();
  try {
    await underLoad({ count: warmUp, inFlight: warmUp, run: (index) => onboard(contender, slugOf(index), index) });
    const { result, observed: seen } = await observed({ ...stack.processes, worker: worker.process.pid ?? 0 }, () =>
      underLoad({ count, inFlight, run: (index) => onboard(contender, slugOf(index + warmUp), index + warmUp) }),
    );
    const calls = await contender.tiktok.callsByPath();
    const every = Math.max(1, Math.floor(count / SAMPLE));
    const sample = Array.from({ length: Math.min(SAMPLE, count) }, (_, nth) => contender.workflowId(slugOf(warmUp + nth * every)));
    const cpuSecondsEach = each(seen.cpuSeconds, count);
    return { name: contender.name, ...result, ...seen, cpuSecondsEach, calls, ...(await histories(stack, sample)) };
  } finally {
    await worker.stop();
  }
}
