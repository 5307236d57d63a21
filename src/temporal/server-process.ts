import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { freePort } from '../process/free-port.js';
import { type GuardedProcess, startGuarded } from '../process/guarded-process.js';
import { ensureNamespace } from './namespace.js';
import { type DynamicConfig, dynamicConfigFile, filesOf, serverConfig, type ServerStore, uiConfig } from './server-config.js';
import { choosePorts } from './server-ports.js';

/** Our own server takes nothing from the environment: TEMPORAL_* there describes the server that clients use. */
export function environmentOfServer(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** Starts the bare server with all four roles. */
export async function startServerProcess(options: {
  readonly binary: string;
  readonly folder: string;
  readonly store: ServerStore;
  readonly dynamicConfig: DynamicConfig;
  readonly preferredPort?: number;
}): Promise<{ process: GuardedProcess; address: string }> {
  const { binary, folder, store, dynamicConfig } = options;
  const files = filesOf(folder);
  await mkdir(folder, { recursive: true });
  const ports = await choosePorts(folder, options.preferredPort);
  await writeFile(files.dynamicConfig, stringify(dynamicConfigFile(dynamicConfig)));
  // It may hold the database's password.
  await writeFile(files.server, stringify(serverConfig({ store, ports, dynamicConfigPath: files.dynamicConfig })), { mode: 0o600 });
  const process_ = await startGuarded({
    command: binary,
    args: ['--config-file', files.server, '--allow-no-auth', 'start'],
    env: environmentOfServer(process.env),
    logFile: files.serverLog,
  });
  return { process: process_, address: `127.0.0.1:${ports.frontend}` };
}

/** Starts the bare web UI for a server. */
export async function startUiProcess(options: {
  readonly binary: string;
  readonly folder: string;
  readonly address: string;
  readonly codecEndpoint: string | null;
  readonly preferredPort?: number;
}): Promise<{ process: GuardedProcess; url: string }> {
  const { binary, folder, address, codecEndpoint } = options;
  const files = filesOf(folder);
  const port = await freePort(options.preferredPort);
  await writeFile(files.ui, stringify(uiConfig({ address, port, codecEndpoint })));
  const args = ['--root', folder, '--config', '.', '--env', 'ui', 'start'];
  const process_ = await startGuarded({ command: binary, args, env: environmentOfServer(process.env), logFile: files.uiLog });
  return { process: process_, url: `http://127.0.0.1:${port}` };
}

/**
 * Waits until the server answers calls in the namespace, which is made when it is missing.
 * @throws Error with the last lines of the server's log when it ends or stays silent for a minute
 */
export async function whenReady(server: GuardedProcess, address: string, namespace: string): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2 seconds' });
      try {
        await ensureNamespace(connection, namespace);
        // Another server may have taken the port between our look and our server's: that one's answer is not ours.
        if (!server.running()) throw new Error(`another program answers at ${address}`);
        return;
      } finally {
        await connection.close();
      }
    } catch (cause) {
      if (!server.running() || Date.now() > until)
        throw new Error(`the Temporal server at ${address} did not start; the end of its log:\n${server.lastLines(8)}`, { cause });
      await delay(100);
    }
  }
}
