import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SENDING } from '../../../src/events/sending/settings.js';
import { upkeep } from '../../../src/events/sending/upkeep.js';
import { takeInEvents } from '../../../src/events/intake.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import type { Database } from '../../../src/store/database.js';
import { breakerFailed, breakerWorks, EVERYTHING, readBreakers, takeProbe } from '../../../src/store/event-breakers.js';
import { claimEvents, giveBackEvents } from '../../../src/store/event-queue.js';
import { settings, WHOLE } from '../../domain/events/shop.js';
import { counts, purchase, purchases, settled, until, useSending } from './rig.js';

const rig = useSending();
let db: Database;
beforeAll(async () => {
  db = await rig.postgres.open();
}, 120_000);

const TRACK = '/event/track/';
const MINUTE = 60_000;

/** A clock that a test moves. */
function movable() {
  let offset = 0;
  return { clock: () => new Date(Date.now() + offset), advance: (ms: number) => void (offset += ms) };
}

describe('an outage of an hour', () => {
  it('costs few calls, loses nothing, and drains by itself', { timeout: 120_000 }, async () => {
    const shop = await rig.shop(db);
    const { clock, advance } = movable();
    await rig.simulator.admin.fault(TRACK, 'http=503', { match: shop.pixelCode, times: null });
    const sender = rig.start(db, { clock, quick: { ...SENDING, everyMs: 5 } });
    // A minute passes only when nothing more happens in it, so that the number of calls is that of an hour.
    for (let minute = 0; minute < 60; minute += 1) {
      await shop.takeIn(purchases(10, `m${minute}`));
      advance(MINUTE);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(await counts(db, shop.slug)).toEqual({ waiting: 600 });
    const calls = (await rig.simulator.admin.ledger(`?path=${TRACK}`)).filter(({ subjects }) => subjects.includes(shop.slug));
    // Five until the breaker opens, then a few events now and then.
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.length).toBeLessThan(60);
    await rig.simulator.admin.ok('DELETE', 'faults');
    const draining = setInterval(() => advance(MINUTE), 50);
    await settled(db, shop.slug);
    clearInterval(draining);
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 600 });
    expect((await rig.taken(shop.pixelCode)).ids).toHaveLength(600);
  });

  it('of one pixel holds up no other', async () => {
    const [sick, well] = [await rig.shop(db), await rig.shop(db)];
    await rig.simulator.admin.fault(TRACK, 'code=40001', { match: sick.pixelCode, times: null });
    await sick.takeIn(purchases(500));
    await well.takeIn(purchases(500));
    const sender = rig.start(db);
    await settled(db, well.slug);
    expect(await counts(db, sick.slug)).toEqual({ waiting: 500 });
    await rig.simulator.admin.ok('DELETE', 'faults');
    await settled(db, sick.slug);
    await sender.end();
  });
});

describe('an access token that TikTok no longer takes', () => {
  it('stops every destination, and a new one lets all of it go without a restart', async () => {
    const [one, other] = [await rig.shop(db), await rig.shop(db)];
    await one.takeIn(purchases(50));
    await other.takeIn(purchases(50));
    let token = 'sim-token-revoked-long-ago';
    const sender = rig.start(db, {
      token: () => Promise.resolve(token),
      quick: { breakerFirstMs: 3_600_000, breakerLongestMs: 3_600_000 },
    });
    await until('the token is known to be refused', async () =>
      [...(await readBreakers(db)).values()].some(({ reason }) => reason === 'token'),
    );
    for (const { slug } of [one, other]) expect(await counts(db, slug)).toEqual({ waiting: 50 });
    expect(JSON.stringify(sender.log)).toContain('events wait until it is mended');
    expect(JSON.stringify(sender.log)).not.toContain(token);
    token = 'sim-token-kobi-admin';
    await settled(db, one.slug);
    await settled(db, other.slug);
    await sender.end();
    for (const { slug } of [one, other]) expect(await counts(db, slug)).toEqual({ sent: 50 });
    await db.deleteFrom('event_breakers').execute();
  });
});

