import { NativeConnection, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config.js';
import { createLog } from '../../src/worker/log.js';
import { installRuntime } from '../../src/worker/runtime.js';
import { createTikTokClient } from '../../src/tiktok/client.js';

/** The baseline's worker: the client's methods as activities, with the same SDK options as the engine's worker. */
const config = readConfig(process.env);
const log = createLog(config.logLevel);
installRuntime({ log, host: config.worker.host, metricsPort: config.worker.metricsPort });
const connection = await NativeConnection.connect({ address: config.temporal.address ?? '127.0.0.1:7233' });
const worker = await Worker.create({
  connection,
  taskQueue: 'bare',
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  activities: createTikTokClient(config.tiktok),
  maxCachedWorkflows: config.worker.maxCachedWorkflows,
  maxConcurrentActivityTaskExecutions: config.worker.slots,
  maxConcurrentLocalActivityExecutions: config.worker.slots,
});
log.info('the bare worker starts polling');
await worker.run();
await connection.close();
process.exit(0);
