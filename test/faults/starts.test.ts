import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession } from '../../src/cli/session.js';
import type { OnboardingClient } from '../../src/cli/onboarding-client.js';
import type { StartAnswer } from '../../src/cli/start-onboarding.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { catalogName } from '../../src/domain/naming.js';
import { listLedger } from '../../src/store/ledger.js';
import { kobi, kobiProcess } from '../cli/kobi.js';
import { tenantFile } from '../domain/tenant-file.js';
import { placeHolds } from './holds.js';
import { holdsAfterEveryCase } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { callsOf, readRemoteState } from './remote.js';
import { textsIn } from './runs.js';
import { drawsOf, WHOLE } from './seed.js';
import { startWorld, type World } from './world.js';

const MEGABYTE = 1_000_000;

let world: World;
beforeAll(async () => {
  world = await startWorld({ name: 'starts' });
});
afterAll(() => world.close());

/** Neither a run nor a row nor a call: as if nobody had ever asked. */
async function nothingBegan(slug: string): Promise<void> {
  await expect(world.client.workflow.getHandle(onboardingWorkflowId(slug)).describe()).rejects.toThrow(/not found/i);
  expect(await listLedger(world.db, { slug })).toEqual([]);
  expect(await world.status(slug)).toBeUndefined();
  expect(await callsOf(world, slug)).toEqual([]);
}

/** A CSV of about so many bytes, in rows that TikTok takes. */
function feedOf(bytes: number): { readonly csv: string; readonly rows: number } {
  const description = 'Light pack for day tours. '.repeat(80);
  const row = (index: number): string =>
    `PG-${index},Trail pack ${index},${description},IN_STOCK,NEW,129.00 EUR,https://shop.example.org/p/${index},https://shop.example.org/p/${index}.jpg,Peak Gear`;
  const lines = ['sku_id,title,description,availability,condition,price,link,image_link,brand'];
  for (let length = 0; length < bytes; length += row(lines.length).length + 1) lines.push(row(lines.length));
  return { csv: `${lines.join('\n')}\n`, rows: lines.length - 1 };
}

it(
  'case 10: a feed of 5 MB or evidence of 3 MB in the input is refused before anything starts, and by reference stays out of history',
  LONG,
  async () => {
    const folder = join(world.folder, 'large');
    await mkdir(folder, { recursive: true });
    const { csv, rows } = feedOf(5 * MEGABYTE);
    const start = async (name: string, text: string) => {
      const file = join(folder, name);
      await writeFile(file, text);
      return kobi(['start', file, '--as', 'ops-a', '--json'], world.env);
    };

    const inline = await start(
      'feed.yaml',
      `slug: starts_inline_feed\ncatalog:\n  feed:\n    file: |\n      ${csv.replaceAll('\n', '\n      ')}\n`,
    );
    const quoted = await start(
      'evidence.json',
      JSON.stringify({ slug: 'starts_evidence', creatives: [{ id: 'a', text: 'x'.repeat(3 * MEGABYTE) }] }),
    );
    for (const refused of [inline, quoted]) {
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/holds \d{7} bytes; at most 1000000 are read/);
      expect(refused.stderr).toContain('nothing was started');
      expect(refused.stderr.length, 'a refusal that repeats the input').toBeLessThan(2_000);
    }
    await nothingBegan('starts_inline_feed');
    await nothingBegan('starts_evidence');

    const honest = await world.tenant('quoted');
    const large = { ...honest, creatives: honest.creatives.map((creative) => ({ ...creative, text: 'x'.repeat(3 * MEGABYTE) })) };
    await expect(world.onboardings.start(large, OPS)).rejects.toThrow(/\d{7} bytes as JSON, at most 262144 are taken/);
    await nothingBegan(large.slug);

    const file = join(folder, 'products.csv');
    await writeFile(file, csv);
    const slug = await world.start('by_reference', { change: { catalog: { feed: { kind: 'file', file } } } });
    await world.untilLive([slug]);
    await expect(world.onboardings.amend(slug, { actor: OPS, reason: 'quote it', tenant: { ...large, slug } })).rejects.toThrow(
      /\d{7} bytes as JSON, at most 262144 are taken/,
    );
    const { catalogs, products } = await readRemoteState(world);
    const made = Object.values(catalogs).find(({ name }) => name === catalogName(slug));
    expect(Object.keys(products[made?.catalogId ?? ''] ?? {}).length).toBe(rows);
    const runs = await holdsAfterEveryCase(world, [slug]);
    const longest = Math.max(...runs.flatMap(({ history }) => textsIn(history)).map((text) => text.length));
    expect(longest, 'the longest text in the history').toBeLessThan(64 * 1024);
  },
);

