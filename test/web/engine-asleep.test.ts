import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandFault, EXIT } from '../../src/cli/exit.js';
import type { StatusAnswer } from '../../src/cli/read-status.js';
import { type Desk, startDesk } from './desk.js';
import { playedClient } from './played-client.js';
import { openGate, save, STARTED_AT, statusOf } from './statuses.js';

const SLUG = 'alpine_school';
const TENANT = `/tenants/${SLUG}`;
const GATE = `${TENANT}/gates/creative_policy`;
const status = statusOf(SLUG, { state: 'waiting', gates: [openGate()] });
const note = `no worker answered within 1 s (is one running? npm run worker); this is its last saved state, of ${STARTED_AT}`;
const saved: StatusAnswer = { status, source: 'projection', asOf: STARTED_AT, note, asleep: true };

let desk: Desk;
let answer: () => Promise<StatusAnswer>;
beforeAll(async () => {
  const onboardings = playedClient({ status: () => answer(), exhibits: () => Promise.resolve([]) });
  desk = await startDesk({ onboardings: () => Promise.resolve(onboardings) });
  await save(desk.database.db, status);
});
afterAll(() => desk.close());

async function read(person: string, path: string): Promise<{ readonly code: number; readonly text: string }> {
  const page = await (await desk.signedIn(person)).get(path);
  return { code: page.status, text: await page.text() };
}

describe('while no worker runs', () => {
  it.each([TENANT, GATE])('%s gives ops the command, and approvers what it means for them', async (path) => {
    answer = () => Promise.resolve(saved);
    const [ops, approver] = [await read('ops-a', path), await read('approver-a', path)];
    expect(ops.text).toContain('npm run worker');
    expect(approver).toMatchObject({ code: 200, text: expect.stringContaining('The engine is asleep; ops wake it.') });
    expect(approver.text).toContain('sent again later, counts once');
    expect(approver.text).not.toContain('npm run');
  });

  it('an onboarding of which nothing is saved yet says so to both', async () => {
    answer = () => Promise.reject(new CommandFault('no worker has taken it up', EXIT.failed, { code: 'no_worker' }));
    const [ops, approver] = [await read('ops-a', TENANT), await read('approver-a', TENANT)];
    expect(ops).toMatchObject({ code: 503, text: expect.stringContaining('npm run worker') });
    expect(approver).toMatchObject({ code: 503, text: expect.stringContaining('as soon as ops wake the engine') });
    expect(approver.text).not.toContain('npm run');
  });
});
