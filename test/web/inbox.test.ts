import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deciderOf } from '../../src/cli/decider.js';
import type { GateStatus } from '../../src/contract/status.js';
import { mayDecide } from '../../src/domain/people.js';
import { searchInbox } from '../../src/store/inbox.js';
import { appendToLedger } from '../../src/store/ledger.js';
import { type Browser, type Desk, PEOPLE, startDesk } from './desk.js';
import { openGate, save, statusOf } from './statuses.js';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const HOUR = 3_600_000;
const at = (hours: number): string => new Date(NOW + hours * HOUR).toISOString();
const vote = { decisionId: 'd', actor: 'finance-a', verdict: 'approve', reason: '', at: at(-1) } as const;
const money = (amountMinor: number, change: Partial<GateStatus> = {}): GateStatus =>
  openGate({
    id: 'initial_funding',
    needed: 2,
    candidates: ['finance-a', 'finance-b'],
    evidence: { kind: 'initial_funding', amountMinor, currency: 'EUR', advertiserName: 'kobi_tours_tiktok' },
    openedAt: at(-100),
    dueAt: at(5),
    ...change,
  });

let desk: Desk;
let ops: Browser;
beforeAll(async () => {
  desk = await startDesk({ clock: () => new Date(NOW) });
  const { db } = desk.database;
  const creatives = { kind: 'creative_policy', creatives: [{ id: 'open-day' }, { id: '<b>tour</b>' }] };
  await save(
    db,
    statusOf(
      'alpine_school',
      { legalName: 'Alpine <b>School</b>', gates: [openGate({ evidence: creatives, openedAt: at(-30), dueAt: at(-2) })] },
      { pixel: { state: 'done', remoteIds: { pixelId: '7300000000000000401', pixelCode: 'CPIXELCODE1' } } },
    ),
  );
  await save(
    db,
    statusOf(
      'coast_tours',
      { startedBy: 'ops-b', gates: [money(500_000, { decisions: [vote] })] },
      { advertiser_account: { state: 'done', remoteIds: { advertiserId: '7300000000000100021' } } },
    ),
  );
  await save(db, statusOf('peak_gear', { startedBy: 'finance-a', gates: [money(120_000, { dueAt: at(48) })] }));
  await save(
    db,
    statusOf(
      'lake_house',
      { gates: [openGate({ state: 'changes_requested' })] },
      { creative_policy: { state: 'waiting_on', ball: 'client' } },
    ),
  );
  await save(db, statusOf('gone_away', { state: 'cancelled', gates: [openGate()] }));
  await appendToLedger(db, {
    slug: 'peak_gear',
    kind: 'step_parked',
    key: 'parked:billing:1',
    actor: 'engine',
    payload: { code: 'balance_too_low', message: 'too low', requestId: '20260310120000REQUEST' },
    at: at(-200),
  });
  ops = await desk.signedIn('ops-a');
});
afterAll(() => desk.close());

async function listed(query = '', person?: string): Promise<string[]> {
  const browser = person === undefined ? ops : await desk.signedIn(person);
  const text = await (await browser.get(`/${query}`)).text();
  expect(desk.failures).toEqual([]);
  return [...text.matchAll(/href="\/tenants\/([a-z0-9_]+)\/gates\/[a-z_]+"/g)].map((match) => match[1] ?? '');
}

