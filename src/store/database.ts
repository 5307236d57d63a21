import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Tables } from './tables.js';

/** The engine's database; `destroy()` closes its connections. */
export type Database = Kysely<Tables>;

export interface DatabaseOptions {
  /** Connections of this process; 10 unless told. */
  readonly maxConnections?: number;
  /** Hears of a connection that broke; the pool replaces it by itself. The error holds no password. */
  readonly onConnectionError?: (error: Error) => void;
}

/**
 * Opens a pool of connections; nothing is connected before the first query. Waits are bounded, so that a database which does not
 * answer becomes an error that `isDatabaseUnavailable` knows, and not a worker that hangs.
 *
 * @throws Error when the address is not a PostgreSQL URL; the message leaves the address out, for it holds the password
 */
export function openDatabase(url: string, { maxConnections = 10, onConnectionError }: DatabaseOptions = {}): Database {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new Error('DATABASE_URL is not an address of the form postgres://user:password@host:port/name');
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 20_000,
    query_timeout: 25_000,
    application_name: 'kobi',
  });
  // Without listeners a connection that breaks would end the process: in the pool while it is idle, at the client itself while it is
  // held between two statements of a transaction. The client hears of both, so that each break is told once.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', (error) => onConnectionError?.(error));
  });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

const UNAVAILABLE_CODES = new Set([
  // Stood in another's way; the same again goes through.
  '40001',
  '40P01',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

/** Whether an error says that the database cannot be reached now (down, restarting, out of connections), so that trying again helps. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNAVAILABLE_CODES.has(code) || code.startsWith('08')) return true;
  return /connection terminated|timeout exceeded when trying to connect|timeout expired|query read timeout|not queryable/i.test(
    error.message,
  );
}
