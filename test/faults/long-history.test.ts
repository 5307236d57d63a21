import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GateId } from '../../src/contract/checklist.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import { SIGNAL } from '../../src/contract/messages.js';
import type { GateStatus } from '../../src/contract/status.js';
import { listLedger } from '../../src/store/ledger.js';
import { holdsAfterEveryCase } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { runsOf } from './runs.js';
import { drawsOf, WHOLE } from './seed.js';
import { startWorld, type World } from './world.js';

/** Where Temporal suggests to continue as new. */
const MOST_EVENTS = 4_096;
const REMIND_EVERY_MS = 400;
/** Messages on their way at once; Temporal takes ten for one workflow. */
const AT_ONCE = 8;
const AGAIN = { actor: OPS, reason: 'ask again' } as const;

let world: World;
beforeAll(async () => {
  world = await startWorld({
    name: 'long',
    people: false,
    waits: { gates: { remindEveryMs: REMIND_EVERY_MS, escalateAfterMs: 2_000 } },
    // One worker from beginning to end: it need not read the long history again.
    env: { KOBI_STICKY_MS: '30000' },
  });
});
afterAll(() => world.close());

async function gateOf(slug: string, id: GateId): Promise<GateStatus> {
  const gate = (await world.onboardings.status(slug)).status.gates.find((each) => each.id === id);
  if (gate === undefined) throw new Error(`${slug} has no gate ${id}`);
  return gate;
}

/** Signals that nobody can use, the cheapest events that there are; not more at once than Temporal keeps while the workflow is at work. */
async function flood(slug: string): Promise<void> {
  const handle = world.client.workflow.getHandle(onboardingWorkflowId(slug));
  for (let burst = 0; burst < 50; burst += 1) {
    await Promise.all(Array.from({ length: 60 }, () => handle.signal(SIGNAL.decide, { gate: 'no such gate' })));
    expect(await world.onboardings.retry(slug, { ...AGAIN, step: 'launch_check' })).toMatchObject({ accepted: false });
  }
}

/** When a gate's reminders were due, epoch milliseconds. */
async function remindersOf(slug: string, gate: GateId): Promise<number[]> {
  const rows = await listLedger(world.db, { slug, kinds: ['gate_reminded'] });
  return rows.flatMap(({ key }) => {
    const [, id, instant] = /^gate_reminded:(\w+):\d+:(.*)$/.exec(key) ?? [];
    return id === gate && instant !== undefined ? [Date.parse(instant)] : [];
  });
}

it('case 9: thousands of reminders, retries and updates continue as new before 4,096 events, and nothing is forgotten', LONG, async () => {
  const draws = drawsOf(9);
  const slug = await world.start('run', { change: { billing: { initialFundingMinor: 150_000, budgetCapPerMonthMinor: 300_000 } } });
  await world.until(
    'both gates are open',
    async () => (await world.status(slug))?.gates.filter(({ state }) => state === 'open').length === 2,
  );
  const funding = await gateOf(slug, 'initial_funding');
  const { revision, evidenceHash, candidates } = funding;
  const [first = '', second = ''] = candidates;
  const approval = {
    gate: 'initial_funding',
    verdict: 'approve',
    reason: 'as agreed',
    amountMinor: 150_000,
    revision,
    evidenceHash,
  } as const;
  const vote = { ...approval, decisionId: 'first-vote', actor: first };
  const stale = { ...approval, decisionId: 'stale-vote', actor: second, evidenceHash: '0'.repeat(64) };
  const once = { ...AGAIN, verbId: 'once', step: 'tiktok_account' } as const;
  const before = [
    await world.onboardings.decide(slug, vote),
    await world.onboardings.decide(slug, stale),
    await world.onboardings.retry(slug, once),
  ];
  expect(before.map(({ accepted }) => accepted)).toEqual([true, false, true]);
  const gates = await Promise.all((['creative_policy', 'initial_funding'] as const).map((id) => gateOf(slug, id)));

  const wanted = WHOLE ? 4 : 2;
  if (!WHOLE) await flood(slug);
  let over = false;
  const sender = async (): Promise<void> => {
    while (!over) {
      const drawn = draws.next();
      if (drawn < 0.2) await world.onboardings.retry(slug, { ...AGAIN, step: 'tiktok_account' });
      else if (drawn < 0.3) expect(await world.onboardings.decide(slug, vote)).toEqual(before[0]);
      else expect(await world.onboardings.retry(slug, { ...AGAIN, step: 'launch_check' })).toMatchObject({ accepted: false });
    }
  };
  const runsSoFar = async (): Promise<number> => (await runsOf(world, slug)).length;
  const end = world.until(`${wanted} runs after each other`, async () => (await runsSoFar()) >= wanted, LONG.timeout);
  await Promise.all([...Array.from({ length: AT_ONCE }, sender), end.finally(() => (over = true))]);

  for (const gate of gates) expect(await gateOf(slug, gate.id)).toEqual(gate);
  const after = [
    await world.onboardings.decide(slug, vote),
    await world.onboardings.decide(slug, stale),
    await world.onboardings.retry(slug, once),
  ];
  expect(after).toEqual(before);
  expect(await world.onboardings.decide(slug, { ...vote, decisionId: 'another' })).toMatchObject({
    accepted: false,
    code: 'already_voted',
  });

  world.people.start();
  await world.untilLive([slug]);
  for (const { id, openedAt } of gates) {
    const instants = await remindersOf(slug, id);
    expect(instants.length, `reminders of ${id}`).toBeGreaterThan(0);
    const off = instants.filter((instant) => (instant - Date.parse(openedAt)) % REMIND_EVERY_MS !== 0);
    expect({ id, off, twice: instants.length - new Set(instants).size }).toEqual({ id, off: [], twice: 0 });
  }
  expect((await listLedger(world.db, { slug, kinds: ['gate_escalated'] })).length, 'escalations of two gates').toBe(2);
  const runs = await holdsAfterEveryCase(world, [slug]);
  expect(runs.length).toBeGreaterThanOrEqual(wanted);
  for (const { events } of runs) expect(events.length).toBeLessThan(MOST_EVENTS);
});
