import { Runtime } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { temporalLogger } from './log.js';

/** Upper bounds of our own histograms, in milliseconds; those that the SDK would take are for seconds, and hold no answer of TikTok's apart. */
const BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000];

/**
 * The SDK's runtime of this process: its log goes into ours, its metrics to Prometheus at `http://host:port/metrics`, and SIGTERM or
 * SIGINT drain the worker. Before anything else of the SDK, and again when a first connection failed.
 */
export function installRuntime({ log, host, metricsPort }: { log: Pino; host: string; metricsPort: number }): Runtime {
  return Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } },
      metrics: {
        prometheus: {
          bindAddress: `${host}:${metricsPort}`,
          useSecondsForDurations: true,
          countersTotalSuffix: true,
          histogramBucketOverrides: { kobi_tiktok_call_milliseconds: BOUNDS_MS, kobi_events_waited_milliseconds: BOUNDS_MS },
        },
      },
    },
  });
}
