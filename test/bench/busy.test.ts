import { expect, test } from 'vitest';
import { busyWhileWaiting, type Sample } from '../../bench/busy.js';

const ENDPOINT = '/bc/get/';

function look(atMs: number, ...waiting: string[]): Sample {
  return { atMs, waiting: new Set(waiting) };
}

test('an endpoint at its limit while calls wait is wholly busy', () => {
  const samples = [look(0, ENDPOINT), look(1_000, ENDPOINT), look(2_000, ENDPOINT)];
  const arrivedMs = [300, 600, 900, 1_300, 1_600, 1_900];
  expect(busyWhileWaiting({ arrivedMs, perSecond: 3 }, ENDPOINT, samples)).toEqual({ waitingSeconds: 2, busy: 1 });
});

test('a slot that nobody used while calls waited is missing', () => {
  const samples = [look(0, ENDPOINT), look(1_000, ENDPOINT)];
  const { busy } = busyWhileWaiting({ arrivedMs: [300, 900], perSecond: 3 }, ENDPOINT, samples);
  expect(busy).toBeCloseTo(2 / 3);
});

test('time in which nobody waited for this endpoint does not count, nor do its calls', () => {
  const samples = [look(0), look(1_000, ENDPOINT), look(2_000, ENDPOINT), look(3_000, '/pixel/list/')];
  const arrivedMs = [500, 1_300, 1_600, 1_900, 2_500];
  expect(busyWhileWaiting({ arrivedMs, perSecond: 3 }, ENDPOINT, samples)).toEqual({ waitingSeconds: 1, busy: 1 });
  expect(busyWhileWaiting({ arrivedMs, perSecond: 3 }, '/event/track/', samples)).toEqual({ waitingSeconds: 0, busy: 0 });
});
