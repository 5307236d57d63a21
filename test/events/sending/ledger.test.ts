import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startChild } from '../../../scripts/stack/child.js';
import type { Database } from '../../../src/store/database.js';
import { saveEventSettings } from '../../../src/store/event-settings.js';
import { listLedger } from '../../../src/store/ledger.js';
import { kobi, NOBODY_THERE } from '../../cli/kobi.js';
import { settings, WHOLE } from '../../domain/events/shop.js';
import { counts, purchase, purchases, settled, type Shop, until, useSending } from './rig.js';

const rig = useSending();
let db: Database;
let shop: Shop;
beforeAll(async () => {
  db = await rig.postgres.open();
}, 120_000);

const AS = ['--as', 'ops-a', '--reason', 'TikTok mended it'];
const run = (...words: string[]) => kobi(['events', ...words], { ...NOBODY_THERE, DATABASE_URL: rig.postgres.url('kobi_1') });
const rows = () => db.selectFrom('events').selectAll().where('slug', '=', shop.slug).orderBy('event_id').execute();
const idOf = async (eventId: string): Promise<string> => (await rows()).find(({ event_id }) => event_id === eventId)?.id ?? '';

async function startedShop(): Promise<Shop> {
  await rig.simulator.admin.ok('DELETE', 'faults');
  await db.deleteFrom('event_breakers').execute();
  shop = await rig.shop(db);
  await sql`
    insert into onboardings (slug, workflow_id, run_id, started_at, version, legal_name, vertical, mode, state, started_by, tenant_hash, balls,
      failure_codes, percent, status, updated_at)
    values (${shop.slug}, ${`onboarding:${shop.slug}`}, 'run', now(), 1, 'Shop', 'ecommerce', 'managed', 'live', 'ops-a', 'hash', '{}', '{}', 100,
      '{}', now())`.execute(db);
  return shop;
}

async function send(): Promise<void> {
  const sender = rig.start(db);
  await settled(db, shop.slug);
  await sender.end();
}

