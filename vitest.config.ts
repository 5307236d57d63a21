import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/harness/long-first.js';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // On two cores: tests wait for servers and timers a fifth of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
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
