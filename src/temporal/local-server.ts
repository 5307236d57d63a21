import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, freePorts } from '../process/free-port.js';
import { type GuardedProcess, startGuarded } from '../process/guarded-process.js';
import { findTemporal } from './server-binary.js';
import { DEVELOPMENT_DYNAMIC_CONFIG, type DynamicConfig, filesOf } from './server-config.js';
import { environmentOfServer, startServerProcess, startUiProcess, whenReady } from './server-process.js';

export interface LocalTemporalOptions {
  /** Where the state is kept; null keeps it in memory. */
  readonly dataFolder: string | null;
  readonly ui: boolean;
  readonly onProgress: (line: string) => void;
  /**
   * Taken when they are free, replaced otherwise; any when not given. Two servers that start at once and prefer the same port may both
   * find it free: whatever runs many times on one machine, as tests do, prefers none.
   */
  readonly preferredPorts?: { readonly frontend?: number; readonly ui?: number };
  /** The codec server that the UI asks for readable text. */
  readonly codecEndpoint?: string;
  /** Added to the development settings, and before them. */
  readonly dynamicConfig?: DynamicConfig;
  readonly namespace?: string;
}

export interface LocalTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  /** The server's process, for whoever measures it. */
  readonly pid: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

interface Started {
  readonly server: GuardedProcess;
  readonly address: string;
  readonly ui: { readonly process: GuardedProcess | null; readonly url: string } | null;
}

/** `temporal server start-dev`: one process with server and UI. */
async function startCli(binary: string, folder: string, options: LocalTemporalOptions, dynamicConfig: DynamicConfig): Promise<Started> {
  const files = filesOf(folder);
  const port = await freePort(options.preferredPorts?.frontend);
  const [httpPort = 0] = await freePorts(1);
  const uiPort = await freePort(options.preferredPorts?.ui);
  const flags = { ip: '127.0.0.1', port, 'http-port': httpPort, namespace: options.namespace ?? 'default', 'log-level': 'warn' };
  const args = ['server', 'start-dev', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])];
  if (options.ui) args.push('--ui-port', String(uiPort), ...(options.codecEndpoint ? ['--ui-codec-endpoint', options.codecEndpoint] : []));
  else args.push('--headless');
  if (options.dataFolder !== null) args.push('--db-filename', files.database);
  for (const [name, value] of Object.entries(dynamicConfig)) args.push('--dynamic-config-value', `${name}=${JSON.stringify(value)}`);
  const server = await startGuarded({ command: binary, args, env: environmentOfServer(process.env), logFile: files.serverLog });
  return { server, address: `127.0.0.1:${port}`, ui: options.ui ? { process: null, url: `http://127.0.0.1:${uiPort}` } : null };
}

async function startBare(
  programs: { server: string; ui: string | null },
  folder: string,
  options: LocalTemporalOptions,
  dynamicConfig: DynamicConfig,
): Promise<Started> {
  const { process: server, address } = await startServerProcess({
    binary: programs.server,
    folder,
    store: { kind: 'sqlite', file: options.dataFolder === null ? null : filesOf(folder).database },
    dynamicConfig,
    ...(options.preferredPorts?.frontend === undefined ? {} : { preferredPort: options.preferredPorts.frontend }),
  });
  if (!options.ui || programs.ui === null) return { server, address, ui: null };
  const preferredPort = options.preferredPorts?.ui;
  const ui = await startUiProcess({
    binary: programs.ui,
    folder,
    address,
    codecEndpoint: options.codecEndpoint ?? null,
    ...(preferredPort === undefined ? {} : { preferredPort }),
  });
  return { server, address, ui };
}

/**
 * Finds a Temporal server and starts it on loopback, with SQLite, time skipping and one partition per task queue; it answers calls in
 * the namespace when this returns, and ends with this process.
 *
 * @throws NoTemporalServer when none can be had; Error with the end of the server's log when it does not start
 */
export async function startLocalTemporal(options: LocalTemporalOptions): Promise<LocalTemporal> {
  const { onProgress, namespace = 'default' } = options;
  const programs = await findTemporal({ ui: options.ui, onProgress });
  const folder = options.dataFolder === null ? await mkdtemp(join(tmpdir(), 'kobi-temporal-')) : resolve(options.dataFolder);
  await mkdir(folder, { recursive: true });
  const dynamicConfig = { ...DEVELOPMENT_DYNAMIC_CONFIG, ...options.dynamicConfig };
  const started =
    programs.kind === 'cli'
      ? await startCli(programs.temporal, folder, options, dynamicConfig)
      : await startBare(programs, folder, options, dynamicConfig);
  const { server, address, ui } = started;
  const stop = async (): Promise<void> => {
    await ui?.process?.stop();
    await server.stop();
    if (options.dataFolder === null) await rm(folder, { recursive: true, force: true });
  };
  try {
    await whenReady(server, address, namespace);
  } catch (error) {
    await stop();
    throw error;
  }
  onProgress(`Temporal listens on ${address}${ui === null ? '' : `, its web UI on ${ui.url}`}`);
  return { address, namespace, uiUrl: ui?.url ?? null, pid: server.pid, logFile: filesOf(folder).serverLog, stop };
}