describe('kobi events show', () => {
  it('tells the story of an event that went at the second attempt, by our id and by the sender’s', async () => {
    await startedShop();
    await shop.takeIn([purchase('order-1')]);
    await rig.simulator.admin.fault('/event/track/', 'commit-then-drop', { match: shop.pixelCode });
    await send();
    const [row] = await rows();
    const { code, stdout } = await run('show', row?.id ?? '');
    expect(code).toBe(0);
    expect(stdout).toMatch(/event \d+ of shop_\d+: sent/);
    expect(stdout).toContain('came in');
    expect(stdout).toMatch(/attempt .*unavailable; TikTok may have taken it: .*the connection broke/);
    expect(stdout).toContain(`code 0, request ${row?.request_id ?? ''}, attempt 2`);
    expect(stdout).toContain('"user":["email"]');
    expect((await run('show', 'order-1', '--tenant', shop.slug)).stdout).toBe((await run('show', row?.id ?? '')).stdout);
    const json = z
      .array(z.looseObject({ state: z.string(), attempts: z.number(), earlierAttempts: z.array(z.looseObject({ certain: z.boolean() })) }))
      .parse(JSON.parse((await run('show', row?.id ?? '', '--json')).stdout));
    expect(json).toMatchObject([{ state: 'sent', attempts: 2, earlierAttempts: [{ certain: false }] }]);
  });

  it('says why one is parked, why one waits, and why one was refused', async () => {
    await startedShop();
    await shop.takeIn([purchase('bad'), purchase('good')]);
    await rig.simulator.admin.fault('/event/track/', 'code=40062', { match: '"bad"', times: null });
    await send();
    const parked = (await run('show', 'bad', '--tenant', shop.slug)).stdout;
    expect(parked).toContain('parked (refused_by_tiktok)');
    expect(parked).toMatch(/parked .*code 40062, request \d{14}/);
    await shop.takeIn([purchase('later')]);
    await sql`insert into event_breakers (event_source_id, state, failures, open_until, reason, code, request_id, changed_at)
      values (${shop.pixelCode}, 'open', 1, now() + interval '1 hour', 'permission', 40001, 'req-1', now())`.execute(db);
    const waits = (await run('show', 'later', '--tenant', shop.slug)).stdout;
    expect(waits).toContain('waits     until events are sent there again');
    expect(waits).toContain('held up   our access token may not send to this destination');
    const backlog = await run('backlog', shop.slug);
    expect(backlog.code).toBe(0);
    expect(backlog.stdout).toMatch(/events wait, the oldest since .*\n.*\nup to 1 minute +1\n/);
    expect(backlog.stdout).toMatch(new RegExp(`stopped: ${shop.pixelCode}: our access token may not .*; tried again .*(in 59 min|in 1 h)`));
    expect(backlog.stdout).toContain('1 refused_by_tiktok: TikTok refuses this event, sent alone as well.');
    const json = z.looseObject({ oldestAt: z.string(), breakers: z.array(z.looseObject({ state: z.string() })) });
    expect(json.parse(JSON.parse((await run('backlog', shop.slug, '--json')).stdout)).breakers).toContainEqual(
      expect.objectContaining({ destination: shop.pixelCode, state: 'open' }),
    );
    await db.deleteFrom('event_breakers').execute();
    expect((await run('backlog', shop.slug)).stdout).toMatch(new RegExp(`nothing stops sending to .*${shop.pixelCode}`));
    expect((await run('backlog', 'shop_none')).code).toBe(2);
  });

  it('tells the newest attempts only, and how many there were before', async () => {
    await startedShop();
    await shop.takeIn([purchase('tried')]);
    const id = await idOf('tried');
    await sql`insert into event_attempts (event_source_id, at, event_rows, outcome, certain, code, request_id)
      select ${shop.pixelCode}, now(), array[${id}::bigint], 'permission', true, 40001, 'req-' || n from generate_series(1, 1025) n`.execute(
      db,
    );
    const { stdout } = await run('show', id);
    expect(stdout.match(/^ {2}attempt /gm)).toHaveLength(20);
    expect(stdout).toMatch(/attempts {2}1,005 before these\n.*req-1006:?[\s\S]*req-1025/);
    const json = z
      .array(z.looseObject({ earlierAttempts: z.array(z.looseObject({ requestId: z.string() })), attemptsBefore: z.number() }))
      .parse(JSON.parse((await run('show', id, '--json')).stdout));
    expect(json[0]).toMatchObject({ attemptsBefore: 1005, earlierAttempts: { length: 20, 19: { requestId: 'req-1025' } } });
  });

  it('refuses what is no id, and says so when there is no such event', async () => {
    expect(await run('show', 'order-1')).toMatchObject({ code: 2, stderr: expect.stringContaining('--tenant SLUG') });
    expect(await run('show', '999999999')).toMatchObject({ code: 1 });
  });
});

describe('kobi events tail and parked', () => {
  it('list what came in and what waits for a person, without anything about the person', async () => {
    await startedShop();
    await shop.takeIn([purchase('t-1'), purchase('t-bad')]);
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: '"t-bad"', times: null });
    await send();
    const tail = (await run('tail', shop.slug, '--no-follow')).stdout;
    expect(tail).toMatch(/sent .*t-1/);
    expect(tail).toMatch(/parked .*t-bad .*refused_by_tiktok/);
    const parked = (await run('parked', shop.slug)).stdout;
    expect(parked).toContain('1 refused_by_tiktok');
    const json = (await run('tail', shop.slug, '--no-follow', '--json')).stdout;
    expect(json.split('\n')).toHaveLength(2);
    const [row] = await rows();
    const hash = JSON.stringify(row?.payload?.user.email);
    for (const text of [tail, parked, json]) expect(text).not.toContain(hash.slice(1, -1));
  });
});

