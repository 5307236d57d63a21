import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { StepId } from '../../src/contract/checklist.js';
import type { Undo } from '../../src/contract/onboarding-activities.js';
import { advertiserName, catalogName, pixelName } from '../../src/domain/naming.js';
import { listLedger } from '../../src/store/ledger.js';
import { holdsAfterEveryCase } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { callsOf, readRemoteState, type RemoteState, remoteOutcome } from './remote.js';
import { inputsOf, type Run } from './runs.js';
import { drawsOf, WHOLE } from './seed.js';
import { startWorld, type TenantTraits, type World } from './world.js';

/** Calls of each step that name their tenant; a cancel meets one of them while its answer is on the way. */
const CALLS: Readonly<Record<Exclude<StepId, 'business_verification'>, readonly string[]>> = {
  advertiser_account: ['/bc/advertiser/create/', '/bc/asset/assign/'],
  tiktok_account: ['/bc/asset/advertiser/assign/'],
  pixel: ['/pixel/create/', '/bc/pixel/transfer/', '/bc/pixel/link/update/'],
  catalog: ['/catalog/create/', '/catalog/product/upload/', '/catalog/eventsource/bind/'],
  conversion_events: ['/pixel/event/create/'],
  billing: ['/bc/billing_group/update/', '/advertiser/update/', '/bc/transfer/'],
  creative_policy: ['/file/image/ad/upload/'],
  spark_ads: ['/tt_video/authorize/', '/tt_video/info/'],
  launch_check: ['/identity/get/'],
};
const EVERYTHING: TenantTraits = { catalog: true, spark: true, pixelRule: true };

type Kind = Undo['kind'];
/** An undo comes before the undo of what it stands on. */
const BEFORE: readonly (readonly [Kind, Kind])[] = [
  ['unbind_event_source', 'delete_catalog'],
  ['delete_catalog', 'unlink_pixel'],
  ['refund', 'leave_billing_group'],
  ['unlink_pixel', 'unassign_users'],
  ['unassign_tiktok_account', 'unassign_users'],
  ['leave_billing_group', 'unassign_users'],
  ['unbind_spark_post', 'unassign_users'],
  ['unbind_spark_code', 'unassign_users'],
];
const undoInput = z.object({ undo: z.looseObject({ kind: z.string() }) });

let world: World;
beforeAll(async () => {
  world = await startWorld({ name: 'cancel' });
});
afterAll(() => world.close());

/** Cancels twice at once, by two people; the second changes nothing. */
async function cancelTwice(slug: string): Promise<void> {
  const people = [OPS, 'ops-b@example.org'];
  const answers = await Promise.all(people.map((actor) => world.onboardings.cancel(slug, { actor, reason: 'the client left' })));
  expect(answers.map(({ accepted }) => accepted)).toEqual([true, true]);
  expect(answers.filter(({ message }) => message.includes('already')).length, `cancels of ${slug} that came second`).toBe(1);
}

/** Whose call is held. */
async function heldAt(path: string, slugs: readonly string[]): Promise<string> {
  const held = (await world.simulator.calls({ path })).find(({ fault }) => fault === 'hold-answer');
  const named = (slug: string): string[] => [advertiserName(slug), pixelName(slug), catalogName(slug)];
  const slug = slugs.find((each) => named(each).some((name) => held?.subjects.includes(name)));
  if (slug === undefined) throw new Error(`the held call of ${path} names none of the tenants`);
  return slug;
}

/** Newest first, nothing twice. */
function undoneInOrder(runs: readonly Run[]): void {
  const undos = inputsOf(runs, 'undo').map((input) => undoInput.parse(input).undo);
  expect(new Set(undos.map((undo) => JSON.stringify(undo))).size).toBe(undos.length);
  const kinds = undos.map(({ kind }) => kind);
  const wrong = BEFORE.filter(
    ([first, then]) => kinds.includes(first) && kinds.includes(then) && kinds.indexOf(first) > kinds.indexOf(then),
  );
  expect(wrong, kinds.join(', ')).toEqual([]);
}

