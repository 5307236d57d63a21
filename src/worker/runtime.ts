import { Runtime } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { temporalLogger } from './log.js';

/**
 * The SDK's runtime of this process: its log goes into ours, its metrics to Prometheus at `http://host:port/metrics`, and SIGTERM or
 * SIGINT drain the worker. Before anything else of the SDK, and again when a first connection failed.
 */
export function installRuntime({ log, host, metricsPort }: { log: Pino; host: string; metricsPort: number }): Runtime {
  return Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } },
      metrics: { prometheus: { bindAddress: `${host}:${metricsPort}`, useSecondsForDurations: true, countersTotalSuffix: true } },
    },
  });
}
