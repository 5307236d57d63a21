import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Boundary, look, type Place, pointsOf, setBoundary } from './boundaries.js';
import { type Holds, placeHolds } from './holds.js';
import { linkTo } from './link.js';
import { endsAs, holdsAfterEveryCase, lostAttemptsAreKills, moneyMovedOnce } from './oracles.js';
import { LONG } from './profile.js';
import { readRemoteState, remoteOutcome } from './remote.js';
import { drawsOf, WHOLE } from './seed.js';
import { Succession } from './succession.js';
import { type TenantTraits, startWorld, type World } from './world.js';

/** Every place where an activity of the managed checklist touches the world, of our own database too. */
const PLACES: readonly Place[] = [
  ...[
    '/bc/get/',
    '/bc/advertiser/create/',
    '/bc/asset/assign/',
    '/advertiser/info/',
    '/bc/asset/account/authorization/',
    '/bc/asset/advertiser/assign/',
    '/pixel/list/',
    '/pixel/create/',
    '/bc/pixel/transfer/',
    '/bc/pixel/link/update/',
    '/event/track/',
    '/pixel/event/create/',
    '/pixel/event/stats/',
    '/catalog/get/',
    '/catalog/create/',
    '/catalog/product/upload/',
    '/catalog/overview/',
    '/catalog/eventsource/bind/',
    '/bc/balance/get/',
    '/bc/billing_group/update/',
    '/advertiser/update/',
    '/bc/transfer/',
    '/file/image/ad/upload/',
    '/tt_video/authorize/',
    '/tt_video/info/',
    '/identity/get/',
  ].map((path): Place => ({ kind: 'call', of: path })),
  ...['gate_opened', 'decision_accepted', 'onboarding_live'].map((kind): Place => ({ kind: 'row', of: kind })),
  { kind: 'save' },
];

/** A shop with everything that the checklist knows, funded above the threshold: three gates, four people. */
const EVERYTHING: TenantTraits = {
  catalog: true,
  spark: true,
  pixelRule: true,
  change: { billing: { initialFundingMinor: 150_000, budgetCapPerMonthMinor: 300_000 } },
};
/** From the first that is held to the kill: long enough for others to be held elsewhere, short of any time-out. */
const GATHER_MS = 1_500;
/** For all kills together. */
const PATIENCE_MS = LONG.timeout / 2;

let world: World;
let holds: Holds;
beforeAll(async () => {
  world = await startWorld({ name: 'kill', workers: 0 });
  // Two answers of one call may be lost to two kills; ops then do what the failure says.
  world.people.retryAfter.add('outcome_unknown');
  holds = await placeHolds(world.databaseUrl);
});
afterAll(async () => {
  await holds.close();
  await world.close();
});

it('case 1: a worker killed at every activity boundary costs at most one time-out each, and nothing happens twice', LONG, async () => {
  const draws = drawsOf(1);
  const workers = await Succession.begin(world);
  const plain = await world.start('plain', EVERYTHING);
  await world.untilLive([plain]);

  const open: Boundary[] = [];
  for (const place of PLACES)
    for (const point of WHOLE ? pointsOf(place) : [draws.pick(pointsOf(place))]) open.push(await setBoundary(world, holds, place, point));
  const visited: string[] = [];
  const wanted = open.length;
  const slugs = await Promise.all(Array.from({ length: WHOLE ? 12 : 8 }, (_, index) => world.start(`t${index + 1}`, EVERYTHING)));
  const reached = async (): Promise<Boundary[]> => {
    const seen = await look(world, holds);
    return open.filter((boundary) => boundary.reached(seen));
  };
  const allLive = async (): Promise<boolean> => (await world.statuses()).filter(({ state }) => state === 'live').length > slugs.length;
  const end = Date.now() + PATIENCE_MS;
  while (!(await allLive()) && open.length > 0 && Date.now() < end) {
    if ((await reached()).length === 0) {
      await delay(50);
      continue;
    }
    await delay(GATHER_MS);
    const held = await reached();
    await workers.kill(held);
    for (const boundary of held) {
      open.splice(open.indexOf(boundary), 1);
      visited.push(`${boundary.name} ${boundary.point}`);
    }
  }
  // Whatever nobody came to must hold nobody from now on.
  for (const boundary of open) await boundary.release(true);
  await world.untilLive(slugs);
  await workers.end();

  expect(
    open.map(({ name, point }) => `${name} ${point}`),
    'boundaries that nobody came to',
  ).toEqual([]);
  expect(new Set(visited).size).toBe(wanted);
  await endsAs(world, slugs, remoteOutcome(await readRemoteState(world), plain));
  for (const slug of [plain, ...slugs]) await moneyMovedOnce(world, slug);
  const runs = await holdsAfterEveryCase(world, [plain, ...slugs]);
  lostAttemptsAreKills(runs, workers.kills);
});

it('case 1: a worker that was frozen before a call wakes up after another has done it, and does not do it again', LONG, async () => {
  const draws = drawsOf(1);
  const creates = ['/bc/advertiser/create/', '/pixel/create/', '/catalog/create/', '/file/image/ad/upload/'];
  const rounds = WHOLE ? creates : [draws.pick(creates)];
  await world.workers.stopAll();
  const slugs: string[] = [];
  for (const [round, create] of rounds.entries()) {
    const link = await linkTo(world.env.TEMPORAL_ADDRESS ?? '');
    const frozen = await world.workers.start({ TEMPORAL_ADDRESS: link.address });
    const places = [create, '/bc/transfer/'].map((of): Place => ({ kind: 'call', of }));
    const boundaries = await Promise.all(places.map((place) => setBoundary(world, holds, place, 'before')));
    slugs.push(...(await Promise.all(['a', 'b'].map((name) => world.start(`frozen${round}${name}`, EVERYTHING)))));
    await world.until('both calls are about to be made', async () => {
      const seen = await look(world, holds);
      return boundaries.every((boundary) => boundary.reached(seen));
    });
    frozen.send('SIGSTOP');
    // As with a machine that pauses: the server soon gives it no more tasks.
    link.cut();
    // Their slots are granted while the worker cannot hear it: the first thing that it does on waking is to make the calls.
    for (const boundary of boundaries) await boundary.release(true);
    await world.workers.start();
    await world.untilLive(slugs);
    frozen.send('SIGCONT');
    expect(await frozen.stop(30_000), 'the frozen worker ends as any other').toBe(0);
    await world.workers.stopAll();
    await link.close();
  }
  for (const slug of slugs) await moneyMovedOnce(world, slug);
  await holdsAfterEveryCase(world, slugs);
});
