import { performance } from 'node:perf_hooks';
import { quantile } from './arithmetic.js';

export interface Measured {
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Runs `count` of something with so many in flight, and tells how long each took and all together. */
export async function underLoad({
  count,
  inFlight,
  run,
}: {
  readonly count: number;
  readonly inFlight: number;
  readonly run: (index: number) => Promise<void>;
}): Promise<Measured> {
  const took: number[] = [];
  let next = 0;
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const start = performance.now();
      await run(index);
      took.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, lane));
  const seconds = (performance.now() - begun) / 1_000;
  return { count, seconds, perSecond: count / seconds, p50Ms: quantile(took, 0.5), p95Ms: quantile(took, 0.95) };
}
