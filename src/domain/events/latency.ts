/** Upper bounds of the classes of latency in milliseconds; one more class holds everything above. */
export const LATENCY_BOUNDS_MS = [
  100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000,
] as const;

/** Counts by class, in the order of the bounds. */
export type LatencyCounts = readonly number[];

export const NO_LATENCIES: LatencyCounts = Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0);

export function addLatencies(one: LatencyCounts, other: LatencyCounts): LatencyCounts {
  return NO_LATENCIES.map((_, index) => (one[index] ?? 0) + (other[index] ?? 0));
}

export function latencyCount(counts: LatencyCounts): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Within how many milliseconds a share of the events was acknowledged: the upper bound of the class in which it lies.
 * @returns null where there are none; infinity above the last bound
 */
export function latencyWithin(counts: LatencyCounts, share: number): number | null {
  const total = latencyCount(counts);
  if (total === 0) return null;
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    if (seen >= total * share) return LATENCY_BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY;
  }
  return Number.POSITIVE_INFINITY;
}
