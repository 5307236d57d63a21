import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

/** Each takes up to two minutes of a small machine; `npm run faults` runs them, so that `npm test` stays short enough to be run. */
const LONG_FAULTS = [
  'cancels',
  'deciders',
  'decisions',
  'hostile',
  'kill-matrix',
  'long-history',
  'rush',
  'temporal-away',
  'workers-away',
].map((name) => `test/faults/${name}.test.ts`);
const exclude = ['test/replay/**', ...(process.env.KOBI_FAULTS === 'every' ? [] : LONG_FAULTS)];

export default defineConfig({
  test: {
    // Two cores; more workers than that only make waits longer.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...timeouts,
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude,
          globalSetup: ['test/harness/global-setup.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // After all others: it replays the histories that they have made. It needs no server.
        test: { ...timeouts, name: 'replay', include: ['test/replay/**/*.test.ts'], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
