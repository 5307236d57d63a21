import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listLedger } from '../../src/store/ledger.js';
import { decisionOn } from './approver.js';
import { endsAs, holdsAfterEveryCase, moneyMovedOnce, timersFireOnce } from './oracles.js';
import { LONG } from './profile.js';
import { callsOf, readRemoteState, remoteOutcome } from './remote.js';
import { drawsOf, scaled, WHOLE } from './seed.js';
import { startWorld, type World } from './world.js';

const REMIND_EVERY_MS = 700;

let world: World;
beforeAll(async () => {
  const gates = { remindEveryMs: REMIND_EVERY_MS, escalateAfterMs: 1_500, dueAfterMs: 60_000, expireAfterMs: 600_000 };
  world = await startWorld({ name: 'away', people: false, waits: { gates } });
});
afterAll(() => world.close());

it('case 4: after all workers were down with many runs in flight, the backlog drains unaided and each timer fires once', LONG, async () => {
  const draws = drawsOf(4);
  const count = WHOLE ? 100 : 16;
  const slugs = await Promise.all(Array.from({ length: count }, (_, index) => world.start(`run${index}`, { catalog: draws.next() < 0.3 })));
  // Some wait at their gate, some are in the middle of a step, some have hardly begun.
  const waiting = async (): Promise<number> => (await world.statuses()).filter(({ gates }) => gates.length > 0).length;
  const enough = 2 + draws.below(count / 2);
  await world.until(`${enough} of ${count} wait at a gate`, async () => (await waiting()) >= enough);
  await world.workers.killAll();

  // While nobody works, people still start onboardings and still decide; every deadline of a gate passes.
  slugs.push(await world.start('late_one'));
  const [asked, ...others] = (await world.statuses()).filter(({ gates }) => gates.some(({ state }) => state === 'open'));
  const gate = asked?.gates[0];
  if (!asked || !gate) throw new Error('no gate is open');
  const decision = decisionOn(gate);
  const ask = (): Promise<unknown> => world.onboardings.decide(asked.slug, decision).catch((error: unknown) => error);
  const decided = ask();
  await delay(Math.max(scaled({ minutes: 10 }), 2 * REMIND_EVERY_MS));
  await Promise.all([world.workers.start(), world.workers.start()]);
  // A backlog may take longer than people wait; they are told to ask again under the same id.
  let answer = await decided;
  const answered = async (): Promise<boolean> => {
    if (answer instanceof Error) answer = await ask();
    return !(answer instanceof Error);
  };
  await world.until('the decision is answered', answered, 240_000);
  expect(answer).toMatchObject({ accepted: true, decisionId: decision.decisionId });
  // The others are reminded of what they have not decided, and only then decide.
  const reminded = async () => new Set((await listLedger(world.db, { kinds: ['gate_reminded'] })).map(({ slug }) => slug));
  await world.until('people are reminded', async () => {
    const told = await reminded();
    return others.every(({ slug }) => told.has(slug));
  });
  world.people.start();
  await world.untilLive(slugs, 240_000);

  const runs = await holdsAfterEveryCase(world, slugs);
  timersFireOnce(runs);
  for (const slug of slugs) await moneyMovedOnce(world, slug);
});

it('case 5: workers that are told to stop one after the other finish or hand back what they do, and exit with 0', LONG, async () => {
  drawsOf(5);
  world.people.start();
  const plain = await world.start('plain', { catalog: true });
  await world.untilLive([plain]);
  // One activity outlasts the grace period and is handed back; another ends within it.
  const outlasting = [
    await world.simulator.fault({ endpoint: '/pixel/create/', fault: 'hold-answer', times: 1 }),
    await world.simulator.fault({ endpoint: '/catalog/product/upload/', fault: 'hold-answer', times: 1 }),
  ];
  const ending = await world.simulator.fault({ endpoint: '/bc/asset/assign/', fault: 'slow', ms: 1_500, times: 6 });
  const slugs = await Promise.all(Array.from({ length: WHOLE ? 24 : 6 }, (_, index) => world.start(`rolled${index}`, { catalog: true })));
  const endings: (number | string)[] = [];
  for (const fault of [ending, ...outlasting]) {
    await world.until('an activity is under way at TikTok', async () => (await world.simulator.fired(fault)) > 0);
    const old = world.workers.living();
    await world.workers.start();
    for (const worker of old) endings.push(await worker.stop(30_000));
  }
  await world.untilLive(slugs, 240_000);
  for (const fault of outlasting) await world.simulator.lift(fault);

  expect(endings.length).toBeGreaterThanOrEqual(3);
  expect(new Set(endings), 'how the workers ended').toEqual(new Set([0]));
  await endsAs(world, slugs, remoteOutcome(await readRemoteState(world), plain));
  for (const slug of slugs) expect((await callsOf(world, slug, '/pixel/create/')).filter(({ committed }) => committed).length).toBe(1);
  await holdsAfterEveryCase(world, slugs);
});
