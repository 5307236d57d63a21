import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DecisionRequest } from '../../src/cli/decide-gate.js';
import { CommandFault, EXIT } from '../../src/cli/exit.js';
import { type Desk, startDesk } from './desk.js';
import { playedClient } from './played-client.js';
import { openGate, save, statusOf } from './statuses.js';

const SLUG = 'alpine_school';
const GATE = `/tenants/${SLUG}/gates/creative_policy`;
const status = statusOf(SLUG, { state: 'waiting', gates: [openGate()] });
const heard: DecisionRequest[] = [];

let desk: Desk;
beforeAll(async () => {
  const onboardings = playedClient({
    status: () => Promise.resolve({ status, source: 'run', asOf: null, note: null }),
    exhibits: () => Promise.resolve([]),
    decide(_slug, request: DecisionRequest) {
      heard.push(request);
      if (heard.length === 1)
        return Promise.reject(new CommandFault('no worker answered: ask again with the same command and --decision-id x', EXIT.failed));
      return Promise.resolve({
        accepted: true,
        decisionId: request.decisionId ?? '',
        gateState: 'approved',
        message: 'noted',
        ledgerSeq: 7,
      });
    },
  });
  desk = await startDesk({ onboardings: () => Promise.resolve(onboardings) });
  await save(desk.database.db, status);
});
afterAll(() => desk.close());

it('case 18: a decision whose answer was lost is sent again from the page as the same decision', async () => {
  const approver = await desk.signedIn('approver-a');
  const fieldsOf = (html: string): Record<string, string> =>
    Object.fromEntries(
      [...html.matchAll(/<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
  const first = fieldsOf(await (await approver.get(GATE)).text());
  const lost = await approver.post(`${GATE}/decide`, { ...first, verdict: 'approve', reason: 'as in the brief' });
  const page = await lost.text();
  expect(lost.status).toBe(503);
  expect(page).toContain('it counts once');
  expect(page).not.toContain('--decision-id');
  expect(page).toContain('as in the brief</textarea>');
  expect((await approver.post(`${GATE}/decide`, { ...fieldsOf(page), verdict: 'approve', reason: 'as in the brief' })).status).toBe(303);
  expect(heard.map(({ decisionId }) => decisionId)).toEqual([first['decisionId'], first['decisionId']]);
  expect(fieldsOf(await (await approver.get(GATE)).text())['decisionId'], 'a new page is a new decision').not.toBe(first['decisionId']);
});
