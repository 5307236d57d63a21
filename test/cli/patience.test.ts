import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readStatus } from '../../src/cli/read-status.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { connectToTestServer } from '../harness/temporal.js';
import { save, statusOf } from '../web/statuses.js';

const slug = `patience_${randomUUID().slice(0, 8).replaceAll('-', '')}`;
const patience = { savedMs: 300, unsavedMs: 400 };
let database: FreshDatabase;
let temporal: Awaited<ReturnType<typeof connectToTestServer>>;

beforeAll(async () => {
  database = await freshDatabase();
  temporal = await connectToTestServer();
  // Nobody polls this queue: its workers are all away.
  await temporal.client.workflow.start('onboardTenant', { workflowId: onboardingWorkflowId(slug), taskQueue: randomUUID(), args: [] });
});
afterAll(async () => {
  await temporal.client.workflow.getHandle(onboardingWorkflowId(slug)).terminate();
  await temporal.close();
  await database.close();
});

it('shows the saved state, with why and how long was waited, when no worker answers a page in time', async () => {
  const parts = { client: temporal.client, db: database.db, patience };
  await expect(readStatus(parts, slug)).rejects.toMatchObject({ details: { code: 'no_worker' } });
  const status = statusOf(slug, { state: 'waiting' });
  await save(database.db, status);
  const answer = await readStatus(parts, slug);
  expect(answer).toMatchObject({
    source: 'projection',
    asleep: true,
    status: { slug },
    note: expect.stringContaining('no worker answered within 0.3 s'),
  });
  expect(answer.away, 'the server is there').toBeUndefined();
});
