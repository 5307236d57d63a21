import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

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
          exclude: ['test/replay/**'],
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
