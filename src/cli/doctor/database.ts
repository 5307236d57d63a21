import { sql } from 'kysely';
import type { Database } from '../../store/database.js';
import { pendingMigrations } from '../../store/migrations.js';
import { type Check, checksOf } from './check.js';

const { ok, judged } = checksOf('database');

/** Whether it answers, and whether its schema is ours. */
export async function checkDatabase(db: Database): Promise<Check[]> {
  const answered = await sql<{ version: string }>`show server_version`.execute(db);
  const version = Object.values(answered.rows[0] ?? {}).join(' ');
  const pending = await pendingMigrations(db);
  return [
    ok('server', `answers, PostgreSQL ${version}`),
    judged(
      pending.length === 0,
      'migrations',
      pending.length === 0 ? 'all applied' : `not applied: ${pending.join(', ')}`,
      'start a worker (npm run worker): it applies them',
    ),
  ];
}
