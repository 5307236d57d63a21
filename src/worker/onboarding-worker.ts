import type { MetricMeter } from '@temporalio/common';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { currentAttempt } from '../activities/attempts.js';
import { createOnboardingActivities } from '../activities/index.js';
import { createLedgerActivities } from '../activities/ledger.js';
import type { Config } from '../config.js';
import type { Database } from '../store/database.js';
import { readPeopleFile } from '../store/people-file.js';
import { createSecretStore } from '../store/secrets.js';
import { dataConverterOf, parseCodecKeys } from '../temporal/codec.js';
import { createTikTokClient } from '../tiktok/client.js';
import { createLimiter } from '../tiktok/limiter.js';
import { callMetrics } from './metrics.js';
import { workflowCode } from './workflow-code.js';

/**
 * The worker of the task queue: the workflows, and the activities over TikTok and the database. It does not poll before `run()`;
 * `close` ends its connections to TikTok after that.
 *
 * @throws Error when the workflow code cannot be loaded, or the server does not know the namespace
 */
export async function createOnboardingWorker({
  config,
  log,
  meter,
  db,
  eventsDb,
  connection,
  namespace,
}: {
  config: Config;
  log: Logger;
  meter: MetricMeter;
  db: Database;
  /** Where conversion events are. */
  eventsDb: Database;
  connection: NativeConnection;
  namespace: string;
}): Promise<{ worker: Worker; close: () => void }> {
  const { tiktok, temporal } = config;
  const { bundle, slots, stickyMs, graceSeconds, maxCachedWorkflows } = config.worker;
  const client = createTikTokClient({
    ...tiktok,
    limiter: createLimiter({ db, level: tiktok.rateLevel, appId: tiktok.appId, attempt: currentAttempt }),
    observe: callMetrics(meter),
  });
  const closing = new AbortController();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: temporal.taskQueue,
    ...workflowCode({ bundle, encrypting: temporal.codecKeys !== undefined }),
    activities: {
      ...createOnboardingActivities({
        tiktok: client,
        closing: closing.signal,
        db,
        eventsDb,
        secrets: createSecretStore(db, config.secretsKey),
        clock: () => new Date(),
        log,
        reconcile: { spreadMs: config.reconcileSpreadMs, reads: 4 },
        hosts: config.devHosts,
        allowLoopback: config.onboarding.allowLoopback,
      }),
      ...createLedgerActivities({
        db,
        readPeople: () => readPeopleFile(config.peopleFile),
        ...(config.businessHours ? { businessHours: config.businessHours } : {}),
        log,
      }),
    },
    dataConverter: dataConverterOf(temporal.codecKeys === undefined ? undefined : parseCodecKeys(temporal.codecKeys)),
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: slots,
    maxConcurrentLocalActivityExecutions: slots,
    stickyQueueScheduleToStartTimeout: stickyMs,
    shutdownGraceTime: graceSeconds * 1_000,
    shutdownForceTime: graceSeconds * 1_000 + 10_000,
  });
  const close = (): void => {
    closing.abort();
    client.close();
  };
  return { worker, close };
}
