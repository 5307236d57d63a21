import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keyFor, order, rowsOf, send, startGateway, tenantWith } from '../gateway/running.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { save, statusOf } from '../web/statuses.js';
import { kobi, kobiProcess, NOBODY_THERE, type Ran } from './kobi.js';

let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let folder: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  gateway = await startGateway(fresh.db);
  folder = await mkdtemp(join(tmpdir(), 'kobi-intake-'));
  for (const slug of ['peak_gear', 'alpine_school']) await save(fresh.db, statusOf(slug));
});
afterAll(async () => {
  await gateway.close();
  await fresh.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  kobi(['events', ...words], { ...NOBODY_THERE, DATABASE_URL: fresh.url, KOBI_DEV_ENV: 'off', ...more });
async function fileOf(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
const idsSchema = z.array(z.object({ id: z.string(), name: z.string() }));

const TEST_EVENTS =
  'test_event_code: every event goes as a test event (TEST10003) and counts in no report; take it out when the test is over';

describe('kobi events settings', () => {
  it('says what is missing, sets a checked file under a name, shows it, and keeps versions', async () => {
    const none = await run(['settings', 'show', 'peak_gear']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('kobi events settings set peak_gear FILE --as PERSON')]);
    const file = 'examples/events/shop.settings.yaml';
    const set = await run(['settings', 'set', 'peak_gear', file, '--as', 'ops-a']);
    expect([set.code, set.stdout]).toEqual([0, 'peak_gear: version 1 counts from now on']);
    expect(set.stderr).toBe(TEST_EVENTS);
    expect((await run(['settings', 'set', 'peak_gear', file, '--as', 'ops-a'])).stdout).toContain('nothing changes');
    const shown = await run(['settings', 'show', 'peak_gear']);
    expect(shown.stderr).toContain('settings 1 by ops-a');
    const back = await fileOf('shown.yaml', shown.stdout);
    expect((await run(['settings', 'set', 'peak_gear', back, '--as', 'ops-a'])).stdout).toContain('nothing changes');
    const chosen = 'optimisation: { event: Purchase, objective: PRODUCT_SALES, by_value: true }';
    const byValue = await fileOf('value.yaml', shown.stdout.replace(/^optimisation:[\s\S]*$/m, chosen));
    const set2 = await run(['settings', 'set', 'peak_gear', byValue, '--as', 'ops-a']);
    expect([set2.code, set2.stderr]).toEqual([0, expect.stringContaining('0 of 20 attributed, unique payments')]);
    expect((await run(['settings', 'set', 'peak_gear', back, '--as', 'ops-a'])).stderr).not.toContain('attributed');
    const wrong = await fileOf('wrong.yaml', 'country: XX\n');
    expect(await run(['settings', 'set', 'peak_gear', wrong, '--as', 'ops-a'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(':1:'),
    });
    expect(await run(['settings', 'set', 'peak_gaer', file, '--as', 'ops-a'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('peak_gear'),
    });
    expect(await run(['settings', 'set', 'peak_gear', file, '--as', 'approver-a'])).toMatchObject({ code: 2 });
  });

  it('says when events go elsewhere than before, and how to get what counted before', async () => {
    const own = 'destinations: { web: { pixel_code: CSHOP0001 }, offline: { event_set_id: "7300000000000000410" } }\n';
    const before = await fileOf('before.yaml', own);
    await run(['settings', 'set', 'alpine_school', before, '--as', 'ops-a']);
    const set = await run(['settings', 'set', 'alpine_school', 'examples/events/shop.settings.yaml', '--as', 'ops-a']);
    const [test, moved, back, ...more] = set.stderr.split('\n');
    expect([test, more]).toEqual([TEST_EVENTS, []]);
    expect(moved).toMatch(
      /^destinations\.web: .* go to C4A1B2C3D4E5F6G7H8I0; in version 1, .* it is CSHOP0001; what waits for it follows with kobi events move /,
    );
    expect(back).toContain('kobi events settings show alpine_school --version 1');
    const shown = await run(['settings', 'show', 'alpine_school', '--version', '1']);
    const again = await fileOf('again.yaml', shown.stdout);
    expect(shown.stdout).toContain('CSHOP0001');
    expect((await run(['settings', 'set', 'alpine_school', again, '--as', 'ops-a'])).stdout).toContain('version 3 counts');
    const without = await fileOf('without.yaml', own.replace(', offline: { event_set_id: "7300000000000000410" }', ''));
    expect((await run(['settings', 'set', 'alpine_school', without, '--as', 'ops-a'])).stderr).toContain(
      'destinations.offline: is left out, so events from offline are refused',
    );
    expect(await run(['settings', 'show', 'alpine_school', '--version', '9'])).toMatchObject({ code: 2 });
  });
});

describe('kobi events keys', () => {
  it('makes a key, shows it once, lists it without itself, and ends it', async () => {
    await tenantWith(fresh.db, 'peak_gear');
    const made = await run(['keys', 'create', 'peak_gear', '--name', 'shop server', '--days', '30', '--as', 'ops-a']);
    expect(made.code).toBe(0);
    const key = made.stdout.trim();
    expect(key).toMatch(/^kek_[\w-]{43}$/);
    expect(made.stderr).toContain('not shown again');
    const to = `${gateway.url}/v1/events/peak_gear`;
    expect((await send(to, key, order('cli-1'))).status).toBe(200);
    const listed = await run(['keys', 'list', 'peak_gear', '--json']);
    expect(listed.stdout).not.toContain(key);
    const [only] = idsSchema.parse(JSON.parse(listed.stdout));
    expect((await run(['keys', 'list', 'peak_gear'])).stdout).toMatch(/shop server +servers +valid until/);
    expect(await run(['keys', 'revoke', 'alpine_school', only?.id ?? '', '--as', 'ops-a'])).toMatchObject({ code: 1 });
    expect(await run(['keys', 'revoke', 'peak_gear', key, '--as', 'ops-a'])).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining(key),
    });
    expect(await run(['keys', 'revoke', 'peak_gear', only?.id ?? '', '--as', 'ops-a'])).toMatchObject({ code: 0 });
    expect((await send(to, key, order('cli-2'))).status).toBe(401);
  });

  it('for pages names their origins, over https', async () => {
    const made = await run([
      'keys',
      'create',
      'peak_gear',
      '--name',
      'pages',
      '--origin',
      'https://shop.example.org/cart',
      '--as',
      'ops-a',
      '--json',
    ]);
    expect(JSON.parse(made.stdout)).toMatchObject({ origins: ['https://shop.example.org'], expiresAt: null });
    for (const words of [
      ['--origin', 'http://shop.example.org'],
      ['--origin', 'shop.example.org'],
      ['--days', '0'],
      ['--as', 'nobody'],
    ])
      expect(
        (await run(['keys', 'create', 'peak_gear', '--name', 'x', ...(words[0] === '--as' ? [] : ['--as', 'ops-a']), ...words])).code,
      ).toBe(2);
  });
});

describe('kobi events upload', () => {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const sales = (prefix: string, bad: readonly number[]): string =>
    [
      'event,time,email,order_id,tier',
      ...Array.from(
        { length: 1_200 },
        (_, index) => `purchase,${at},${bad.includes(index) ? '' : `person-${index}@example.org`},${prefix}-${index},gold`,
      ),
    ].join('\n');

  it('imports into the database, prints the lines refused, and does nothing the second time', async () => {
    await tenantWith(fresh.db, 'alpine_school');
    const file = await fileOf('direct.csv', sales('d', [0, 700, 1_199]));
    const ran = await run(['upload', 'alpine_school', file, '--as', 'ops-a']);
    expect(ran.code).toBe(1);
    for (const line of [2, 702, 1_201]) expect(ran.stdout).toMatch(new RegExp(`^${line} +user +match_key_missing`, 'm'));
    expect(ran.stdout).toContain('1200 row(s): 1197 accepted, 0 known already, 0 unmapped, 3 refused, 0 dropped');
    expect(ran.stderr).toContain('nothing is made of: tier');
    const again = await run(['upload', 'alpine_school', file, '--json']);
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([1, { before: true, counts: { accepted: 1_197 } }]);
    expect(again.stderr).toContain('--again imports it once more');
    const mended = await fileOf('mended.csv', sales('d', []));
    expect(await run(['upload', 'alpine_school', mended])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 accepted, 1197 known already'),
    });
    expect(`${ran.stdout}${ran.stderr}${again.stdout}`).not.toContain('person-');
  });

  it('that is killed goes on where it stopped when it is run again', { timeout: 120_000 }, async () => {
    const file = await fileOf(
      'killed.csv',
      sales('k', []).concat('\n', ...Array.from({ length: 8 }, (_, part) => `${sales(`k${part}`, []).split('\n').slice(1).join('\n')}\n`)),
    );
    const settings = { ...NOBODY_THERE, DATABASE_URL: fresh.url };
    const gone = new AbortController();
    const dying = kobiProcess(['events', 'upload', 'alpine_school', file], settings, gone.signal);
    const linesDone = async (): Promise<number> => {
      const row = await fresh.db.selectFrom('event_uploads').select('lines_done').where('file_name', '=', 'killed.csv').executeTakeFirst();
      return Number(row?.lines_done ?? 0);
    };
    while ((await linesDone()) < 1_000) await delay(5);
    gone.abort();
    expect((await dying).code).toBeNull();
    const ran = await run(['upload', 'alpine_school', file]);
    expect([ran.code, ran.stdout]).toEqual([0, '10800 row(s): 10800 accepted, 0 known already, 0 unmapped, 0 refused, 0 dropped']);
  });

  it('hands a file in at a gateway, with the same words', async () => {
    await tenantWith(fresh.db, 'peak_gear');
    const key = await keyFor(fresh.db, 'peak_gear');
    const file = await fileOf('handed.csv', sales('g', [5]));
    expect(await run(['upload', 'peak_gear', file, '--to', gateway.url])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('KOBI_WRITE_KEY'),
    });
    const ran = await run(['upload', 'peak_gear', file, '--to', `${gateway.url}/`], { KOBI_WRITE_KEY: key });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^7 +user +match_key_missing/m);
    expect(ran.stdout).toContain('1200 row(s): 1199 accepted');
    expect((await rowsOf(fresh.db, 'peak_gear')).filter(({ event_id }) => event_id?.startsWith('g-'))).toHaveLength(1_200);
    const wrong = await run(['upload', 'peak_gear', file, '--to', gateway.url], { KOBI_WRITE_KEY: 'kek_wrong' });
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('opens nothing here')]);
    expect(`${wrong.stdout}${wrong.stderr}`).not.toContain('kek_wrong');
  });

  it('exits 2 for what is no file of events, and says what to do', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[join(folder, 'nowhere.csv')], 'is not there'],
      [[folder], 'is not a file'],
      [[await fileOf('empty.csv', '')], 'is empty'],
      [[await fileOf('sales.pdf', 'x')], '--format'],
      [[await fileOf('noevent.csv', 'email,value\nperson-a@example.org,1\n')], 'no column of the first line names the event'],
      [[await fileOf('ok.csv', 'event\nx\n'), '--to', 'http://events.example.org'], 'plain http only on loopback'],
    ];
    for (const [words, told] of cases) {
      const ran = await run(['upload', 'alpine_school', ...words]);
      expect([ran.code, `${ran.stderr}${ran.stdout}`]).toEqual([2, expect.stringContaining(told)]);
      expect(`${ran.stderr}${ran.stdout}`).not.toContain('person-a');
    }
  });
});