/** Whoever starts at the same time has connections of their own: 25 of them share some. */
async function startAtOnce(tenants: readonly Tenant[]): Promise<StartAnswer[]> {
  const sessions = Array.from({ length: Math.ceil(tenants.length / 25) }, () => openSession({ ...world.env }));
  try {
    const clients: OnboardingClient[] = await Promise.all(sessions.map((session) => session.onboardings()));
    return await Promise.all(tenants.map((tenant, index) => (clients[index % clients.length] ?? world.onboardings).start(tenant, OPS)));
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

it('case 13: one tenant started 50 times at once is one run, and a changed file is refused with the difference', LONG, async () => {
  const draws = drawsOf(13);
  const times = WHOLE ? 500 : 50;
  // Nobody decides yet, so that every starter meets a run that is under way.
  await world.people.stop();
  const tenant = await world.tenant('same', { catalog: true });
  const answers = await startAtOnce(Array.from({ length: times }, () => tenant));
  const started = answers.filter(({ outcome }) => outcome === 'started');
  expect(started.length).toBe(1);
  expect(answers.filter(({ outcome }) => outcome === 'joined').length).toBe(times - 1);
  expect(new Set(answers.map(({ runId }) => runId))).toEqual(new Set([started[0]?.runId]));

  const changes: Partial<Tenant>[] = [
    { billing: { initialFundingMinor: 60_000, budgetCapPerMonthMinor: 300_000 } },
    { legalName: 'Another Example School' },
    { requestedBy: 'ops-b@example.org' },
  ];
  const paths = ['billing.initialFundingMinor', 'legalName', 'requestedBy'];
  for (const [index, change] of changes.entries()) {
    const refused = await world.onboardings.start({ ...tenant, ...change }, OPS);
    expect(refused).toMatchObject({ outcome: 'refused', runId: started[0]?.runId });
    expect(refused.differences.map(({ path }) => path)).toEqual([paths[index]]);
    expect(refused.message).toContain(`kobi amend ${tenant.slug}`);
  }

  // Two files of one tenant at once: whoever comes first has started it, those with the other file hear what differs.
  const one = await world.tenant('two_files');
  const other = { ...one, legalName: 'Another Example School' };
  const mixed = Array.from({ length: times }, () => draws.pick([one, other]));
  const heard = await startAtOnce(mixed);
  const first = mixed[heard.findIndex(({ outcome }) => outcome === 'started')];
  expect(heard.map(({ outcome }) => outcome).filter((outcome) => outcome === 'started')).toHaveLength(1);
  for (const [index, { outcome, differences }] of heard.entries()) {
    if (outcome === 'started') continue;
    const same = mixed[index] === first;
    expect({ outcome, differs: differences.map(({ path }) => path) }).toEqual(
      same ? { outcome: 'joined', differs: [] } : { outcome: 'refused', differs: ['legalName'] },
    );
  }

  world.people.start();
  const slugs = [tenant.slug, one.slug];
  await world.untilLive(slugs);
  for (const slug of slugs) {
    expect((await callsOf(world, slug, '/bc/advertiser/create/')).length).toBe(1);
    expect((await listLedger(world.db, { slug, kinds: ['onboarding_started'] })).length).toBe(1);
    expect(await world.onboardings.start({ ...tenant, slug }, OPS)).toMatchObject({ outcome: 'live' });
  }
  await holdsAfterEveryCase(world, slugs);
});

it('a start whose starter died before it was written down is written down by whoever starts it again', LONG, async () => {
  const holds = await placeHolds(world.databaseUrl);
  const slug = 'wstarts_widowed';
  const file = join(world.folder, 'widowed.yaml');
  await writeFile(file, JSON.stringify(tenantFile({ slug, creatives: [] })));
  const hold = await holds.set('row onboarding_started');
  const machine = new AbortController();
  const asked = kobiProcess(['start', file, '--as', 'ops-a'], world.env, machine.signal);
  await world.until('the start is about to be written down', async () => (await holds.holding()).has(hold), 300_000);
  machine.abort();
  await asked;
  await holds.release(hold, false);
  const rows = () => listLedger(world.db, { slug, kinds: ['onboarding_started'] });
  expect(await rows()).toEqual([]);

  // Whoever starts at the same instant leaves it to the first.
  await delay(2_500);
  const again = await kobi(['start', file, '--as', 'ops-a', '--json'], world.env);
  expect(JSON.parse(again.stdout)).toMatchObject([{ outcome: 'joined' }]);
  const [row] = await rows();
  expect(row?.actor).toContain('ops-a');
  await world.onboardings.cancel(slug, { actor: OPS, reason: 'only its start was of interest' });
  await holds.close();
});