describe('a breaker that many senders share', () => {
  const failure = {
    code: 50_000,
    requestId: 'r',
    reason: 'unavailable',
    opensAfter: 3,
    firstMs: MINUTE,
    longestMs: 4 * MINUTE,
    spread: 0,
  } as const;
  const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 21) + minutes * MINUTE);
  const state = async () => (await readBreakers(db)).get('PIXEL');

  it('opens after failures in a row, gives its attempt to one of them, waits longer each time, and closes with a success', async () => {
    await breakerFailed(db, 'PIXEL', { ...failure, now: at(0) });
    await breakerWorks(db, 'PIXEL', at(0));
    for (let count = 0; count < 2; count += 1) await breakerFailed(db, 'PIXEL', { ...failure, now: at(0) });
    expect(await state()).toMatchObject({ state: 'closed', failures: 2 });
    await breakerFailed(db, 'PIXEL', { ...failure, now: at(0) });
    expect(await state()).toMatchObject({ state: 'open', openUntil: at(1) });
    // Answers that were under way neither prolong nor close it.
    await breakerFailed(db, 'PIXEL', { ...failure, now: at(0.5) });
    await breakerWorks(db, 'PIXEL', at(0.5));
    expect(await state()).toMatchObject({ state: 'open', openUntil: at(1) });
    const probes = await Promise.all(Array.from({ length: 8 }, () => takeProbe(db, 'PIXEL', { now: at(1), forMs: MINUTE })));
    expect(probes.filter(Boolean)).toHaveLength(1);
    await breakerFailed(db, 'PIXEL', { ...failure, now: at(1) });
    expect(await state()).toMatchObject({ state: 'open', openUntil: at(3) });
    // Whoever had the attempt died: another gets it.
    expect(await takeProbe(db, 'PIXEL', { now: at(3), forMs: MINUTE })).toBe(true);
    expect(await takeProbe(db, 'PIXEL', { now: at(3.5), forMs: MINUTE })).toBe(false);
    expect(await takeProbe(db, 'PIXEL', { now: at(4), forMs: MINUTE })).toBe(true);
    await breakerWorks(db, 'PIXEL', at(4));
    expect(await state()).toBeUndefined();
  });

  it('closes by itself beside the one of all destinations, also where no destination is free to try that', async () => {
    const shop = await rig.shop(db);
    const keys = [shop.pixelCode, EVERYTHING];
    for (const key of keys) await breakerFailed(db, key, { ...failure, now: new Date(Date.now() - 2 * MINUTE), opensAfter: 1 });
    await shop.takeIn(purchases(30));
    const sender = rig.start(db);
    await settled(db, shop.slug);
    await until('both are closed', async () => {
      const breakers = await readBreakers(db);
      return keys.every((key) => !breakers.has(key));
    });
    await sender.end();
    expect(await counts(db, shop.slug)).toEqual({ sent: 30 });
  });
});

