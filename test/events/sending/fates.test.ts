import { beforeAll, describe, expect, it } from 'vitest';
import { fateOf } from '../../../src/events/sending/fate.js';
import { EVERYTHING } from '../../../src/store/event-breakers.js';
import type { Database } from '../../../src/store/database.js';
import { type CodeClass, CODES } from '../../../src/tiktok/codes.js';
import { settings, WHOLE } from '../../domain/events/shop.js';
import { counts, purchase, purchases, settled, type Shop, until, useSending } from './rig.js';

const rig = useSending();
let db: Database;
let shop: Shop;
beforeAll(async () => {
  db = await rig.postgres.open();
}, 120_000);

const TRACK = '/event/track/';

/** A shop with as many purchases waiting, a fault for its requests, and a sender that meets it. */
async function meeting(fault: string, count: number, more: object = {}, take: readonly object[] = purchases(count)) {
  await db.deleteFrom('event_breakers').execute();
  await rig.simulator.admin.ok('DELETE', 'faults');
  shop = await rig.shop(db);
  await shop.takeIn(take);
  await rig.simulator.admin.fault(TRACK, fault, { match: shop.pixelCode, times: null, ...more });
  return rig.start(db, { quick: { breakerAfter: 2 } });
}
const rows = () => db.selectFrom('events').selectAll().where('slug', '=', shop.slug).orderBy('id').execute();
const attempts = () => db.selectFrom('event_attempts').selectAll().where('event_source_id', '=', shop.pixelCode).orderBy('id').execute();
const breaker = async () => {
  const all = await db.selectFrom('event_breakers').selectAll().execute();
  const own = all.find(({ event_source_id }) => event_source_id === shop.pixelCode);
  return (
    own ??
    all.find(({ event_source_id }) => event_source_id === EVERYTHING) ??
    all.find(({ event_source_id }) => event_source_id.startsWith('token:'))
  );
};
const heal = () => rig.simulator.admin.ok('DELETE', 'faults');

/** One code of each class and kind, with what must be seen while TikTok answers it to everything, and what is behind it. */
const STOPPING = [
  { fault: 'code=50000', reason: 'unavailable', outcome: 'retry_later' },
  { fault: 'code=40700', reason: 'unavailable', outcome: 'retry_later' },
  { fault: 'code=50002', reason: 'unavailable', outcome: 'unknown_outcome' },
  { fault: 'code=40202', reason: 'unavailable', outcome: 'conflict' },
  { fault: 'code=40050', reason: 'unavailable', outcome: 'conflict' },
  { fault: 'code=49999', reason: 'unavailable', outcome: 'unknown_code' },
  { fault: 'http=502', reason: 'unavailable', outcome: 'unavailable' },
  { fault: 'html', reason: 'unavailable', outcome: 'bad_answer' },
  { fault: 'cut-json', reason: 'unavailable', outcome: 'bad_answer' },
  { fault: 'drop', reason: 'unavailable', outcome: 'unavailable' },
  { fault: 'commit-then-drop', reason: 'unavailable', outcome: 'unavailable' },
  { fault: 'commit-then-http=504', reason: 'unavailable', outcome: 'unavailable' },
  { fault: 'code=40100', reason: 'rate_limited', outcome: 'rate_limited' },
  { fault: 'code=40016', reason: 'rate_limited', outcome: 'rate_limited' },
  { fault: 'code=40132', reason: 'rate_limited', outcome: 'rate_limited' },
  { fault: 'code=61000', reason: 'rate_limited', outcome: 'rate_limited' },
  { fault: 'code=40105', reason: 'token', outcome: 'token' },
  { fault: 'code=40102', reason: 'token', outcome: 'token' },
  { fault: 'code=40001', reason: 'permission', outcome: 'permission' },
  { fault: 'code=40118', reason: 'permission', outcome: 'permission' },
  { fault: 'code=40007', reason: 'not_found', outcome: 'not_found' },
  { fault: 'code=40010', reason: 'fatal', outcome: 'fatal' },
] as const;

