import { join } from 'node:path';
import { freePort } from '../../src/process/free-port.js';
import { type Child, jsonLine, startChild } from './child.js';
import type { Stack } from './stack.js';

/** Starts the sender of events beside a stack as a process of its own. */
export async function startSender(stack: Stack): Promise<Child> {
  const { child } = await startChild({
    entry: 'src/sender.ts',
    env: {
      ...stack.env,
      KOBI_DEV_ENV: 'off',
      KOBI_SENDER_HEALTH_PORT: String(await freePort(8092)),
      KOBI_SENDER_METRICS_PORT: String(await freePort(9466)),
    },
    logFile: join(stack.logs, 'sender.log'),
    ready: (line) => (line.includes('the sender sends') ? (jsonLine(line) ?? {}) : null),
  });
  return child;
}