describe('the inbox', () => {
  it('lists open gates of onboardings that go on, due first, and says what each asks, how much, and who may decide now', async () => {
    expect(await listed()).toEqual(['alpine_school', 'coast_tours', 'peak_gear']);
    const text = await (await ops.get('/')).text();
    expect(text).toContain('Inbox (3)');
    expect(text).toContain('Use in ads 2 creatives: open-day, &lt;b&gt;tour&lt;/b&gt;?');
    expect(text).toContain('5000.00 EUR');
    expect(text).toContain('past due');
    expect(text).toContain('1 of 2 approved');
    const row = /<tr[^>]*>(?:(?!<\/tr>)[\s\S])*peak_gear(?:(?!<\/tr>)[\s\S])*<\/tr>/.exec(text)?.[0];
    expect(row).toContain('finance-b');
    expect(row?.split('May decide')[1]).not.toContain('finance-a');
  });

  it.each([
    ['the beginning of a slug', '?q=coa', ['coast_tours']],
    ['the beginning of a name', '?q=ALPINE', ['alpine_school']],
    ['an advertiser id', '?q=7300000000000100021', ['coast_tours']],
    ['a pixel code', '?q=CPIXELCODE1', ['alpine_school']],
    ['TikTok’s request id', '?q=20260310120000REQUEST', ['peak_gear']],
    ['a gate', '?gate=initial_funding', ['coast_tours', 'peak_gear']],
    ['whose answer is with the client', '?ball=client', ['lake_house']],
    ['what is past due', '?due=past', ['alpine_school']],
    ['what is due within a day', '?due=day', ['alpine_school', 'coast_tours']],
    ['what is older than three days', '?age=3', ['coast_tours', 'peak_gear']],
    ['an amount', '?amount=2000+EUR', ['coast_tours']],
    ['an amount of another currency', '?amount=1+USD', []],
    ['who may decide', '?who=finance-b', ['coast_tours', 'peak_gear']],
    ['who may decide, and decided or started already', '?who=finance-a', []],
    ['nothing that exists', '?q=%25', []],
    ['choices that are none', '?gate=x&due=x&age=x&sort=x&page=x&ball=x', ['alpine_school', 'coast_tours', 'peak_gear']],
  ])('is found by %s', async (_how, query, slugs) => expect(await listed(query)).toEqual(slugs));

  it.each([
    ['age', ['coast_tours', 'peak_gear', 'alpine_school']],
    ['amount', ['coast_tours', 'peak_gear', 'alpine_school']],
    ['tenant', ['alpine_school', 'coast_tours', 'peak_gear']],
    ['gate', ['alpine_school', 'coast_tours', 'peak_gear']],
  ])('is sorted by %s', async (sort, slugs) => expect(await listed(`?sort=${sort}`)).toEqual(slugs));

  it('puts mine first, and one on which I voted or which I started is not mine', async () => {
    expect(await listed('', 'finance-b')).toEqual(['coast_tours', 'peak_gear', 'alpine_school']);
    expect(await listed('', 'finance-a')).toEqual(['alpine_school', 'coast_tours', 'peak_gear']);
    const mine = await (await (await desk.signedIn('finance-b')).get('/')).text();
    expect(mine).toContain('3 gates, 2 of them yours to decide');
  });

  it('follows people.yaml as it is now, not as it was when the gate opened', async () => {
    desk.people = { people: PEOPLE.people.map((person) => (person.id === 'finance-b' ? { ...person, roles: ['viewer'] } : person)) };
    expect(await listed('?who=finance-b')).toEqual([]);
    desk.people = PEOPLE;
  });

  it('asks the database the same rule that judges decisions', async () => {
    const { db } = desk.database;
    const people = [
      ...PEOPLE.people,
      { id: 'of-one', mail: 'Of-One@example.org', roles: ['finance' as const], tenants: ['peak_gear'], disabled: false },
      { id: 'gone', mail: 'gone@example.org', roles: ['finance' as const], tenants: '*' as const, disabled: true },
    ];
    await save(
      db,
      statusOf('by_mail', {
        startedBy: 'FINANCE-B@example.org',
        gates: [money(1, { decisions: [{ ...vote, actor: 'of-ONE@example.org' }] })],
      }),
    );
    await save(db, statusOf('amended', { gates: [money(1, { amendedBy: ['Finance-A@example.org', 'of-one'] })] }));
    const all = await searchInbox(db, {});
    for (const person of people) {
      const may = all.filter(
        (gate) =>
          mayDecide({
            person,
            gate: gate.gate,
            tenant: gate.slug,
            startedBy: gate.startedBy,
            amendedBy: gate.amenders,
            votes: gate.voters,
            verdict: 'approve',
          }) === null,
      );
      const found = await searchInbox(db, { decider: deciderOf(person) });
      expect([person.id, found.map(({ slug }) => slug)]).toEqual([person.id, may.map(({ slug }) => slug)]);
    }
    expect(all.find(({ slug }) => slug === 'amended')?.amenders).toEqual(['Finance-A@example.org', 'of-one']);
    for (const slug of ['by_mail', 'amended']) await save(db, statusOf(slug, { state: 'cancelled' }));
  });

  it('shows and counts for a viewer only their tenants', async () => {
    expect(await listed('', 'viewer-a')).toEqual(['alpine_school']);
    expect(await listed('?q=coast', 'viewer-a')).toEqual([]);
    expect(await (await (await desk.signedIn('viewer-a')).get('/board')).text()).toContain('Inbox (1)');
  });

  it('pages by the database', async () => {
    for (let index = 0; index < 60; index += 1)
      await save(desk.database.db, statusOf(`bulk_${String(index).padStart(2, '0')}`, { gates: [openGate()] }));
    const [first, second] = [await listed('?q=bulk_&sort=tenant'), await listed('?q=bulk_&sort=tenant&page=2')];
    expect([first.length, second.length, new Set([...first, ...second]).size]).toEqual([50, 10, 60]);
  });
});
