import { join } from 'node:path';
import { freePort } from '../../src/process/free-port.js';
import { type Child, jsonLine, startChild } from './child.js';
import type { Stack } from './stack.js';

export interface RunningGateway {
  readonly url: string;
  readonly child: Child;
}

/** Starts the event gateway beside a stack as a process of its own. */
export async function startGateway(stack: Stack, folder: string): Promise<RunningGateway> {
  const port = await freePort(8095);
  const { child } = await startChild({
    entry: 'src/gateway.ts',
    env: { ...stack.env, KOBI_DEV_ENV: 'off', KOBI_GATEWAY_PORT: String(port), KOBI_GATEWAY_UPLOADS: join(folder, 'uploads') },
    logFile: join(stack.logs, 'gateway.log'),
    ready: (line) => (line.includes('the gateway takes events in') ? (jsonLine(line) ?? {}) : null),
  });
  return { url: `http://127.0.0.1:${port}`, child };
}
