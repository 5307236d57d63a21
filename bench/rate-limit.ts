import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type CallTimes, busyWhileWaiting, type Sample } from './busy.js';
import { engineOf } from './contenders.js';
import { GateWatch } from './gate-watch.js';
import { newRound, onboard } from './round.js';
import { type BenchStack, startBenchStack, type Store } from './stack.js';

export interface RateLimitResult {
  readonly benchmark: 'rate-limit';
  readonly store: Store;
  readonly perSecond: number;
  readonly onboardings: number;
  readonly seconds: number;
  readonly busiest: string;
  /** Calls to the busiest endpoint, and how many an unthrottled run would have made. */
  readonly calls: number;
  /** Seconds in which calls to it waited, and the part of them in which the endpoint was at its limit. */
  readonly waitingSeconds: number;
  readonly busy: number;
  /** Answers with code 40100, over all endpoints; must be 0. */
  readonly throttled: number;
  readonly callsByPath: Readonly<Record<string, number>>;
}

const SAMPLE_MS = 500;
const THROTTLED = 40100;

/** Endpoints for which calls wait now: in the limiter's queue, or handed back to Temporal until their slot is near. */
async function waitedFor(stack: BenchStack, workflowIds: readonly string[], spacingMs: number): Promise<Set<string>> {
  const { rows } = await sql<{ endpoint: string }>`
    select split_part(endpoint, ' ', 2) as endpoint from rate_slots
    where next_at > clock_timestamp() + ${spacingMs} * interval '1 millisecond'`.execute(stack.db);
  const waiting = new Set(rows.map(({ endpoint }) => endpoint));
  const described = await Promise.all(
    workflowIds.map((workflowId) =>
      stack.client.workflowService.describeWorkflowExecution({ namespace: stack.namespace, execution: { workflowId } }),
    ),
  );
  for (const { pendingActivities } of described) {
    for (const { lastFailure } of pendingActivities ?? []) {
      const endpoint = /^(\/\S+): the next free slot/.exec(lastFailure?.message ?? '')?.[1];
      if (endpoint !== undefined) waiting.add(endpoint);
    }
  }
  return waiting;
}

/** Starts so many onboardings at once where TikTok lets only so many calls a second through, and watches its busiest endpoint. */
export async function measureRateLimit({
  store,
  perSecond,
  onboardings,
  onProgress,
}: {
  readonly store: Store;
  readonly perSecond: number;
  readonly onboardings: number;
  readonly onProgress: (line: string) => void;
}): Promise<RateLimitResult> {
  const stack = await startBenchStack({ store, rateLevel: String(perSecond), onProgress });
  const watch = new GateWatch(stack.db);
  try {
    const engine = await engineOf(stack, watch);
    const round = newRound();
    await engine.tiktok.seed(onboardings);
    await engine.tiktok.settings({ rateLimit: { qps: perSecond } });
    const worker = await engine.startWorker();
    const running = new Set(Array.from({ length: onboardings }, (_, index) => `${round}_${index}`));
    const samples: Sample[] = [];
    let sampling = true;
    const sampler = (async () => {
      while (sampling) {
        const started = [...running].map(engine.workflowId);
        const waiting = await waitedFor(stack, started, 1_000 / perSecond).catch(() => new Set<string>());
        samples.push({ atMs: Date.now(), waiting });
        await delay(SAMPLE_MS);
      }
    })();
    onProgress(`${onboardings} onboardings at once, ${perSecond} calls a second to each endpoint`);
    const begun = Date.now();
    await Promise.all(
      [...running].map(async (slug, index) => {
        await onboard(engine, slug, index);
        running.delete(slug);
      }),
    );
    const seconds = (Date.now() - begun) / 1_000;
    sampling = false;
    await sampler;
    await worker.stop();
    const calls = await engine.tiktok.calls();
    const callsByPath = await engine.tiktok.callsByPath();
    const [busiest = '', count = 0] = Object.entries(callsByPath).toSorted(([, a], [, b]) => b - a)[0] ?? [];
    const times: CallTimes = { arrivedMs: calls.filter(({ path }) => path === busiest).map(({ wallMs }) => wallMs), perSecond };
    return {
      benchmark: 'rate-limit',
      store,
      perSecond,
      onboardings,
      seconds,
      busiest,
      calls: count,
      ...busyWhileWaiting(times, busiest, samples),
      throttled: calls.filter(({ code }) => code === THROTTLED).length,
      callsByPath,
    };
  } catch (error) {
    onProgress(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  } finally {
    await watch.stop();
    await stack.stop();
  }
}
