import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addLatencies, LATENCY_BOUNDS_MS, latencyCount, latencyWithin, NO_LATENCIES } from '../../../src/domain/events/latency.js';

const counts = fc.array(fc.nat(1_000), { minLength: LATENCY_BOUNDS_MS.length + 1, maxLength: LATENCY_BOUNDS_MS.length + 1 });
const inClasses = (...places: readonly number[]): number[] =>
  NO_LATENCIES.map((_, index) => places.filter((place) => place === index).length);

describe('latency by class', () => {
  it.each([
    [inClasses(0, 0, 3), 0.5, 100],
    [inClasses(0, 3, 3), 0.5, 1_000],
    [inClasses(0, 0, 3), 0.95, 1_000],
    [inClasses(14), 0.5, Number.POSITIVE_INFINITY],
    [NO_LATENCIES, 0.5, null],
  ])('of %j: a share of %d lies within %d ms', (classes, share, within) => {
    expect(latencyWithin(classes, share)).toBe(within);
  });

  it('adds up without losing any, and a larger share never takes less', () => {
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const both = addLatencies(one, other);
        expect(latencyCount(both)).toBe(latencyCount(one) + latencyCount(other));
        expect(latencyWithin(both, 0.95) ?? 0).toBeGreaterThanOrEqual(latencyWithin(both, 0.5) ?? 0);
      }),
    );
  });
});