/** Everything that TikTok lets us take back is taken back, and what it keeps is on the list. */
async function tidyAndListed(state: RemoteState, slug: string): Promise<void> {
  const { advertisers, pixels, catalogs, transfers, ...rest } = remoteOutcome(state, slug);
  const [funded] = transfers;
  expect({
    slug,
    cash: advertisers.map(({ cashMinor }) => cashMinor),
    links: pixels.map(({ links }) => links),
    catalogs,
    transfers,
    operators: rest.operators,
    billingGroups: rest.billingGroups,
    sparkBindings: rest.sparkBindings,
    tiktokAccounts: rest.tiktokAccounts,
  }).toEqual({
    slug,
    cash: advertisers.map(() => 0),
    links: pixels.map(() => 0),
    catalogs: [],
    transfers: funded === undefined ? [] : [funded, funded.replace('INCREASE', 'DECREASE')],
    operators: [],
    billingGroups: [],
    sparkBindings: 0,
    tiktokAccounts: 0,
  });
  const accounts = Object.values(state.advertisers).flatMap(({ name, advertiserId }) =>
    name === advertiserName(slug) ? [advertiserId] : [],
  );
  const kept = [
    ...accounts,
    ...Object.values(state.pixels).flatMap(({ name, pixelCode }) => (name === pixelName(slug) ? [pixelCode] : [])),
    ...Object.values(state.files).flatMap(({ advertiserId }) => (accounts.includes(advertiserId) ? ['creative files'] : [])),
    ...advertisers.flatMap(({ budgetMinor }) => (budgetMinor > 0 ? ['budget cap'] : [])),
  ];
  const list = (await world.status(slug))?.leftBehind ?? [];
  for (const one of kept) expect(list, `what is left of ${slug}`).toContainEqual(expect.stringContaining(one));
}

it('case 12: cancelled at each step, and twice: taken back newest first, once each, and what stays is listed', LONG, async () => {
  const draws = drawsOf(12);
  const { simulator } = world;
  const paths = Object.values(CALLS).flatMap((calls) => (WHOLE ? calls : [draws.pick(calls)]));
  const open = new Map<string, number>();
  for (const path of paths) open.set(path, await simulator.fault({ endpoint: path, fault: 'hold-answer' }));
  // Each call stops one tenant, so that one is left who meets them all.
  const slugs = await Promise.all(Array.from({ length: paths.length + 1 }, (_, index) => world.start(`t${index + 1}`, EVERYTHING)));
  const cancelled = new Set<string>();
  while (open.size > 0) {
    await world.until(`somebody comes to ${[...open.keys()].join(' or ')}`, async () =>
      (await simulator.faults()).some(({ id, fired }) => fired.length > 0 && [...open.values()].includes(id)),
    );
    for (const { id, endpoint, fired } of await simulator.faults()) {
      if (fired.length === 0) continue;
      const slug = await heldAt(endpoint, slugs);
      if (!cancelled.has(slug)) await cancelTwice(slug);
      cancelled.add(slug);
      await simulator.lift(id);
      open.delete(endpoint);
    }
  }

  // Two that nobody is at work for: one waits for its client, one is parked.
  const [post] = (await world.tenant('waits', EVERYTHING)).sparkPosts;
  const nobodys = [
    await world.start('waits', {
      ...EVERYTHING,
      change: { sparkPosts: [{ id: 'visit', handle: post?.handle ?? '', link: post?.link ?? '' }] },
    }),
    await world.start('parked', { change: { catalog: { feed: { kind: 'file', file: '/no/such/feed.csv' } } } }),
  ];
  await world.until('one waits for its client, one is parked', async () => {
    const steps = (await Promise.all(nobodys.map((slug) => world.status(slug)))).flatMap((status) => status?.steps ?? []);
    const asked = steps.some(({ id, ball }) => id === 'spark_ads' && ball === 'client');
    return asked && steps.some(({ failure }) => failure?.code === 'feed_unreachable');
  });
  for (const slug of nobodys) {
    await cancelTwice(slug);
    cancelled.add(slug);
  }

  const ended = async (): Promise<string[]> =>
    (await world.statuses()).filter(({ state }) => state === 'cancelled').map(({ slug }) => slug);
  await world.until('all of them are cancelled', async () => (await ended()).length === cancelled.size);
  const others = slugs.filter((slug) => !cancelled.has(slug));
  await world.untilLive(others);

  for (const slug of cancelled) {
    const calls = (await callsOf(world, slug)).length;
    const late = await world.onboardings.cancel(slug, { actor: OPS, reason: 'the client left' });
    expect(late).toMatchObject({ accepted: false, code: 'onboarding_ended' });
    expect((await callsOf(world, slug)).length).toBe(calls);
    expect((await listLedger(world.db, { slug, kinds: ['onboarding_cancelled'] })).length).toBe(1);
    await tidyAndListed(await readRemoteState(world), slug);
  }
  const runs = await holdsAfterEveryCase(world, [...slugs, ...nobodys]);
  for (const slug of cancelled) undoneInOrder(runs.filter(({ workflowId }) => workflowId.endsWith(`:${slug}`)));
});
