import { serve } from '@hono/node-server';
import { readBusinessCenterNow } from './cli/plan/live-facts.js';
import { planFor } from './cli/plan/plan-for.js';
import { openSession } from './cli/session.js';
import { ConfigInvalid } from './config.js';
import { readDeskConfig } from './config/desk.js';
import { settingsOf } from './config/environment-file.js';
import { freePort } from './process/free-port.js';
import { migrateToLatest } from './store/migrations.js';
import { deskApp } from './web/desk.js';
import { createLog } from './worker/log.js';

/** Nobody looks at an empty page for long; the saved state is at most some seconds old and says how old. */
const PATIENCE_OF_PAGES = { savedMs: 1_500, unsavedMs: 4_000 };

/** The desk's process: serves pages until SIGTERM or SIGINT, then ends the connections and exits 0. */
async function main(): Promise<void> {
  const settings = settingsOf(process.env, process.cwd());
  const session = openSession(settings, undefined, PATIENCE_OF_PAGES);
  const { logLevel } = session.config();
  const config = readDeskConfig(settings);
  const log = createLog(logLevel);
  const db = session.database();
  await migrateToLatest(db);
  const eventsDb = session.eventsDatabase();
  if (eventsDb !== db) await migrateToLatest(eventsDb);
  const app = deskApp({
    db,
    eventsDb,
    onboardings: session.onboardings,
    people: session.people,
    config,
    tenantFolder: config.tenantFolder,
    ...(config.tenantFilesWithin === undefined ? {} : { tenantFilesWithin: config.tenantFilesWithin }),
    plan: (tenant, startedBy) => planFor(session, tenant, startedBy),
    businessCenter: async () => {
      const { bcId, billingGroupId } = session.config().onboarding;
      return readBusinessCenterNow(await session.tiktok(), bcId, billingGroupId);
    },
    clock: () => new Date(),
    log,
  });
  const port = config.port === 0 ? await freePort() : config.port;
  const server = serve({ fetch: app.fetch, hostname: config.host, port }, () => {
    log.info({ desk: config.origin ?? `http://${config.host}:${port}` }, 'the desk answers');
  });
  server.once('error', (error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE';
    process.stderr.write(
      taken
        ? `port ${port} is taken; set KOBI_DESK_PORT to another one, or to 0 for any that is free\n`
        : `the desk cannot listen: ${error.message}\n`,
    );
    process.exit(1);
  });
  const stop = (): void => {
    server.close(() => void session.close().then(() => process.exit(0)));
    if ('closeAllConnections' in server) server.closeAllConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
}
