import { sql } from 'kysely';
import { ConfigInvalid } from './config.js';
import { settingsOf } from './config/environment-file.js';
import { readSenderConfig } from './config/sender.js';
import { runSending } from './events/sending/run.js';
import { keepUp } from './events/sending/upkeep.js';
import { freePort } from './process/free-port.js';
import { accessTokenOf } from './sender/access-token.js';
import { reportBacklog, sendingMetrics } from './sender/metrics.js';
import { isDatabaseUnavailable, openDatabase } from './store/database.js';
import { migrateToLatest } from './store/migrations.js';
import { createTikTokClient } from './tiktok/client.js';
import { createLimiter } from './tiktok/limiter.js';
import { firstContact } from './worker/first-contact.js';
import { serveHealth } from './worker/health.js';
import { createLog } from './worker/log.js';
import { callMetrics } from './worker/metrics.js';
import { installRuntime } from './worker/runtime.js';

/** A database that comes up later is waited for so long. */
const FIRST_CONTACT_MS = 30_000;
/** A look at the queue is due every tenth of a second; without one for so long the process is not well. */
const ALIVE_MS = 15_000;
const BACKLOG_EVERY_MS = 15_000;

/** The sender's process: sends events to TikTok until SIGTERM or SIGINT, finishes what it is sending, gives the rest back, and exits 0. */
async function main(): Promise<void> {
  const config = readSenderConfig(settingsOf(process.env, process.cwd()));
  const log = createLog(config.logLevel, 'sender');
  const stop = new AbortController();
  const stopNow = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  stop.signal.addEventListener('abort', () => setTimeout(() => stopNow.abort(), config.graceMs).unref());

  const closing: (() => unknown)[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;
  const health = await serveHealth({
    host: config.host,
    port: await freePort(config.healthPort),
    health: {
      state: () => (stop.signal.aborted ? 'STOPPING' : lookedAt > 0 ? 'SENDING' : 'STARTING'),
      polling: () => Promise.resolve(!stop.signal.aborted && Date.now() - lookedAt < ALIVE_MS),
    },
  });
  closing.push(() => health.close());
  try {
    const onConnectionError = (error: Error): void => log.warn({ reason: error.message }, 'a database connection broke');
    const patience = { forMs: FIRST_CONTACT_MS, log, stop: stop.signal };
    const open = async (url: string, maxConnections: number) => {
      const db = openDatabase(url, { maxConnections, onConnectionError });
      closing.push(() => db.destroy());
      await firstContact(() => sql`select 1`.execute(db), isDatabaseUnavailable, patience);
      await migrateToLatest(db);
      return db;
    };
    const db = await open(config.eventsDatabaseUrl, config.sending.inFlight + 4);
    const shared = config.databaseUrl === config.eventsDatabaseUrl ? db : await open(config.databaseUrl, 4);

    const metricsPort = await freePort(config.metricsPort);
    const { metricMeter: meter } = installRuntime({ log, host: config.host, metricsPort });
    const { tiktok } = config;
    const token = accessTokenOf(tiktok.token);
    const client = createTikTokClient({
      ...tiktok,
      accessToken: () => token.read(),
      limiter: createLimiter({ db: shared, level: tiktok.rateLevel, appId: tiktok.appId }),
      observe: callMetrics(meter),
    });
    closing.push(() => client.close());
    const clock = (): Date => new Date();
    closing.push(
      reportBacklog({
        meter,
        db,
        everyMs: BACKLOG_EVERY_MS,
        clock,
        onError: (error) => log.warn({ reason: String(error) }, 'the backlog of events could not be counted'),
      }),
    );
    const upkeep = keepUp({ db, keepDays: config.keepDays, clock, log }, stop.signal);
    const addresses = { health: `http://${config.host}:${health.port}/readyz`, metrics: `http://${config.host}:${metricsPort}/metrics` };
    log.info({ inFlight: config.sending.inFlight, keepDays: config.keepDays, ...addresses }, 'the sender sends');
    await runSending(
      {
        db,
        tiktok: client,
        ...(config.perDestination === 'off'
          ? {}
          : { limiter: createLimiter({ db: shared, level: config.perDestination, appId: tiktok.appId }) }),
        tokenHash: () => token.hash(),
        settings: config.sending,
        clock,
        random: Math.random,
        observer: sendingMetrics(meter),
        log,
      },
      { stop: stop.signal, stopNow: stopNow.signal, alive: () => (lookedAt = Date.now()) },
    );
    await upkeep;
    log.info('the sender has stopped; what it had claimed is sent or given back');
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    log.info('stopped before it sent');
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
}
