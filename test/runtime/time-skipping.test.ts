import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TemporalClient } from '../../src/temporal/connection.js';
import {
  collectHistory,
  connectToTestServer,
  connectWorkerToTestServer,
  fastForward,
  readHistory,
  skippingTime,
  skipToEnd,
} from '../harness/temporal.js';
import { answer, gate, napper } from './sleeper.js';

const taskQueue = 'time-skipping';
const workflowsPath = fileURLToPath(new URL('./sleeper.ts', import.meta.url));
let temporal: TemporalClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  temporal = await connectToTestServer();
  const { connection } = await connectWorkerToTestServer();
  const worker = await Worker.create({ connection, taskQueue, workflowsPath });
  const running = worker.run();
  stop = async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await temporal.close();
  };
});
afterAll(() => stop());

it('leaps over fifteen days of timers', async () => {
  const client = skippingTime(temporal.connection);
  const handle = await client.workflow.start(napper, { workflowId: 'napper', taskQueue });
  expect(await handle.result()).toBeGreaterThanOrEqual(15);
  const [file = ''] = await collectHistory(client, handle);
  await Worker.runReplayHistory({ workflowsPath }, await readHistory(file), 'napper');
});

it('stops where it is told, so that an answer arrives on the day the test means', async () => {
  const client = skippingTime(temporal.connection, { stopAfter: '1 hour' });
  const handle = await client.workflow.start(gate, { workflowId: 'answered', taskQueue });
  await fastForward(client, handle, '2 days');
  await handle.signal(answer, 'yes');
  expect(await handle.result()).toBe('day 2');
});

it('goes on to the end when nobody answers', async () => {
  const client = skippingTime(temporal.connection, { stopAfter: '1 hour' });
  const handle = await client.workflow.start(gate, { workflowId: 'unanswered', taskQueue });
  await skipToEnd(client, handle);
  expect(await handle.result()).toBe('nobody');
});
