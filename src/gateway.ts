import { serve } from '@hono/node-server';
import { ConfigInvalid } from './config.js';
import { settingsOf } from './config/environment-file.js';
import { readGatewayConfig } from './config/gateway.js';
import { createIntake, gatewayApp } from './gateway/app.js';
import { runImports } from './gateway/uploads/run-imports.js';
import { dropStaleUploads } from './gateway/uploads/upload-files.js';
import { runUpkeep } from './gateway/upkeep.js';
import { freePort } from './process/free-port.js';
import { createMetrics } from './process/prometheus.js';
import { isDatabaseUnavailable, openDatabase } from './store/database.js';
import { makeEventDays } from './store/event-days.js';
import { migrateToLatest } from './store/migrations.js';
import { firstContact } from './worker/first-contact.js';
import { createLog } from './worker/log.js';

/** A database that comes up later is waited for so long. */
const FIRST_CONTACT_MS = 30_000;
/** Requests that are at work when the process is told to end have so long. */
const GRACE_MS = 15_000;

/** The event gateway's process: takes events in until SIGTERM or SIGINT, answers what is at work, and exits 0. */
async function main(): Promise<void> {
  const config = readGatewayConfig(settingsOf(process.env, process.cwd()));
  const log = createLog(config.logLevel, 'gateway');
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const open = (url: string) =>
    openDatabase(url, { onConnectionError: (error) => log.warn({ reason: error.message }, 'a database connection broke') });
  const db = open(config.databaseUrl);
  const eventsDb = config.eventsDatabaseUrl === config.databaseUrl ? db : open(config.eventsDatabaseUrl);
  try {
    for (const one of new Set([db, eventsDb]))
      await firstContact(() => migrateToLatest(one), isDatabaseUnavailable, { forMs: FIRST_CONTACT_MS, log, stop: stop.signal });
    // What comes in before its day is made would lie in no day of its own.
    await makeEventDays(eventsDb, new Date());
    const { limits, trustedProxies, uploadFolder, host } = config;
    const deps = { db, eventsDb, clock: () => new Date(), log, metrics: createMetrics(), limits, trustedProxies, uploadFolder };
    const intake = createIntake(deps);
    const upkeep = runUpkeep(deps, stop.signal, () => dropStaleUploads(deps));
    const imports = runImports(intake, stop.signal);
    const port = config.port === 0 ? await freePort() : config.port;
    const app = gatewayApp(deps, intake);
    await new Promise<void>((resolve, reject) => {
      const server = serve({ fetch: app.fetch, hostname: host, port }, () =>
        log.info({ gateway: `http://${host}:${port}` }, 'the gateway takes events in'),
      );
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            error.code === 'EADDRINUSE'
              ? `port ${port} is taken; set KOBI_GATEWAY_PORT to another one, or to 0 for any that is free`
              : `the gateway cannot listen: ${error.message}`,
          ),
        ),
      );
      const end = (): void => {
        server.close(() => resolve());
        if (!('closeAllConnections' in server)) return;
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
      };
      if (stop.signal.aborted) end();
      else stop.signal.addEventListener('abort', end, { once: true });
    });
    await Promise.all([upkeep, imports]);
    log.info('the gateway has stopped; everything that it acknowledged is stored');
  } finally {
    await Promise.all([...new Set([db, eventsDb])].map((one) => one.destroy()));
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
}
