import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import { verifyChain } from '../../src/store/ledger.js';
import { listOnboardings } from '../../src/store/onboardings.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { ensureNamespace } from '../../src/temporal/namespace.js';
import { collectHistory, freshDatabase, type FreshDatabase, temporalAddress } from '../harness/temporal.js';
import { replay } from '../replay/replays.js';
import { type Demo, runDemo, tableAfter } from './demo.js';

const SLUGS = ['alpine_school', 'coast_tours', 'peak_gear'];
// The tenants of the examples have fixed names: a namespace of their own keeps them out of other tests' way.
const namespace = `demo-${randomUUID()}`;
let running: ChildProcess | undefined;
let database: FreshDatabase;
let demo: Demo;

beforeAll(async () => {
  database = await freshDatabase();
  const { connection, close } = await connectTemporal({ address: temporalAddress(), env: {} });
  await ensureNamespace(connection, namespace);
  await close();
  const settings = { TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: namespace, DATABASE_URL: database.url };
  demo = await runDemo(settings, (child) => (running = child));
}, 300_000);

afterAll(async () => {
  running?.kill('SIGTERM');
  await database.close();
});

describe('npm run demo', () => {
  it('ends well, with all three example tenants live', () => {
    expect(demo.code, demo.stderr).toBe(0);
    const rows = tableAfter(demo.stdout, /^tenant +state +steps +gates +API calls +history events +elapsed$/);
    expect(rows.map(([tenant, state, steps, gates]) => ({ tenant, state, steps, gates }))).toEqual([
      { tenant: 'alpine_school', state: 'live', steps: '8 done, 2 skipped', gates: '1' },
      { tenant: 'coast_tours', state: 'live', steps: '7 done, 3 skipped', gates: '1' },
      { tenant: 'peak_gear', state: 'live', steps: '9 done, 1 skipped', gates: '2' },
    ]);
    for (const [, , , , calls, events, elapsed] of rows) {
      expect(Number(calls)).toBeGreaterThan(20);
      expect(Number(events)).toBeGreaterThan(100);
      expect(elapsed).toMatch(/^\d+\.\d s$/);
    }
  });

  it('shows who decided what: a rejection that is amended and then approved, and two people for the money', () => {
    const rows = tableAfter(demo.stdout, /^tenant +gate +revision +decision +decided by +reason$/);
    const decided = rows.map((cells) => cells.slice(0, 4).join(' '));
    expect(decided.filter((line) => line.startsWith('alpine_school'))).toEqual([
      'alpine_school creative_policy 1 reject',
      'alpine_school creative_policy 2 approve',
    ]);
    expect(decided.filter((line) => line.startsWith('coast_tours'))).toEqual(['coast_tours spark_ads 1 approve']);
    const funding = rows.filter(([tenant, gate]) => tenant === 'peak_gear' && gate === 'initial_funding').map((cells) => cells[4]);
    expect(funding.toSorted()).toEqual(['finance-a', 'finance-b']);
  });

  it('names a different advertiser for each of them', () => {
    const ids = tableAfter(demo.stdout, /^tenant +step +ids at TikTok$/);
    const advertisers = ids.flatMap(([tenant, step, id]) => (step === 'advertiser_account' ? [`${tenant}: ${id}`] : []));
    expect(advertisers.map((line) => line.split(':')[0])).toEqual(SLUGS);
    expect(new Set(advertisers.map((line) => line.split('advertiserId ')[1])).size).toBe(3);
  });

  it('shows a purchase in the shop that counts once, from browser and server, and what became of it', () => {
    const [, order, how] = /peak_gear: somebody comes from an ad, .* buys, order (\S+) \((.*)\)/.exec(demo.stdout) ?? [];
    expect(how).toMatch(/^in Chromium \d/);
    expect(demo.stdout).toContain(`TikTok's side counts the purchase ${order} once, of 2 copies, from browser and server`);
    expect(demo.stdout).toMatch(new RegExp(`\\$ kobi events show ${order} --tenant peak_gear\nevent \\d+ of peak_gear: sent\n`));
    expect(demo.stdout).toMatch(new RegExp(`came in .* as purchase, id ${order}, from web`));
    expect(demo.stdout).toMatch(/sent .*, code 0, request \w+/);
  });

  it("imports the till's sales, reports the three lines that cannot be used, and tells the story of one that can", () => {
    const lines = tableAfter(demo.stdout, /^line +field +reason +what to do$/).filter(([line]) => /^\d+$/.test(line ?? ''));
    expect(lines.map((cells) => cells.slice(0, 3))).toEqual([
      ['4', 'user', 'match_key_missing'],
      ['5', 'params.value', 'value_invalid'],
      ['6', 'timestamp', 'time_too_old'],
    ]);
    expect(demo.stdout).toContain('6 row(s): 3 accepted, 0 known already, 0 unmapped, 3 refused, 0 dropped');
    expect(demo.stdout).toMatch(/event \d+ of peak_gear: sent\n +came in .* as purchase, id till-2001, from offline/);
    expect(`${demo.stdout}${demo.stderr}`).not.toMatch(/person-[a-e]@example\.org|151 ?12345678/);
  });

  it('leaves a ledger whose chain holds, lists that say live, and histories that replay', async () => {
    expect((await verifyChain(database.db)).map(({ slug, fault }) => ({ slug, fault }))).toEqual(
      SLUGS.map((slug) => ({ slug, fault: null })),
    );
    expect((await listOnboardings(database.db)).map(({ slug, state }) => `${slug} ${state}`)).toEqual(SLUGS.map((slug) => `${slug} live`));
    const { client, close } = await connectTemporal({ address: temporalAddress(), namespace, env: {} });
    const runs = await Promise.all(SLUGS.map((slug) => collectHistory(client, client.workflow.getHandle(onboardingWorkflowId(slug)))));
    await close();
    const files = runs.flat();
    expect([...(await replay(files))]).toEqual(files.map((file) => [file, null]));
  });
});
