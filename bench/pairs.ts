import { callDifferences, median, medianRatio } from './arithmetic.js';
import { bareOf, engineOf } from './contenders.js';
import { GateWatch } from './gate-watch.js';
import { cpuOf } from './observed.js';
import { measureRound, type Round } from './round.js';
import { startBenchStack, type Store } from './stack.js';

export interface PairsResult {
  readonly benchmark: 'engine';
  readonly store: Store;
  readonly inFlight: number;
  readonly rounds: readonly Round[];
  /** The engine's onboardings per second by those of the bare workflow: median of the pairs. */
  readonly ratio: number;
  /** The same of CPU: what the bare workflow uses by what the engine uses, all processes but the rest of the machine. */
  readonly cpuRatio: number;
  /** Endpoints where the two made a different number of calls; must be empty. */
  readonly differentCalls: readonly string[];
}

export interface PairsSettings {
  readonly store: Store;
  readonly pairs: number;
  readonly count: number;
  readonly inFlight: number;
  readonly warmUp: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
}

/** Measures engine and bare workflow in turns on one server; which of them is first changes with each pair. */
export async function measurePairs({ store, pairs, onProgress, env = {}, ...load }: PairsSettings): Promise<PairsResult> {
  const stack = await startBenchStack({ store, env, onProgress });
  const watch = new GateWatch(stack.db);
  const rounds: Round[] = [];
  try {
    const contenders = [await engineOf(stack, watch), await bareOf(stack)];
    for (let pair = 0; pair < pairs; pair += 1) {
      for (const contender of pair % 2 === 0 ? contenders : contenders.toReversed()) {
        onProgress(`${store}, pair ${pair + 1} of ${pairs}: ${load.count} onboardings of ${contender.name}, ${load.inFlight} in flight`);
        const round = await measureRound(stack, contender, load);
        onProgress(`  ${round.perSecond.toFixed(2)} a second, p50 ${Math.round(round.p50Ms)} ms, p95 ${Math.round(round.p95Ms)} ms`);
        rounds.push(round);
      }
    }
  } catch (error) {
    // Told before the rest is stopped, because calls that are still under way end with errors of their own.
    onProgress(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  } finally {
    await watch.stop();
    await stack.stop();
  }
  const of = (name: Round['name']): Round[] => rounds.filter((round) => round.name === name);
  const [engine, bare] = [of('engine'), of('bare')];
  const paired = (value: (round: Round) => number) =>
    engine.map((round, nth) => ({ engine: value(round), bare: value(bare[nth] ?? round) }));
  return {
    benchmark: 'engine',
    store,
    inFlight: load.inFlight,
    rounds,
    ratio: medianRatio(paired((round) => round.perSecond)),
    cpuRatio: medianRatio(paired((round) => 1 / cpuOf(round))),
    differentCalls: callDifferences(engine[0]?.calls ?? {}, bare[0]?.calls ?? {}),
  };
}

/** Medians over the rounds of one contender. */
export function medianOf(rounds: readonly Round[], value: (round: Round) => number): number {
  return median(rounds.map(value));
}
