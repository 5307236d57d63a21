/** The value below or at which a part of all values lies (nearest rank); 0 when there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}

export interface Pair {
  readonly engine: number;
  readonly bare: number;
}

/** What the engine reaches of the bare workflow: the median of the pairs' own ratios, so that a slow minute harms one pair only. */
export function medianRatio(pairs: readonly Pair[]): number {
  return median(pairs.map(({ engine, bare }) => (bare > 0 ? engine / bare : 0)));
}

/** Paths whose number of calls differs, as `path: engine 3, bare 2`; empty when both made the same calls. */
export function callDifferences(engine: Readonly<Record<string, number>>, bare: Readonly<Record<string, number>>): string[] {
  return [...new Set([...Object.keys(engine), ...Object.keys(bare)])]
    .sort()
    .filter((path) => (engine[path] ?? 0) !== (bare[path] ?? 0))
    .map((path) => `${path}: engine ${engine[path] ?? 0}, bare ${bare[path] ?? 0}`);
}
