import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateToLatest } from '../../src/store/migrations.js';

export interface FreshDatabase {
  readonly db: Database;
  readonly url: string;
  /** Closes our connections and drops the database. */
  close(): Promise<void>;
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A new, migrated database on the run's PostgreSQL. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(`create database ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  const db = openDatabase(url.href, { maxConnections: 5 });
  await migrateToLatest(db);
  return {
    db,
    url: url.href,
    async close() {
      await db.destroy();
      await asSuperuser(`drop database if exists ${name} with (force)`);
    },
  };
}
