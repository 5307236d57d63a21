import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { listIntents } from '../../src/store/intents.js';
import { listLedger } from '../../src/store/ledger.js';
import { endsAs, holdsAfterEveryCase, moneyMovedOnce } from './oracles.js';
import { callsOf, readRemoteState, remoteOutcome } from './remote.js';
import { drawsOf } from './seed.js';
import { LONG } from './profile.js';
import { startWorld, type World } from './world.js';

/** 30 s of TikTok's time are 200 ms, and the reads over 90 s are spread over 600 ms. */
const CLOCK_SCALE = 150;
const LOST = ['commit-then-drop', 'hold-answer', 'commit-then-http=502', 'cut-json'] as const;

let world: World;
beforeAll(async () => {
  world = await startWorld({ name: 'lost' });
  await world.simulator.clock({ scale: CLOCK_SCALE });
});
afterAll(() => world.close());

const settled = z.looseObject({ call: z.string(), found: z.boolean(), remoteIds: z.record(z.string(), z.string()) });

async function settledRows(slug: string): Promise<z.infer<typeof settled>[]> {
  return (await listLedger(world.db, { slug, kinds: ['outcome_settled'] })).map((row) => settled.parse(row.payload));
}

it('case 2: a create whose answer is lost is found and adopted, also when lists show it only 30 s later', LONG, async () => {
  const draws = drawsOf(2);
  const creates = [
    { path: '/bc/advertiser/create/', call: 'create_advertiser' },
    { path: '/pixel/create/', call: 'create_pixel' },
    { path: '/catalog/create/', call: 'create_catalog' },
  ];
  const plain = await world.start('plain', { catalog: true });
  const hit = await Promise.all(
    creates.flatMap((create) =>
      (['at_once', 'late'] as const).map(async (seen) => {
        const tenant = await world.tenant(`${create.call}_${seen}`, { catalog: true });
        const lost = draws.pick(LOST);
        const setting = { endpoint: create.path, match: `kobi_${tenant.slug}_`, times: 1 };
        const faults = [await world.simulator.fault({ ...setting, fault: lost })];
        if (seen === 'late') faults.push(await world.simulator.fault({ ...setting, fault: 'visible-after=30s' }));
        return { ...create, slug: await world.start(tenant), faults, seen, lost };
      }),
    ),
  );
  const slugs = [plain, ...hit.map(({ slug }) => slug)];
  await world.untilLive(slugs);

  const state = await readRemoteState(world);
  for (const { slug, faults, call, path, seen, lost } of hit) {
    for (const fault of faults) expect(await world.simulator.fired(fault), `${lost}, ${seen}, on ${path}`).toBe(1);
    const made = (await callsOf(world, slug, path)).filter((each) => each.committed);
    expect(made.length, `${path} after ${lost}`).toBe(1);
    const rows = await settledRows(slug);
    expect(rows).toMatchObject([{ call, found: true }]);
    expect(Object.values(rows[0]?.remoteIds ?? {})).toContain(made[0]?.created[0]);
  }
  await endsAs(world, slugs, remoteOutcome(state, plain));
  await holdsAfterEveryCase(world, slugs);
});

it('case 3: a transfer with unknown outcome is settled by the list of transactions, and money moves once', LONG, async () => {
  const draws = drawsOf(3);
  const path = '/bc/transfer/';
  const kinds = [
    { name: 'moved', fault: draws.pick(LOST), moves: true },
    { name: 'moved_late', fault: draws.pick(LOST), moves: true, late: true },
    { name: 'not_moved', fault: 'drop', moves: false },
    { name: 'not_moved_either', fault: 'http=502', moves: false },
  ] as const;
  const hit: { slug: string; name: string; moves: boolean; fault: number }[] = [];
  // A transfer names its tenant only by an id that is not known before: one tenant at a time.
  for (const kind of kinds) {
    const fault = await world.simulator.fault({ endpoint: path, fault: kind.fault, times: 1 });
    const late = 'late' in kind ? await world.simulator.fault({ endpoint: path, fault: 'visible-after=30s', times: 1 }) : undefined;
    const slug = await world.start(kind.name);
    await world.until(`${kind.fault} on the transfer of ${slug}`, async () => (await world.simulator.fired(fault)) === 1);
    if (late !== undefined) expect(await world.simulator.fired(late)).toBe(1);
    // Its second attempt must not meet the fault that is meant for the next tenant.
    if (!kind.moves) await world.until(`the second transfer of ${slug}`, async () => (await callsOf(world, slug, path)).length === 2);
    hit.push({ slug, name: kind.name, moves: kind.moves, fault });
  }
  const slugs = hit.map(({ slug }) => slug);
  await world.untilLive(slugs);

  for (const { slug, moves } of hit) {
    const transfers = await callsOf(world, slug, path);
    expect(
      transfers.map(({ committed }) => committed),
      `transfers of ${slug}`,
    ).toEqual(moves ? [true] : [false, true]);
    const lists = (await world.simulator.calls({ path: '/bc/account/transaction/get/' })).filter(
      ({ sequence }) => sequence > (transfers[0]?.sequence ?? 0),
    );
    expect(lists.length, 'reads of the transactions').toBeGreaterThan(0);
    expect(await settledRows(slug)).toMatchObject([{ call: 'transfer_recharge', found: moves }]);
    expect(
      (await listIntents(world.db, slug))
        .filter(({ kind }) => kind === 'transfer_recharge')
        .map(({ state, attempts }) => ({ state, attempts })),
    ).toEqual([{ state: 'confirmed', attempts: moves ? 1 : 2 }]);
    await moneyMovedOnce(world, slug);
  }
  await holdsAfterEveryCase(world, slugs);
});
