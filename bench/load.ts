import { performance } from 'node:perf_hooks';

export interface Measured {
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Runs `count` of something with so many in flight, and tells how long each took and all together. */
export async function underLoad(
  name: string,
  { count, inFlight, run }: { count: number; inFlight: number; run: (index: number) => Promise<void> },
): Promise<Measured> {
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
  const sorted = took.toSorted((a, b) => a - b);
  return { name, count, seconds, perSecond: count / seconds, p50Ms: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95) };
}

/** The middle of an odd number of values. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
