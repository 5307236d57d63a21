import { setTimeout as delay } from 'node:timers/promises';
import { median, medianRatio } from './arithmetic.js';
import { bareOf, type Contender, engineOf } from './contenders.js';
import { GateWatch } from './gate-watch.js';
import { type Measured, underLoad } from './load.js';
import { cpuOf, each, observed } from './observed.js';
import { usageOf } from './process-usage.js';
import { newRound } from './round.js';
import { type ContenderName, startBenchStack, type Store } from './stack.js';

export interface PausedResult {
  readonly benchmark: 'paused';
  readonly store: Store;
  readonly cache: number;
  readonly few: number;
  readonly many: number;
  /** Worker memory in MiB with few and with many onboardings at their gate. */
  readonly fewMiB: number;
  readonly manyMiB: number;
  readonly memoryRatio: number;
  /** Part by part what was decided and ended; in the end all have. */
  readonly drained: readonly Readonly<Record<ContenderName, Drained>>[];
  /** The engine's onboardings per second by those of the bare workflow: median of the parts. */
  readonly drainRatio: number;
  /** The same of CPU: what the bare workflow uses by what the engine uses. */
  readonly drainCpuRatio: number;
}

export interface Drained extends Measured {
  /** Seconds of CPU of an onboarding, from decision to end, by process. */
  readonly cpuSecondsEach: Readonly<Record<string, number>>;
}

export interface PausedSettings {
  readonly store: Store;
  readonly cache: number;
  readonly few: number;
  readonly many: number;
  readonly inFlight: number;
  /** Parts in which all are decided, the engine and the bare workflow in turns. */
  readonly parts: number;
  readonly onProgress: (line: string) => void;
}

const QUIET_MS = 5_000;
const SAMPLE_MS = 1_500;
/** Of one minute. */
const SAMPLES = 40;
const STEADY = 0.02;
const MINUTES = 6;

/**
 * Memory of a worker that has nothing to do, in MiB. V8 gives back what a burst of work left behind a minute or two after it, so the
 * middles of minutes are compared until two that follow each other differ by at most 2 %.
 */
async function settledMiB(pid: number): Promise<number> {
  let before = Number.POSITIVE_INFINITY;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const samples: number[] = [];
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      await delay(SAMPLE_MS);
      samples.push(usageOf(pid).memoryMiB);
    }
    const now = median(samples);
    if (Math.abs(now - before) <= STEADY * before) return now;
    before = now;
  }
  throw new Error(`the worker's memory did not settle within ${MINUTES} minutes`);
}

/** Brings onboardings to their gate and leaves them there. */
async function toTheGate(contender: Contender, slugOf: (index: number) => string, from: number, to: number, inFlight: number) {
  const run = async (nth: number): Promise<void> => {
    await contender.start(slugOf(from + nth), from + nth);
    await contender.atGate(slugOf(from + nth));
  };
  await underLoad({ count: to - from, inFlight, run });
  await contender.tiktok.quiet(QUIET_MS);
}

/** Measures what onboardings cost that wait for people, and how fast they end once people have decided. */
export async function measurePaused({ store, cache, few, many, inFlight, parts, onProgress }: PausedSettings): Promise<PausedResult> {
  const stack = await startBenchStack({ store, env: { KOBI_MAX_CACHED_WORKFLOWS: String(cache) }, onProgress });
  const watch = new GateWatch(stack.db);
  try {
    const [engine, bare] = [await engineOf(stack, watch), await bareOf(stack)];
    const round = newRound();
    const slugOf = (index: number): string => `${round}_${index}`;
    const workers = { engine: await engine.startWorker(), bare: await bare.startWorker() };
    const enginePid = workers.engine.process.pid ?? 0;
    for (const { tiktok } of [engine, bare]) await tiktok.seed(many);
    onProgress(`${few} onboardings of the engine go to their gate`);
    await toTheGate(engine, slugOf, 0, few, inFlight);
    const fewMiB = await settledMiB(enginePid);
    onProgress(`the worker holds ${fewMiB.toFixed(0)} MiB; ${many - few} more go to their gate`);
    await toTheGate(engine, slugOf, few, many, inFlight);
    const manyMiB = await settledMiB(enginePid);
    onProgress(`the worker holds ${manyMiB.toFixed(0)} MiB; ${many} of the bare workflow go to their gate`);
    await toTheGate(bare, slugOf, 0, many, inFlight);

    const processes = { ...stack.processes, worker: enginePid, 'bare worker': workers.bare.process.pid ?? 0 };
    const drain = async (contender: Contender, part: number): Promise<Drained> => {
      const count = Math.floor(many / parts);
      const run = async (nth: number): Promise<void> => {
        const slug = slugOf(part * count + nth);
        await contender.decide(slug);
        await contender.ended(slug);
      };
      const { result, observed: seen } = await observed(processes, () => underLoad({ count, inFlight, run }));
      onProgress(`part ${part + 1} of ${parts}: ${result.perSecond.toFixed(2)} of ${contender.name} a second`);
      return { ...result, cpuSecondsEach: each(seen.cpuSeconds, count) };
    };
    const drained: Record<ContenderName, Drained>[] = [];
    for (let part = 0; part < parts; part += 1) {
      const first = part % 2 === 0 ? await drain(engine, part) : undefined;
      const second = await drain(bare, part);
      drained.push({ engine: first ?? (await drain(engine, part)), bare: second });
    }
    await Promise.all([workers.engine.stop(), workers.bare.stop()]);
    return {
      benchmark: 'paused',
      store,
      cache,
      few,
      many,
      fewMiB,
      manyMiB,
      memoryRatio: manyMiB / fewMiB,
      drained,
      drainRatio: medianRatio(drained.map(({ engine: of, bare: beside }) => ({ engine: of.perSecond, bare: beside.perSecond }))),
      drainCpuRatio: medianRatio(drained.map(({ engine: of, bare: beside }) => ({ engine: 1 / cpuOf(of), bare: 1 / cpuOf(beside) }))),
    };
  } catch (error) {
    onProgress(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  } finally {
    await watch.stop();
    await stack.stop();
  }
}
