/**
 * `npm run temporal:postgres`: a Temporal server on PostgreSQL, DATABASE_URL's or an embedded one below `.kobi/`, with our search
 * attributes, until Ctrl-C.
 */
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.js';
import { connectTemporal } from '../src/temporal/connection.js';
import { startTemporalOnPostgres } from '../src/temporal/postgres-server.js';
import { ensureSearchAttributes } from '../src/temporal/search-attributes.js';

const folder = join('.kobi', 'temporal-postgres');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const stops: (() => Promise<void>)[] = [];

async function stopAll(): Promise<void> {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
}

async function start(): Promise<void> {
  let postgresUrl = process.env.DATABASE_URL;
  if (postgresUrl === undefined || postgresUrl === '') {
    const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), onProgress: say });
    stops.push(() => postgres.stop());
    postgresUrl = postgres.url;
  }
  const temporal = await startTemporalOnPostgres({
    postgresUrl,
    dataFolder: join(folder, 'temporal'),
    ui: true,
    preferredPorts: { frontend: 7233, ui: 8233 },
    onProgress: say,
  });
  stops.push(() => temporal.stop());
  const { connection, namespace, close } = await connectTemporal({ address: temporal.address, env: {} });
  await ensureSearchAttributes(connection, namespace);
  await close();
  say(`use it with TEMPORAL_ADDRESS=${temporal.address}; Ctrl-C stops it, its state stays`);
}

const asked = new Promise<void>((resolve) => {
  // For good: a second Ctrl-C, or the one that a wrapper passes on, must not cut the stopping short.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
});
// Waiting for a signal alone does not keep a process alive.
const alive = setInterval(() => undefined, 60_000);
try {
  await start();
  await asked;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(alive);
  await stopAll();
}
