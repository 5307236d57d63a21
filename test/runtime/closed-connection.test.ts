import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { freePort } from '../../src/process/free-port.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { createGateway } from './gateway.js';

it('a connection that is closed between two tries of a call ends the call, and not the process', async () => {
  const gateway = createGateway(await freePort(), inject('temporalAddress'));
  await gateway.open();
  const { client, close } = await connectTemporal({ address: gateway.address, env: {} });
  await client.workflowService.getSystemInfo({});
  await gateway.cut();
  const uncaught: unknown[] = [];
  const hear = (error: unknown): void => void uncaught.push(error);
  process.prependListener('uncaughtException', hear);
  const call = client.withDeadline(Date.now() + 10_000, () => client.workflowService.getSystemInfo({})).catch((error: unknown) => error);
  // The first tries have failed by now, and the next is due.
  await delay(400);
  await close();
  expect(await call).toBeInstanceOf(Error);
  process.off('uncaughtException', hear);
  expect(uncaught).toEqual([]);
});

it('a call over a closed connection fails, where whoever made it can hear', async () => {
  const { client, close } = await connectTemporal({ address: inject('temporalAddress'), env: {} });
  await close();
  const call = client.withDeadline(Date.now() + 10_000, () => client.workflowService.getSystemInfo({}));
  await expect(call).rejects.toThrow(/closed|shut down/i);
});