describe('kobi events tail, followed', () => {
  it('tells of an event when it comes in and again when TikTok has it', async () => {
    await startedShop();
    await shop.takeIn([purchase('followed')]);
    const folder = mkdtempSync(join(tmpdir(), 'kobi-tail-'));
    const logFile = join(folder, 'tail.log');
    const { child } = await startChild({
      entry: 'src/starter.ts',
      args: ['events', 'tail', shop.slug],
      env: { ...NOBODY_THERE, KOBI_DEV_ENV: 'off', DATABASE_URL: rig.postgres.url('kobi_1') },
      logFile,
      ready: (line) => (/waiting .*followed/.test(line) ? {} : null),
    });
    await send();
    await until('it says that it is sent', () => Promise.resolve(/sent .*followed .*request \d{14}/.test(readFileSync(logFile, 'utf8'))));
    child.process.kill('SIGKILL');
    await child.ended;
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('kobi events test', () => {
  const setOf = (source: 'offline' | 'crm'): string => settings().destinations[source]?.event_set_id ?? '';
  const sentBy = async (source: 'offline' | 'crm') =>
    (await rig.taken(setOf(source))).all.filter(({ eventId }) => eventId.includes(shop.slug));
  const test = (...words: string[]) => run('test', shop.slug, '--as', 'ops-a', '--code', 'TEST67890', ...words);

  it.each([
    ['offline', ['purchase', 'deal_won'], ['Purchase', 'Purchase']],
    ['crm', ['deal_won', 'qualify_lead'], ['deal_won', 'qualify_lead']],
  ] as const)(
    'proves the %s event set with a test event of each name, which TikTok’s answer and the ledger show',
    async (source, names, meant) => {
      await startedShop();
      const map = { deal_won: { offline: 'Purchase', crm: 'deal_won' } };
      await saveEventSettings(db, shop.slug, { settings: settings({ map }), origin: 'people', setBy: 'ops-a', at: new Date() });
      const sender = rig.start(db);
      const ran = await test('--source', source, ...names.flatMap((name) => ['--name', name]), '--json');
      await sender.end();
      expect(ran.code, ran.stderr).toBe(0);
      const answer = z
        .object({ events: z.array(z.looseObject({ name: z.string(), event: z.string(), state: z.string(), requestId: z.string() })) })
        .parse(JSON.parse(ran.stdout));
      expect(answer.events.map(({ name, event, state }) => [name, event, state])).toEqual(
        names.map((name, index) => [name, meant[index], 'sent']),
      );
      const taken = await sentBy(source);
      expect(taken.map(({ testEventCode }) => testEventCode)).toEqual(['TEST67890', 'TEST67890']);
      expect(await listLedger(db, { slug: shop.slug, kinds: ['test_events_handed_in'] })).toMatchObject([{ actor: 'ops-a' }]);
      // The same code and name again are the same event: TikTok is not asked twice.
      expect((await test('--source', source, '--name', names[0])).code).toBe(0);
      expect(await sentBy(source)).toHaveLength(2);
    },
  );

  it('says what is refused before anything is sent, what TikTok refuses, and that nobody sends', async () => {
    await startedShop();
    expect(await test('--source', 'offline', '--name', 'purchase')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`kobi events settings set ${shop.slug} FILE`),
    });
    await saveEventSettings(db, shop.slug, { settings: settings(), origin: 'people', setBy: 'ops-a', at: new Date() });
    const unknown = await test('--source', 'offline', '--name', 'purchase', '--name', 'quiz_finished');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('quiz_finished: ') });
    expect(await rows()).toEqual([]);
    expect((await run('test', shop.slug, '--as', 'ops-a', '--code', 'no code', '--source', 'crm')).code).toBe(2);
    const idle = await test('--source', 'offline', '--name', 'purchase', '--wait', '0');
    expect([idle.code, idle.stderr]).toEqual([1, expect.stringContaining('does a sender run?')]);
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: shop.slug, times: null });
    const sender = rig.start(db);
    const refused = await test('--source', 'offline', '--name', 'purchase');
    await sender.end();
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('refused_by_tiktok')]);
    await rig.simulator.admin.ok('DELETE', 'faults');
  });
});