describe('what TikTok answers to everything', () => {
  it.each(STOPPING)(
    '$fault stops the destination as $reason, loses nothing, and goes on by itself when it is over',
    async ({ fault, reason, outcome }) => {
      const sender = await meeting(fault, 30);
      await until('the breaker opens', async () => (await breaker())?.state !== 'closed' && (await breaker())?.reason === reason);
      expect(await counts(db, shop.slug)).toEqual({ waiting: 30 });
      await heal();
      await settled(db, shop.slug);
      await until('the breaker closes', async () => (await breaker())?.state === 'closed');
      await sender.end();
      expect(await counts(db, shop.slug)).toEqual({ sent: 30 });
      const { ids, repeated } = await rig.taken(shop.pixelCode);
      expect(new Set(ids).size).toBe(30);
      expect(ids).toHaveLength(30);
      // Whatever came twice is a repetition that the record of attempts explains.
      const known = await attempts();
      expect(known.map((attempt) => attempt.outcome)).toContain(outcome);
      const proven = new Set(known.filter(({ certain }) => !certain).flatMap(({ event_rows }) => event_rows));
      for (const { id, event_id } of await rows()) if (repeated.includes(event_id ?? '')) expect(proven).toContain(id);
    },
  );

  it('a refusal of everything opens the breaker and parks nothing: it is not the events', async () => {
    const sender = await meeting('code=40002', 40);
    await until('the breaker opens', async () => (await breaker())?.reason === 'everything_refused');
    expect((await counts(db, shop.slug)).parked ?? 0).toBe(0);
    await heal();
    await settled(db, shop.slug);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 40 });
  });
});

describe('few events', () => {
  it.each([4, 5, 6, 7])('are all sent when the outage ends with request %i, also in the middle of a batch', async (times) => {
    await db.deleteFrom('event_breakers').execute();
    await heal();
    shop = await rig.shop(db);
    await shop.takeIn(purchases(2));
    await rig.simulator.admin.fault(TRACK, 'code=60001', { match: shop.pixelCode, times });
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 2 });
  });

  it.each(['code=60001', 'code=50000', 'code=49999'])('wait while TikTok answers %s to all of them: nothing is parked', async (fault) => {
    await db.deleteFrom('event_breakers').execute();
    await heal();
    shop = await rig.shop(db);
    await shop.takeIn(purchases(2));
    await rig.simulator.admin.fault(TRACK, fault, { match: shop.pixelCode, times: null });
    const sender = rig.start(db);
    await until('they were tried again and again', async () =>
      (await rows()).some(({ state, attempts: tries }) => state === 'parked' || tries >= 8),
    );
    expect(await counts(db, shop.slug)).toEqual({ waiting: 2 });
    await heal();
    await settled(db, shop.slug);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 2 });
  });
});

describe('test events that TikTok refuses for their pixel', () => {
  it.each(['code=40001', 'code=40132'])('with %s go again later each time, and hold up nothing that is real', async (fault) => {
    await db.deleteFrom('event_breakers').execute();
    await heal();
    shop = await rig.shop(db);
    await shop.takeIn([purchase('tried')], { test_event_code: 'TEST12345' });
    await rig.simulator.admin.fault(TRACK, fault, { match: 'TEST12345', times: null });
    const sender = rig.start(db, { quick: { firstRetryMs: 3_600_000, longestRetryMs: 3_600_000 } });
    await until('it was tried', async () => (await attempts()).length > 0 && (await rows()).every((row) => row.leased_until === null));
    expect((await rows())[0]?.next_at?.getTime()).toBeGreaterThan(Date.now() + 1_800_000);
    await shop.takeIn([purchase('real')]);
    await until('the real one is sent', async () => (await counts(db, shop.slug)).sent === 1);
    await sender.end();
    expect(await attempts()).toHaveLength(1);
  });
});

