import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database.js';
import { settings, WHOLE } from '../../domain/events/shop.js';
import { counts, purchase, purchases, settled, until, useSending } from './rig.js';

const rig = useSending();
let db: Database;
beforeAll(async () => {
  db = await rig.postgres.open();
}, 120_000);

describe('events that wait', () => {
  it('go to TikTok once each, in requests of at most 1,000, and the row says when and under which request', async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(2_500));
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    const { ids, repeated } = await rig.taken(shop.pixelCode);
    expect(new Set(ids)).toEqual(new Set(purchases(2_500).map((_, index) => `e-${index}`)));
    expect(ids).toHaveLength(2_500);
    expect(repeated).toEqual([]);
    const requests = (await rig.simulator.admin.ledger('?path=/event/track/')).filter(({ subjects }) => subjects.includes(shop.slug));
    const sizes = requests.map(({ parameters }) => (Array.isArray(parameters?.data) ? parameters.data.length : 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2_500);
    const rows = await db.selectFrom('events').selectAll().where('slug', '=', shop.slug).execute();
    const known = new Set(requests.map(({ requestId }) => requestId));
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'sent', code: 0, attempts: 1, leased_until: null, settled_at: expect.any(Date) });
      expect(known).toContain(row.request_id);
    }
  });

  it('go as soon as our own limiter works again: while it fails nothing has left us, and nothing counts as sent', async () => {
    const shop = await rig.shop(db);
    let asked = 0;
    let works = false;
    const take = (): Promise<null> => {
      asked += 1;
      return works ? Promise.resolve(null) : Promise.reject(new Error('the database of the limiter is away'));
    };
    await shop.takeIn(purchases(3));
    const sender = rig.start(db, { limiter: { take } });
    await until('it was asked again', () => Promise.resolve(asked >= 2));
    works = true;
    await settled(db, shop.slug);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 3 });
    const attempts = await db.selectFrom('event_attempts').selectAll().where('event_source_id', '=', shop.pixelCode).execute();
    expect(attempts).toEqual([]);
  });

  it('that are large go in several requests, so that none is too long on its way', async () => {
    const shop = await rig.shop(db);
    const items = Array.from({ length: 200 }, (_, index) => ({ item_id: `${index}`.padEnd(450, 'x'), item_name: 'y'.repeat(450) }));
    await shop.takeIn(purchases(30).map((event) => ({ ...event, params: { value: 1, currency: 'EUR', items } })));
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    expect((await rig.taken(shop.pixelCode)).ids).toHaveLength(30);
    const requests = (await rig.simulator.admin.ledger('?path=/event/track/')).filter(({ subjects }) => subjects.includes(shop.slug));
    expect(requests.length).toBeGreaterThan(1);
    for (const { parameters } of requests) expect(JSON.stringify(parameters).length).toBeLessThan(4_500_000);
  });

  it('go as test events or as real ones, never both in one request', async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(20, 'real'));
    await shop.takeIn(purchases(20, 'test'), { test_event_code: 'TEST1' });
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    const { all } = await rig.taken(shop.pixelCode);
    expect(all.filter(({ testEventCode }) => testEventCode === 'TEST1').map(({ eventId }) => eventId.split('-')[0])).toEqual(
      Array(20).fill('test'),
    );
    expect(all.filter(({ testEventCode }) => testEventCode === '').map(({ eventId }) => eventId.split('-')[0])).toEqual(
      Array(20).fill('real'),
    );
  });

  it('of every source reach the destination of that source', async () => {
    const shop = await rig.shop(db);
    const now = Math.floor(Date.now() / 1_000);
    await shop.takeIn([
      purchase('w'),
      { ...WHOLE.offline, timestamp: now, event_id: 'o' },
      { ...WHOLE.crm, timestamp: now, event_id: 'c' },
    ]);
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await sender.end();
    const { offline, crm } = settings().destinations;
    for (const [id, place] of [
      ['w', shop.pixelCode],
      ['o', offline?.event_set_id ?? ''],
      ['c', crm?.event_set_id ?? ''],
    ] as const)
      expect((await rig.taken(place)).ids).toEqual([id]);
  });

  it('are shared between senders: each is sent by one of them', async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(6_000));
    const senders = [rig.start(db, { quick: { batch: 100 } }), rig.start(db, { quick: { batch: 100 } })];
    await settled(db, shop.slug);
    for (const sender of senders) await sender.end();
    const { ids, repeated } = await rig.taken(shop.pixelCode);
    expect(repeated).toEqual([]);
    expect(ids).toHaveLength(6_000);
    expect(await counts(db, shop.slug)).toEqual({ sent: 6_000 });
  });

  it('that a sender gives back when it ends are sent by the next, and count as one attempt', async () => {
    const shop = await rig.shop(db);
    await shop.takeIn(purchases(3_000));
    const first = rig.start(db, { quick: { batch: 50, inFlight: 1, inFlightPerDestination: 1 } });
    await first.end();
    const left = (await counts(db, shop.slug)).waiting ?? 0;
    expect(left).toBeGreaterThan(0);
    expect(
      await db.selectFrom('events').select('id').where('slug', '=', shop.slug).where('leased_until', 'is not', null).execute(),
    ).toEqual([]);
    const second = rig.start(db);
    await settled(db, shop.slug);
    await second.end();
    expect((await rig.taken(shop.pixelCode)).repeated).toEqual([]);
    const attempts = await db.selectFrom('events').select('attempts').distinct().where('slug', '=', shop.slug).execute();
    expect(attempts).toEqual([{ attempts: 1 }]);
  });
});
