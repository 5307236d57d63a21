import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callDifferences, median, medianRatio, quantile } from '../../bench/arithmetic.js';

test('a quantile is the smallest value with so many at or below it', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(hundred, 0.5)).toBe(50);
  expect(quantile(hundred, 0.95)).toBe(95);
  expect(quantile([7], 0.95)).toBe(7);
  expect(quantile([], 0.5)).toBe(0);
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, part) => {
      const found = quantile(values, part);
      const needed = Math.ceil(values.length * part);
      expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(needed);
      expect(values.filter((value) => value < found).length).toBeLessThan(needed);
    }),
  );
});

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBe(0);
});

test('the ratio is the median of the pairs, so one disturbed pair does not decide it', () => {
  const pairs = [
    { engine: 3, bare: 4 },
    { engine: 0.3, bare: 4 },
    { engine: 3.2, bare: 4 },
  ];
  expect(medianRatio(pairs)).toBe(0.75);
  expect(medianRatio([{ engine: 1, bare: 0 }])).toBe(0);
});

test('a call that only one of the two made is named', () => {
  expect(callDifferences({ '/bc/get/': 2, '/bc/transfer/': 1 }, { '/bc/get/': 2 })).toEqual(['/bc/transfer/: engine 1, bare 0']);
  expect(callDifferences({ '/bc/get/': 2 }, { '/bc/get/': 3 })).toEqual(['/bc/get/: engine 2, bare 3']);
  expect(callDifferences({ '/bc/get/': 2 }, { '/bc/get/': 2 })).toEqual([]);
});
