import { NativeConnection, Worker } from '@temporalio/worker';
import { readConfig } from '../../src/config.js';
import { createTikTokClient } from '../../src/tiktok/client.js';
import { createLog } from '../../src/worker/log.js';
import { installRuntime } from '../../src/worker/runtime.js';
import { createBareActivities } from './activities.js';

/** The baseline's worker: the same settings and SDK options as `src/worker.ts`, without its database. */
const config = readConfig(process.env);
const { worker: limits } = config;
const log = createLog(config.logLevel);
installRuntime({ log, host: limits.host, metricsPort: limits.metricsPort });
const connection = await NativeConnection.connect({ address: config.temporal.address ?? '127.0.0.1:7233' });
const worker = await Worker.create({
  connection,
  taskQueue: config.temporal.taskQueue,
  workflowBundle: { codePath: limits.bundle ?? '' },
  activities: createBareActivities(createTikTokClient(config.tiktok), process.env.BENCH_SITE ?? ''),
  maxCachedWorkflows: limits.maxCachedWorkflows,
  maxConcurrentActivityTaskExecutions: limits.slots,
  maxConcurrentLocalActivityExecutions: limits.slots,
  stickyQueueScheduleToStartTimeout: limits.stickyMs,
  shutdownGraceTime: limits.graceSeconds * 1_000,
  shutdownForceTime: limits.graceSeconds * 1_000 + 10_000,
});
log.info('the worker starts polling');
await worker.run();
await connection.close();
process.exit(0);
