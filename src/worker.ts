import type { Worker } from '@temporalio/worker';
import { sql } from 'kysely';
import { ConfigInvalid, readConfig } from './config.js';
import { settingsOf } from './config/environment-file.js';
import { freePort } from './process/free-port.js';
import { type Database, isDatabaseUnavailable, openDatabase } from './store/database.js';
import { migrateToLatest } from './store/migrations.js';
import { connectWorker, TemporalUnavailable } from './temporal/connection.js';
import { firstContact } from './worker/first-contact.js';
import { serveHealth } from './worker/health.js';
import { createLog } from './worker/log.js';
import { reportCounts } from './worker/metrics.js';
import { createOnboardingWorker } from './worker/onboarding-worker.js';
import { pollingSeenByServer } from './worker/polling.js';
import { installRuntime } from './worker/runtime.js';

/** A server and a database that come up after the worker are waited for so long. */
const FIRST_CONTACT_MS = 30_000;

const isTemporalAway = (error: unknown): boolean => error instanceof TemporalUnavailable && !error.refused;

/** One worker process: polls the task queue until SIGTERM or SIGINT, then finishes or hands back what is in flight and exits 0. */
async function main(): Promise<void> {
  const config = readConfig(settingsOf(process.env, process.cwd()));
  const { host, healthPort, metricsPort: wantedPort } = config.worker;
  const { taskQueue } = config.temporal;
  const log = createLog(config.logLevel);
  // The SDK hears the first signal only. A second one, as Ctrl-C in a terminal brings, must not cut the grace period short.
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());

  const closing: (() => unknown)[] = [];
  let worker: Worker | undefined;
  let polling = (): Promise<boolean> => Promise.resolve(false);
  const health = await serveHealth({
    host,
    port: await freePort(healthPort),
    health: { state: () => worker?.getState() ?? 'STARTING', polling: () => polling() },
  });
  closing.push(() => health.close());
  try {
    const metricsPort = await freePort(wantedPort);
    const patience = { forMs: FIRST_CONTACT_MS, log, stop: stop.signal };

    const open = async (url: string): Promise<Database> => {
      const opened = openDatabase(url, {
        onConnectionError: (error) => log.warn({ reason: error.message }, 'a database connection broke'),
      });
      closing.push(() => opened.destroy());
      await firstContact(() => sql`select 1`.execute(opened), isDatabaseUnavailable, patience);
      const migrated = await migrateToLatest(opened);
      if (migrated.length > 0) log.info({ migrated }, 'the database was brought to the newest schema');
      return opened;
    };
    const db = await open(config.databaseUrl);
    const eventsDb = config.eventsDatabaseUrl === config.databaseUrl ? db : await open(config.eventsDatabaseUrl);

    const connect = async () => {
      // A connection that fails takes the SDK's runtime with it: each attempt has its own.
      const { metricMeter } = installRuntime({ log, host, metricsPort });
      return { meter: metricMeter, ...(await connectWorker(config.temporal)) };
    };
    const { meter, connection, namespace } = await firstContact(connect, isTemporalAway, patience);
    closing.push(() => connection.close());
    // A signal that came before the SDK listened; later ones it hears itself.
    stop.signal.throwIfAborted();
    const made = await createOnboardingWorker({ config, log, meter, db, eventsDb, connection, namespace });
    closing.push(made.close);
    worker = made.worker;
    polling = pollingSeenByServer({ worker, connection, namespace, taskQueue });
    closing.push(
      reportCounts({
        meter,
        db,
        everyMs: 15_000,
        onError: (error) => log.warn({ reason: String(error) }, 'the counts of steps and gates could not be read'),
      }),
    );
    const addresses = { health: `http://${host}:${health.port}/readyz`, metrics: `http://${host}:${metricsPort}/metrics` };
    log.info({ namespace, taskQueue, ...addresses }, 'the worker starts polling');
    await worker.run();
    log.info('the worker has stopped; nothing was left unfinished in this process');
  } catch (error) {
    if (worker !== undefined || !stop.signal.aborted) throw error;
    log.info('stopped before it polled');
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? (error instanceof ConfigInvalid ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
  );
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
}