describe('a poison event', () => {
  it.each([
    { fault: 'code=40002', reason: 'refused_by_tiktok', code: 40_002 },
    { fault: 'code=40062', reason: 'refused_by_tiktok', code: 40_062 },
    { fault: 'code=20001', reason: 'refused_by_tiktok', code: 20_001 },
    { fault: 'commit-then-code=20001', reason: 'refused_by_tiktok', code: 20_001 },
    { fault: 'code=50000', reason: 'keeps_failing', code: 50_000 },
    { fault: 'code=49999', reason: 'keeps_failing', code: 49_999 },
  ])('with $fault is parked alone as $reason, and costs none of its batch', async ({ fault, reason, code }) => {
    const sender = await meeting(fault, 300, { match: '"e-177"' });
    await settled(db, shop.slug);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 299, parked: 1 });
    const parked = (await rows()).find(({ state }) => state === 'parked');
    expect(parked).toMatchObject({ event_id: 'e-177', reason, code, request_id: expect.stringMatching(/^\d{14}/) });
  });

  it('that TikTok names goes alone at once: the others are in one request', async () => {
    await db.deleteFrom('event_breakers').execute();
    await heal();
    shop = await rig.shop(db);
    await shop.takeIn(purchases(300));
    await db
      .updateTable('events')
      .set({
        payload: JSON.stringify({ event: 'Purchase', event_time: Math.floor(Date.now() / 1000), event_id: 'e-9', user: {}, page: {} }),
      })
      .where('slug', '=', shop.slug)
      .where('event_id', '=', 'e-9')
      .execute();
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 299, parked: 1 });
    const requests = (await rig.simulator.admin.ledger(`?path=${TRACK}`)).filter(({ subjects }) => subjects.includes(shop.slug));
    expect(requests).toHaveLength(3);
  });
});

describe('an event that comes too late', () => {
  it('is parked as too old, or as of unknown outcome when TikTok would count it twice', async () => {
    await db.deleteFrom('event_breakers').execute();
    shop = await rig.shop(db);
    await shop.takeIn(purchases(3));
    const hours = (count: number): Date => new Date(Date.now() - count * 3_600_000);
    const [old, unsure] = await rows();
    await db
      .updateTable('events')
      .set({ payload: JSON.stringify({ ...old?.payload, event_time: Math.floor(hours(7 * 24 + 1).getTime() / 1000) }) })
      .where('id', '=', old?.id ?? '')
      .execute();
    await db
      .updateTable('events')
      .set({ maybe_sent_at: hours(48) })
      .where('id', '=', unsure?.id ?? '')
      .execute();
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    expect((await rows()).map(({ state, reason }) => [state, reason])).toEqual([
      ['parked', 'too_old'],
      ['parked', 'outcome_unknown'],
      ['sent', null],
    ]);
  });

  it('of an app is parked after an unknown outcome, for it has no id by which TikTok would know it, and waits after a refusal that is certain', async () => {
    await db.deleteFrom('event_breakers').execute();
    await heal();
    shop = await rig.shop(db);
    const { app } = settings().destinations;
    const place = app?.tiktok_app_id ?? '';
    await rig.simulator.admin.fault(TRACK, 'code=60001', { match: place, times: 1 });
    await rig.simulator.admin.fault(TRACK, 'code=50000', { match: place, times: null, after: 1 });
    await shop.takeIn([{ ...WHOLE.app, timestamp: new Date().toISOString() }]);
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    expect((await rows()).map(({ state, reason, attempts: tries }) => [state, reason, tries])).toEqual([['parked', 'outcome_unknown', 2]]);
    await heal();
  });
});

/** What each class of the table means for events: retried, throttled, halved, or stopped until a person mends something. */
const BY_CLASS: Readonly<Record<Exclude<CodeClass, 'ok'>, string>> = {
  retry_later: 'again',
  conflict: 'again',
  unknown_outcome: 'again',
  unknown_code: 'again',
  rate_limited: 'slow_down',
  bad_input: 'split',
  partial: 'split',
  token: 'stop token',
  permission: 'stop destination',
  not_found: 'stop destination',
  fatal: 'stop destination',
};
const SLOWED_ALONE = [40_132, 40_133];

describe('the table of codes', () => {
  it.each(CODES.flatMap(({ from, class: errorClass }) => (errorClass === 'ok' ? [] : [{ code: from, errorClass }])))(
    'gives $code ($errorClass) its fate',
    ({ code, errorClass }) => {
      const fate = fateOf({ class: errorClass, tiktokCode: code, httpStatus: 200 });
      expect(fate.kind === 'stop' ? `stop ${fate.whom}` : fate.kind).toBe(BY_CLASS[errorClass]);
      if (fate.kind === 'slow_down') expect(fate.whom).toBe(SLOWED_ALONE.includes(code) ? 'destination' : 'everything');
    },
  );
});