describe('kobi events move', () => {
  it('lets what waits for a wrong pixel go to the one that the settings name now, each event once', async () => {
    const wrong = await startedShop();
    const right = await rig.shop(db);
    await wrong.takeIn([...purchases(3), purchase('both'), purchase('leased')]);
    await wrong.takeIn([purchase('a-test')], { test_event_code: 'TEST12345' });
    const web = { pixel_code: right.pixelCode, website: 'https://shop.example.org/' };
    const mended = { destinations: { ...settings().destinations, web } };
    await wrong.takeIn([purchase('both')], mended);
    const leased = sql`update events set leased_until = now() + interval '5 minutes' where id = ${await idOf('leased')}`;
    await leased.execute(db);
    expect(await run('move', shop.slug, ...AS)).toMatchObject({ code: 2, stderr: expect.stringContaining('kobi events settings set') });
    await saveEventSettings(db, shop.slug, { settings: settings(mended), origin: 'people', setBy: 'ops-a', at: new Date() });
    const first = await run('move', shop.slug, ...AS, '--json');
    expect([first.code, JSON.parse(first.stdout)]).toEqual([1, expect.objectContaining({ moved: 3, known: 1, busy: 1 })]);
    await sql`update events set leased_until = null where slug = ${shop.slug}`.execute(db);
    const second = await run('move', shop.slug, ...AS);
    expect([second.code, second.stdout]).toEqual([0, expect.stringContaining('1 waiting events go to')]);
    await send();
    expect((await rig.taken(wrong.pixelCode)).all.map(({ eventId }) => eventId)).toEqual(['a-test']);
    const { ids, repeated } = await rig.taken(right.pixelCode);
    expect([ids.length, repeated]).toEqual([5, []]);
    expect(await counts(db, shop.slug)).toEqual({ sent: 6, dropped: 1 });
    // The same events again, from a sender that did not hear the answer, are known at their new place.
    await wrong.takeIn([purchase('leased'), ...purchases(3)], mended);
    expect(await counts(db, shop.slug)).toEqual({ sent: 6, dropped: 1 });
    const ledger = await listLedger(db, { slug: shop.slug, kinds: ['events_moved'] });
    expect(ledger.map(({ actor, payload }) => [actor, payload.moved, payload.known])).toEqual([
      ['ops-a', 3, 1],
      ['ops-a', 1, 0],
    ]);
  });
});

describe('events that were moved by mistake', () => {
  it('go back to where they were, and none of them is lost', async () => {
    const right = await startedShop();
    const wrong = await rig.shop(db);
    const sendTo = async (pixel_code: string): Promise<void> => {
      const destinations = { ...settings().destinations, web: { pixel_code, website: 'https://shop.example.org/' } };
      await saveEventSettings(db, shop.slug, { settings: settings({ destinations }), origin: 'people', setBy: 'ops-a', at: new Date() });
    };
    await right.takeIn(purchases(3));
    await sendTo(wrong.pixelCode);
    expect((await run('move', shop.slug, ...AS)).stdout).toContain('3 waiting events go to');
    await sendTo(right.pixelCode);
    expect((await run('move', shop.slug, ...AS)).stdout).toContain('3 waiting events go to');
    await send();
    expect(await counts(db, shop.slug)).toEqual({ sent: 3 });
    expect((await rig.taken(right.pixelCode)).ids).toHaveLength(3);
  });
});

describe('kobi events replay', () => {
  it('puts parked events of the time back, which are then sent, and is in the ledger', async () => {
    await startedShop();
    await shop.takeIn([...purchases(5), purchase('r-bad')]);
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: '"r-bad"', times: null });
    await send();
    expect(await counts(db, shop.slug)).toEqual({ sent: 5, parked: 1 });
    await rig.simulator.admin.ok('DELETE', 'faults');
    const hour = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
    expect((await run('replay', shop.slug, '--from', hour(-2), '--to', hour(-1), ...AS)).stdout).toContain('0 parked events wait again');
    expect((await run('replay', shop.slug, '--from', hour(-1), '--to', hour(1), ...AS)).stdout).toContain('1 parked events wait again');
    await send();
    expect(await counts(db, shop.slug)).toEqual({ sent: 6 });
    const { ids, repeated } = await rig.taken(shop.pixelCode);
    expect([ids.length, repeated]).toEqual([6, []]);
    const ledger = await listLedger(db, { slug: shop.slug, kinds: ['events_replayed'] });
    expect(ledger.map(({ actor, payload }) => [actor, payload.parked, payload.sent, payload.reason])).toEqual([
      ['ops-a', 0, 0, 'TikTok mended it'],
      ['ops-a', 1, 0, 'TikTok mended it'],
    ]);
  });

  it('never sends again what was sent, unless it is older than 48 hours and that is asked for', async () => {
    await startedShop();
    await shop.takeIn([purchase('old'), purchase('new')]);
    await send();
    await db
      .updateTable('events')
      .set({ settled_at: new Date(Date.now() - 49 * 3_600_000) })
      .where('id', '=', await idOf('old'))
      .execute();
    const span = ['--from', '2000-01-01T00:00:00Z', '--to', '2100-01-01T00:00:00Z'];
    expect((await run('replay', shop.slug, ...span, ...AS)).code).toBe(0);
    expect(await counts(db, shop.slug)).toEqual({ sent: 2 });
    expect((await run('replay', shop.slug, ...span, '--sent', ...AS)).code).toBe(2);
    expect(await counts(db, shop.slug)).toEqual({ sent: 2 });
    expect((await run('replay', shop.slug, ...span, '--sent', '--older-than-48h', ...AS)).stdout).toContain('and 1 that had been sent');
    expect((await rows()).map(({ event_id, state }) => [event_id, state])).toEqual([
      ['new', 'sent'],
      ['old', 'waiting'],
    ]);
  });

  it('is for operators only', async () => {
    await startedShop();
    const span = ['--from', '2000-01-01T00:00:00Z', '--to', '2100-01-01T00:00:00Z'];
    expect((await run('replay', shop.slug, ...span, '--as', 'nobody', '--reason', 'because')).code).toBe(2);
  });
});

