import { writeFileSync } from 'node:fs';
import { ConfigInvalid } from './config.js';
import { settingsOf } from './config/environment-file.js';
import { readNotifierConfig } from './config/notifications.js';
import { channelsOf } from './notifications/channels.js';
import { runNotifier } from './notifications/run.js';
import { isDatabaseUnavailable, openDatabase } from './store/database.js';
import { migrateToLatest } from './store/migrations.js';
import { readPeopleFile } from './store/people-file.js';
import { firstContact } from './worker/first-contact.js';
import { createLog } from './worker/log.js';

const EVERY_MS = 1_000;
/** A database that comes up later is waited for so long. */
const FIRST_CONTACT_MS = 30_000;

/** The notifier's process: delivers until SIGTERM or SIGINT, finishes what it is sending, and exits 0. */
async function main(): Promise<void> {
  const config = readNotifierConfig(settingsOf(process.env, process.cwd()));
  const log = createLog(config.logLevel);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const db = openDatabase(config.databaseUrl, {
    maxConnections: 4,
    onConnectionError: (error) => log.warn({ reason: error.message }, 'a database connection broke'),
  });
  try {
    await firstContact(() => migrateToLatest(db), isDatabaseUnavailable, { forMs: FIRST_CONTACT_MS, log, stop: stop.signal });
    const readPeople = () => readPeopleFile(config.peopleFile);
    const channels = channelsOf(config, readPeople);
    log.info({ channels: channels.map(({ name }) => name), quiet: config.quiet, digestMs: config.digestMs }, 'the notifier delivers');
    const { digestMs, quiet } = config;
    const clock = () => new Date();
    const deps = { db, channels, readPeople, digestMs, ...(quiet ? { quiet } : {}), clock, random: Math.random, log };
    const { aliveFile } = config;
    // Nothing listens here that could be asked: the file's age tells whether the outbox is looked at.
    const alive = aliveFile === undefined ? {} : { alive: () => writeFileSync(aliveFile, `${new Date().toISOString()}\n`) };
    await runNotifier(deps, { everyMs: EVERY_MS, stop: stop.signal, ...alive });
    for (const channel of channels) channel.close?.();
  } finally {
    await db.destroy();
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof ConfigInvalid ? 2 : 1);
}
