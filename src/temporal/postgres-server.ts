import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LocalTemporal } from './local-server.js';
import { findServerForPostgres } from './server-binary.js';
import { DEVELOPMENT_DYNAMIC_CONFIG, type DynamicConfig, filesOf } from './server-config.js';
import { startServerProcess, startUiProcess, whenReady } from './server-process.js';

const run = promisify(execFile);
const DATABASE = 'temporal';
const VISIBILITY_DATABASE = 'temporal_visibility';

export interface PostgresTemporalOptions {
  /** A role that may create databases: postgres://user:password@host:port/name; the name does not matter. */
  readonly postgresUrl: string;
  /** Where configuration and logs are kept; null for a folder that goes away on stop. The state is in PostgreSQL. */
  readonly dataFolder: string | null;
  readonly ui: boolean;
  readonly onProgress: (line: string) => void;
  readonly preferredPorts?: { readonly frontend?: number; readonly ui?: number };
  readonly dynamicConfig?: DynamicConfig;
  readonly codecEndpoint?: string;
  readonly namespace?: string;
}

/** Creates or upgrades one of the server's two databases; running it again changes nothing. */
async function bringUpSchema(sqlTool: string, postgresUrl: string, database: string, schema: string): Promise<void> {
  const { hostname, port, username, password } = new URL(postgresUrl);
  const env = {
    PATH: process.env.PATH,
    SQL_PLUGIN: 'postgres12_pgx',
    SQL_HOST: hostname,
    SQL_PORT: port === '' ? '5432' : port,
    SQL_USER: decodeURIComponent(username),
    SQL_PASSWORD: decodeURIComponent(password),
    SQL_DATABASE: database,
  };
  const step = async (...args: string[]): Promise<void> => {
    try {
      await run(sqlTool, args, { env, maxBuffer: 64 * 1_024 * 1_024 });
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : String(error);
      const line = said
        .split('\n')
        .reverse()
        .find((text) => /error|fail|unable/i.test(text));
      throw new Error(
        `the schema of PostgreSQL database ${database} at ${hostname}:${env.SQL_PORT} could not be brought up (${args[0]}: ${line ?? said.slice(-300)}): ` +
          'DATABASE_URL must name a role that may create databases',
      );
    }
  };
  await step('create-database');
  await step('setup-schema', '-v', '0.0');
  await step('update-schema', '--schema-name', schema);
}

/**
 * Starts the bare server on PostgreSQL instead of SQLite: databases `temporal` and `temporal_visibility`, made and upgraded by the
 * schema tool. It answers calls in the namespace when this returns, and ends with this process.
 *
 * @throws NoTemporalServer when server and schema tool are not to be had; Error naming the step that PostgreSQL refused
 */
export async function startTemporalOnPostgres(options: PostgresTemporalOptions): Promise<LocalTemporal> {
  const { postgresUrl, onProgress, namespace = 'default' } = options;
  const programs = await findServerForPostgres({ ui: options.ui, onProgress });
  onProgress('bringing up the schema of the Temporal databases in PostgreSQL');
  await bringUpSchema(programs.sqlTool, postgresUrl, DATABASE, 'postgresql/v12/temporal');
  await bringUpSchema(programs.sqlTool, postgresUrl, VISIBILITY_DATABASE, 'postgresql/v12/visibility');

  const folder = options.dataFolder === null ? await mkdtemp(join(tmpdir(), 'kobi-temporal-')) : resolve(options.dataFolder);
  await mkdir(folder, { recursive: true });
  const { process: server, address } = await startServerProcess({
    binary: programs.server,
    folder,
    store: { kind: 'postgres', url: postgresUrl, database: DATABASE, visibilityDatabase: VISIBILITY_DATABASE },
    dynamicConfig: { ...DEVELOPMENT_DYNAMIC_CONFIG, ...options.dynamicConfig },
    ...(options.preferredPorts?.frontend === undefined ? {} : { preferredPort: options.preferredPorts.frontend }),
  });
  const uiPort = options.preferredPorts?.ui;
  const ui =
    programs.ui === null
      ? null
      : await startUiProcess({
          binary: programs.ui,
          folder,
          address,
          codecEndpoint: options.codecEndpoint ?? null,
          ...(uiPort === undefined ? {} : { preferredPort: uiPort }),
        });
  const stop = async (): Promise<void> => {
    await ui?.process.stop();
    await server.stop();
    if (options.dataFolder === null) await rm(folder, { recursive: true, force: true });
  };
  try {
    await whenReady(server, address, namespace);
  } catch (error) {
    await stop();
    throw error;
  }
  onProgress(`Temporal on PostgreSQL listens on ${address}${ui === null ? '' : `, its web UI on ${ui.url}`}`);
  return { address, namespace, uiUrl: ui?.url ?? null, pid: server.pid, logFile: filesOf(folder).serverLog, stop };
}