describe('kobi events forget', () => {
  it('takes a person out of every event, sent or not, by any way of writing the identifier; the fact stays', async () => {
    await startedShop();
    const person = (email: string | string[], id: string): object => ({
      ...WHOLE.web,
      event_id: id,
      user: { email, external_id: 'customer-7' },
    });
    await shop.takeIn([person('Person-X@example.org', 'f-1'), person(['other@example.org', 'person-x@example.org'], 'f-2')]);
    await send();
    await shop.takeIn([person('person-x@example.org', 'f-3'), person('somebody@example.org', 'f-4')]);
    const { code, stdout, stderr } = await run('forget', shop.slug, '--email', ' PERSON-x@Example.org ', '--as', 'ops-a');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('3 events of the person keep only that they happened; 1 of them were not sent yet, and will not be');
    expect((await rows()).map(({ event_id, state, reason, payload }) => [event_id, state, reason, payload === null])).toEqual([
      ['f-1', 'sent', null, true],
      ['f-2', 'sent', null, true],
      ['f-3', 'dropped', 'forgotten', true],
      ['f-4', 'waiting', null, false],
    ]);
    const ledger = JSON.stringify(await listLedger(db, { slug: shop.slug, kinds: ['person_forgotten'] }));
    expect(ledger).toContain('"events":3');
    expect(ledger.toLowerCase()).not.toContain('person-x');
    expect((await run('forget', shop.slug, '--external-id', 'customer-7', '--as', 'ops-a')).stdout).toContain('1 events of the person');
    expect(await counts(db, shop.slug)).toEqual({ sent: 2, dropped: 2 });
    expect((await run('show', 'f-3', '--tenant', shop.slug)).stdout).toContain('asked to be forgotten');
  });

  it('refuses what is none, and nobody', async () => {
    await startedShop();
    expect((await run('forget', shop.slug, '--as', 'ops-a')).code).toBe(2);
    expect((await run('forget', shop.slug, '--email', 'no address', '--as', 'ops-a')).code).toBe(2);
    expect((await run('forget', shop.slug, '--phone', '12', '--as', 'ops-a')).code).toBe(2);
  });
});

describe('events in a database of their own', () => {
  it('are shown and replayed from there, and the row of it is in the ledger of the engine', async () => {
    await startedShop();
    const own = await rig.postgres.open();
    const apart = await rig.shop(own);
    await sql`update onboardings set slug = ${apart.slug} where slug = ${shop.slug}`.execute(db);
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: '"apart"', times: 1 });
    await apart.takeIn([purchase('apart')]);
    const sender = rig.start(own);
    await settled(own, apart.slug);
    await sender.end();
    const env = { ...NOBODY_THERE, DATABASE_URL: rig.postgres.url('kobi_1'), KOBI_EVENTS_DATABASE_URL: rig.postgres.url('kobi_2') };
    expect((await kobi(['events', 'show', 'apart', '--tenant', apart.slug], env)).stdout).toContain('parked (refused_by_tiktok)');
    const span = ['--from', '2000-01-01T00:00:00Z', '--to', '2100-01-01T00:00:00Z'];
    expect((await kobi(['events', 'replay', apart.slug, ...span, ...AS], env)).stdout).toContain('1 parked events wait again');
    expect(await counts(own, apart.slug)).toEqual({ waiting: 1 });
    expect(await listLedger(db, { slug: apart.slug, kinds: ['events_replayed'] })).toHaveLength(1);
    expect(await listLedger(own, { slug: apart.slug })).toEqual([]);
  });
});
