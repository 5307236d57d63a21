import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { beat, progressBefore } from '../../src/activities/attempts.js';
import { failing } from '../../src/activities/failing.js';
import { stepFailure } from '../../src/activities/failure.js';
import { connectTemporal, connectWorker } from '../../src/temporal/connection.js';
import { SlotFarAway } from '../../src/tiktok/not-sent.js';
import { temporalAddress } from '../harness/temporal.js';
import type { Attempted } from './attempted.js';

const logger = new DefaultLogger('ERROR');
let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  Runtime.install({ logger });
  workflowBundle = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('attempted.ts', import.meta.url)), logger });
});

/** Runs one activity on the real server, under a retry policy without a limit of its own. */
async function run(attempt: Attempted['attempt']): Promise<string> {
  const address = temporalAddress();
  const taskQueue = `attempts-${randomUUID()}`;
  const server = await connectTemporal({ address, env: {} });
  const { connection, namespace } = await connectWorker({ address, env: {} });
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      workflowBundle,
      activities: failing({ attempt }),
    });
    return await worker.runUntil(
      server.client.workflow.execute<() => Promise<string>>('attempted', { taskQueue, workflowId: taskQueue, args: [] }),
    );
  } finally {
    await connection.close();
    await server.close();
  }
}

async function failureOf(attempt: Attempted['attempt']): Promise<ApplicationFailure> {
  const error: unknown = await run(attempt).catch((thrown: unknown) => thrown);
  if (error instanceof WorkflowFailedError && error.cause instanceof ActivityFailure && error.cause.cause instanceof ApplicationFailure)
    return error.cause.cause;
  throw new Error('the activity did not fail', { cause: error });
}

describe('attempts of an activity', () => {
  it('waits for a slot of the rate limit as often as it takes', async () => {
    let attempts = 0;
    const answer = await run(() => {
      attempts += 1;
      if (attempts <= 30) throw new SlotFarAway('/bc/get/', 1);
      return Promise.resolve('answered');
    });
    expect(answer).toBe('answered');
    expect(attempts).toBe(31);
  });

  it('are made again also when the slot is free by now', async () => {
    let attempts = 0;
    const answer = await run(() => {
      attempts += 1;
      if (attempts <= 3) throw new SlotFarAway('/bc/get/', 0);
      return Promise.resolve('answered');
    });
    expect(answer).toBe('answered');
  });

  it('ends after twelve that failed, with the failure of the last and not counting those that waited', async () => {
    let failed = 0;
    let attempts = 0;
    const failure = await failureOf(() => {
      attempts += 1;
      if (attempts % 2 === 0) throw new SlotFarAway('/bc/get/', 1);
      failed += 1;
      throw stepFailure('tiktok_unavailable', `no answer ${failed}`, { nextRetryDelayMs: 1 });
    });
    expect(failed).toBe(12);
    expect(failure).toMatchObject({ type: 'tiktok_unavailable', message: 'no answer 12', nonRetryable: true });
  });

  it('keeps what it had done through attempts that only waited', async () => {
    const seen: unknown[] = [];
    await run(() => {
      seen.push(progressBefore());
      if (seen.length === 1) beat({ batches: 1 });
      if (seen.length < 4) throw new SlotFarAway('/catalog/product/upload/', 1);
      return Promise.resolve('answered');
    });
    expect(seen).toEqual([undefined, { batches: 1 }, { batches: 1 }, { batches: 1 }]);
  });
});
