import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { startLocalTemporal } from '../../src/temporal/local-server.js';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.js';
import { HISTORIES } from './histories.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's Temporal server; its namespace is `default`. */
    temporalAddress: string;
    /** A superuser's address on the run's PostgreSQL. */
    postgresUrl: string;
  }
}

/** One Temporal server, in memory, and one PostgreSQL for the whole test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  await rm(HISTORIES, { recursive: true, force: true });
  const [temporal, postgres] = await Promise.all([
    startLocalTemporal({ dataFolder: null, ui: false, onProgress }),
    startEmbeddedPostgres({ dataFolder: null, onProgress, settings: { fsync: 'off', max_connections: '300' } }),
  ]);
  const { connection, namespace, close } = await connectTemporal({ address: temporal.address, env: {} });
  await ensureSearchAttributes(connection, namespace);
  await close();
  project.provide('temporalAddress', temporal.address);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await Promise.all([temporal.stop(), postgres.stop()]);
  };
}
