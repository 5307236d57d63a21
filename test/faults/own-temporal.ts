import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTemporal } from '../../src/temporal/connection.js';
import { type LocalTemporal, startLocalTemporal } from '../../src/temporal/local-server.js';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.js';

/** A Temporal server of one test file that keeps its store while it is dead. */
export interface OwnTemporal {
  readonly address: string;
  /** SIGKILL; nothing answers at its address until `start`. */
  kill(): Promise<void>;
  /** At the same address, over the same store. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startOwnTemporal(): Promise<OwnTemporal> {
  const folder = mkdtempSync(join(tmpdir(), 'kobi-faults-temporal-'));
  const begin = (frontend?: number): Promise<LocalTemporal> =>
    startLocalTemporal({
      dataFolder: folder,
      ui: false,
      onProgress: () => undefined,
      ...(frontend === undefined ? {} : { preferredPorts: { frontend } }),
    });
  let server = await begin();
  const { address } = server;
  const { connection, namespace, close } = await connectTemporal({ address, env: {} });
  await ensureSearchAttributes(connection, namespace);
  await close();
  return {
    address,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
    },
    async start() {
      server = await begin(Number(address.split(':')[1]));
      if (server.address !== address) throw new Error(`the server came back at ${server.address}, not at ${address}: its port was taken`);
    },
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
