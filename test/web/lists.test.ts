import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendToLedger } from '../../src/store/ledger.js';
import { type Browser, type Desk, startDesk } from './desk.js';
import { openGate, save, STARTED_AT, statusOf } from './statuses.js';

let desk: Desk;
let ops: Browser;
const waiting = { state: 'waiting_on', ball: 'client', since: '2026-03-01T13:00:00.000Z', expectedBy: '2026-03-02T13:00:00.000Z' } as const;

beforeAll(async () => {
  desk = await startDesk();
  const { db } = desk.database;
  await save(
    db,
    statusOf('alpine_school', { legalName: 'Alpine <b>School</b>', state: 'waiting', gates: [openGate()] }, { tiktok_account: waiting }),
  );
  await save(
    db,
    statusOf(
      'coast_tours',
      { state: 'parked' },
      {
        advertiser_account: { state: 'done', since: '2026-03-01T12:05:00.000Z', remoteIds: { advertiserId: '7300000000000100021' } },
        pixel: { state: 'parked', ball: 'kobi', since: '2026-03-01T12:06:00.000Z' },
      },
    ),
  );
  await save(db, statusOf('peak_gear', { state: 'live' }));
  await appendToLedger(db, {
    slug: 'coast_tours',
    kind: 'step_parked',
    key: 'parked:pixel:1',
    actor: 'engine',
    payload: { code: 'pixel_ambiguous', message: 'two pixels', requestId: '20260301120600ABCDEF' },
    at: STARTED_AT,
  });
  ops = await desk.signedIn('ops-a');
});
afterAll(() => desk.close());

async function listed(query: string, browser = ops): Promise<string[]> {
  const text = await (await browser.get(`/tenants${query}`)).text();
  return [...text.matchAll(/href="\/tenants\/([a-z0-9_]+)"/g)].map((match) => match[1] ?? '');
}

describe('the list of tenants', () => {
  it.each([
    ['the beginning of a slug', '?q=coa', ['coast_tours']],
    ['the beginning of a name, in any case', '?q=alpine%20%3CB', ['alpine_school']],
    ['an id at TikTok', '?q=7300000000000100021', ['coast_tours']],
    ['the request id of a parked step', '?q=20260301120600ABCDEF', ['coast_tours']],
    ['a state', '?state=live', ['peak_gear']],
    ['who has the ball', '?ball=client', ['alpine_school']],
    ['nothing that exists', '?q=%25', []],
  ])('is found by %s', async (_how, query, slugs) => {
    expect(await listed(query)).toEqual(slugs);
  });

  it('shows what is due first, and only what the viewer may see', async () => {
    expect(await listed('')).toEqual(['alpine_school', 'coast_tours', 'peak_gear']);
    expect(await listed('', await desk.signedIn('viewer-a'))).toEqual(['alpine_school']);
  });

  it('lets no name become markup', async () => {
    const text = await (await ops.get('/tenants')).text();
    expect(text).toContain('Alpine &lt;b&gt;School&lt;/b&gt;');
  });

  it('pages by the database', async () => {
    for (let index = 0; index < 60; index += 1) await save(desk.database.db, statusOf(`bulk_${String(index).padStart(2, '0')}`));
    const first = await listed('?q=bulk_&sort=slug');
    const second = await listed('?q=bulk_&sort=slug&page=2');
    expect([first.length, second.length]).toEqual([50, 10]);
    expect(new Set([...first, ...second]).size).toBe(60);
  });
});

describe('the board', () => {
  it('counts states and balls, and says how long a step took', async () => {
    const text = await (await ops.get('/board')).text();
    expect(text).toContain('Waiting steps by ball: ');
    expect(text).toMatch(/Client 1, oldest/);
    expect(text).toMatch(/Kobi 1, oldest/);
    expect(text).toContain('Live 1');
    expect(desk.failures).toEqual([]);
  });

  it('counts for a viewer only their tenants', async () => {
    const text = await (await (await desk.signedIn('viewer-a')).get('/board')).text();
    expect(text).not.toContain('Live 1');
  });
});