describe('whatever goes wrong on the way', () => {
  it('an event keeps its id, name and content at every attempt, and no raw identifier leaves', { timeout: 120_000 }, async () => {
    const faults = fc.array(
      fc.constantFrom('drop', 'commit-then-drop', 'code=50000', 'code=40100', 'http=502', 'cut-json', 'commit-then-code=51010'),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(faults, fc.integer({ min: 1, max: 12 }), async (planned, count) => {
        const shop = await rig.shop(db);
        await rig.simulator.admin.ok('DELETE', 'faults');
        for (const [index, fault] of planned.entries())
          await rig.simulator.admin.fault(TRACK, fault, { match: shop.pixelCode, after: index });
        await shop.takeIn(
          Array.from({ length: count }, (_, index) => ({
            ...WHOLE.web,
            event_id: `p-${index}`,
            user: { email: 'Person-Q@example.org', phone: '+49 151 12345678', external_id: 'customer-q' },
          })),
        );
        const sender = rig.start(db, { quick: { batch: 5 } });
        await settled(db, shop.slug);
        await sender.end();
        expect(await counts(db, shop.slug)).toEqual({ sent: count });
        const requests = (await rig.simulator.admin.ledger(`?path=${TRACK}`)).filter(({ subjects }) => subjects.includes(shop.slug));
        const seen = new Map<string, Set<string>>();
        for (const event of requests.flatMap(({ parameters }) => (Array.isArray(parameters?.data) ? parameters.data : []))) {
          const id = String(event.event_id);
          seen.set(id, (seen.get(id) ?? new Set()).add(JSON.stringify(event)));
        }
        expect([...seen.keys()].toSorted()).toEqual(Array.from({ length: count }, (_, index) => `p-${index}`).toSorted());
        for (const forms of seen.values()) expect(forms.size).toBe(1);
        const left = [
          JSON.stringify(requests),
          JSON.stringify(sender.log),
          JSON.stringify(await db.selectFrom('events').selectAll().where('slug', '=', shop.slug).execute()),
          JSON.stringify(await db.selectFrom('event_attempts').selectAll().execute()),
        ].join('\n');
        for (const raw of ['erson-Q', 'erson-q', '12345678', 'customer-q']) expect(left).not.toContain(raw);
        const { ids } = await rig.taken(shop.pixelCode);
        expect(new Set(ids).size).toBe(count);
        expect(ids).toHaveLength(count);
      }),
      { numRuns: 12 },
    );
    await rig.simulator.admin.ok('DELETE', 'faults');
    await db.deleteFrom('event_breakers').execute();
  });
});

describe('a claim', () => {
  it('of many at once gives each event to one, and none waits for the other', async () => {
    const own = await rig.postgres.open();
    const shop = await rig.shop(own);
    await shop.takeIn(purchases(900));
    const claim = () =>
      claimEvents(own, { eventSourceId: shop.pixelCode, now: new Date(), since: new Date(0), leaseMs: MINUTE, most: 200 });
    const claims = await Promise.all([claim(), claim(), claim(), claim(), claim(), claim()]);
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(900);
    await giveBackEvents(own, claims[0] ?? []);
    expect((await claim()).map(({ attempt }) => attempt)).toEqual((claims[0] ?? []).map(() => 1));
  });
});

describe('what is kept', () => {
  it('goes away by whole days when it is old, with what is parked once TikTok would not take that any more', async () => {
    const own = await rig.postgres.open();
    const prepared = prepareMap(settings());
    const day = (count: number): Date => new Date(Date.UTC(2026, 10, 1 + count, 12));
    for (const ahead of [0, 1, 2]) {
      await upkeep(own, { now: day(ahead), keepDays: 90 });
      await takeInEvents(
        { db: own, prepared },
        'shop_old',
        [{ ...purchase(`day-${ahead}`), timestamp: day(ahead).toISOString() }],
        day(ahead),
      );
    }
    await own.updateTable('events').set({ state: 'sent' }).where('event_id', 'in', ['day-0', 'day-2']).execute();
    await own.updateTable('events').set({ state: 'parked', reason: 'refused_by_tiktok' }).where('event_id', '=', 'day-1').execute();
    expect((await upkeep(own, { now: day(60), keepDays: 90 })).days).toEqual([]);
    const after = await upkeep(own, { now: day(20), keepDays: 10 });
    expect(after.days).toEqual(expect.arrayContaining(['20261101', '20261103']));
    expect(after.unsent).toEqual([]);
    expect((await own.selectFrom('events').select('event_id').execute()).map(({ event_id }) => event_id)).toEqual(['day-1']);
    const last = await upkeep(own, { now: day(31), keepDays: 10 });
    expect(last.days).toContain('20261102');
    expect(last.unsent).toEqual([{ slug: 'shop_old', state: 'parked', reason: 'refused_by_tiktok', count: 1 }]);
    expect(await own.selectFrom('events').select('event_id').execute()).toEqual([]);
  });
});
