import { Worker } from '@temporalio/worker';
import { currentAttempt } from './activities/attempts.js';
import { createOnboardingActivities } from './activities/index.js';
import { createLedgerActivities } from './activities/ledger.js';
import { ConfigInvalid, readConfig } from './config.js';
import { settingsOf } from './config/environment-file.js';
import { openDatabase } from './store/database.js';
import { migrateToLatest } from './store/migrations.js';
import { readPeopleFile } from './store/people-file.js';
import { createSecretStore } from './store/secrets.js';
import { dataConverterOf, parseCodecKeys } from './temporal/codec.js';
import { connectWorker } from './temporal/connection.js';
import { freePort } from './process/free-port.js';
import { createTikTokClient } from './tiktok/client.js';
import { createLimiter } from './tiktok/limiter.js';
import { serveHealth } from './worker/health.js';
import { createLog } from './worker/log.js';
import { callMetrics, reportCounts } from './worker/metrics.js';
import { installRuntime } from './worker/runtime.js';
import { workflowCode } from './worker/workflow-code.js';

/** One worker process: polls the task queue until SIGTERM or SIGINT, then finishes or hands back what is in flight and exits 0. */
async function main(): Promise<void> {
  const config = readConfig(settingsOf(process.env, process.cwd()));
  const { host, healthPort, metricsPort: wantedPort, ...limits } = config.worker;
  const log = createLog(config.logLevel);
  const metricsPort = await freePort(wantedPort);
  const meter = installRuntime({ log, host, metricsPort }).metricMeter;

  const db = openDatabase(config.databaseUrl, {
    onConnectionError: (error) => log.warn({ reason: error.message }, 'a database connection broke'),
  });
  const migrated = await migrateToLatest(db);
  if (migrated.length > 0) log.info({ migrated }, 'the database was brought to the newest schema');

  const { tiktok } = config;
  const client = createTikTokClient({
    ...tiktok,
    limiter: createLimiter({ db, level: tiktok.rateLevel, appId: tiktok.appId, attempt: currentAttempt }),
    observe: callMetrics(meter),
  });
  const secrets = createSecretStore(db, config.secretsKey);
  const { connection, namespace } = await connectWorker(config.temporal);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: config.temporal.taskQueue,
    ...workflowCode({ bundle: config.worker.bundle, encrypting: config.temporal.codecKeys !== undefined }),
    activities: {
      ...createOnboardingActivities({
        tiktok: client,
        db,
        secrets,
        clock: () => new Date(),
        log,
        reconcile: { spreadMs: config.reconcileSpreadMs, reads: 4 },
        hosts: config.devHosts,
        allowLoopback: config.onboarding.allowLoopback,
      }),
      ...createLedgerActivities({ db, readPeople: () => readPeopleFile(config.peopleFile), log }),
    },
    dataConverter: dataConverterOf(config.temporal.codecKeys === undefined ? undefined : parseCodecKeys(config.temporal.codecKeys)),
    maxCachedWorkflows: limits.maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: limits.slots,
    maxConcurrentLocalActivityExecutions: limits.slots,
    stickyQueueScheduleToStartTimeout: limits.stickyMs,
    shutdownGraceTime: limits.graceSeconds * 1_000,
    shutdownForceTime: limits.graceSeconds * 1_000 + 10_000,
  });

  const health = await serveHealth({
    host,
    port: await freePort(healthPort),
    health: () => ({ polling: worker.getState() === 'RUNNING', state: worker.getState() }),
  });
  const stopCounting = reportCounts({
    meter,
    db,
    everyMs: 15_000,
    onError: (error) => log.warn({ reason: String(error) }, 'the counts of steps and gates could not be read'),
  });
  log.info(
    {
      namespace,
      taskQueue: config.temporal.taskQueue,
      health: `http://${host}:${health.port}/readyz`,
      metrics: `http://${host}:${metricsPort}/metrics`,
    },
    'the worker starts polling',
  );
  try {
    await worker.run();
  } finally {
    stopCounting();
    await health.close();
    await connection.close();
    await db.destroy();
  }
  log.info('the worker has stopped; nothing was left unfinished in this process');
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? (error instanceof ConfigInvalid ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
  );
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
}
