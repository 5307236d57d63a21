import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { takeInEvents } from '../../src/events/intake.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import type { Database } from '../../src/store/database.js';
import { claimEvents, parkEvents, settleSent } from '../../src/store/event-queue.js';
import { addUpHours } from '../../src/store/event-hours.js';
import { saveEventSettings } from '../../src/store/event-settings.js';
import { eventStatistics } from '../../src/store/event-statistics.js';
import { eventStory, newestEvents } from '../../src/store/event-story.js';
import { NOW, settings, WHOLE } from '../domain/events/shop.js';
import { usePostgres } from '../store/postgres.js';

const postgres = usePostgres();
const SLUG = 'shop_a';
const PIXEL = 'C4A1B2C3D4E5F6G7H8I0';
const MINUTE = 60_000;
const before = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE);
const order = (id: string, change: object = {}) => ({ ...WHOLE.web, timestamp: undefined, event_id: id, ...change });

let db: Database;
beforeEach(async () => {
  db = await postgres.open();
  await saveEventSettings(db, SLUG, { settings: settings(), origin: 'people', setBy: 'ops-a@example.org', at: before(9_000) });
});

const takeIn = (events: readonly unknown[], at: Date, slug = SLUG) =>
  takeInEvents({ db, prepared: prepareMap(settings()) }, slug, events, at);
const statistics = (now = NOW) => eventStatistics({ db, settingsDb: db }, SLUG, now);

/** Sends everything that waits, answered at that moment. */
async function sendAll(at: Date): Promise<void> {
  const events = await claimEvents(db, { eventSourceId: PIXEL, now: at, since: before(20_000), leaseMs: MINUTE, most: 1_000 });
  await settleSent(db, events, { now: at, requestId: 'request-1' });
}

describe('the statistics of a tenant’s events', () => {
  it('count what came in by name and what became of it, with the reasons and what mends them', async () => {
    await takeIn(
      [
        order('a-1'),
        order('a-2'),
        order('a-3', { name: 'purchse' }),
        order('a-4', { params: { value: 1 } }),
        order('a-5', { consent: false }),
        order('a-6', { name: 'view_item' }),
      ],
      before(5),
    );
    await takeIn([order('b-1')], before(5), 'shop_b');
    await sendAll(before(4));
    const { total, states, names, unmapped, reasons, byDay } = await statistics();
    expect(total).toBe(6);
    expect(states).toEqual({ sent: 3, waiting: 0, parked: 0, refused: 1, unmapped: 1, dropped: 1 });
    expect(names[0]).toMatchObject({
      name: 'purchase',
      event: 'Purchase',
      source: 'web',
      total: 4,
      states: { sent: 2, refused: 1, dropped: 1 },
    });
    expect(unmapped).toEqual([{ name: 'purchse', source: 'web', count: 1, suggestion: expect.stringContaining('did you mean purchase') }]);
    expect(reasons.find(({ state }) => state === 'refused')).toMatchObject({
      reason: 'currency_missing',
      field: 'params.currency',
      count: 1,
      mend: expect.stringContaining('currency'),
    });
    expect(byDay.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 6]);
  });

  it('say which share of the acknowledged events carries each match key', async () => {
    await takeIn(
      [
        order('a-1', { user: { email: 'a@example.org', ip: '203.0.113.7', user_agent: 'Mozilla' } }),
        order('a-2', { user: { ip: '203.0.113.7' } }),
      ],
      before(5),
    );
    await sendAll(before(4));
    const { match } = await statistics();
    const { click: _click, ...keys } = Object.fromEntries(match.keys.map(({ key, count }) => [key, count]));
    expect(match.sent).toBe(2);
    expect(keys).toMatchObject({ email: 1, phone: 0, external_id: 0, ip_and_browser: 1 });
  });

  it('tell from arrival and from the event how long it took until TikTok acknowledged it', async () => {
    await takeIn([order('a-1'), order('a-2', { timestamp: before(65).toISOString() })], before(5));
    await sendAll(new Date(before(5).getTime() + 1_500));
    const { fromArrival, fromEvent } = (await statistics()).latency;
    expect(fromArrival).toMatchObject({ count: 2, p50Ms: 2_000, p95Ms: 2_000 });
    expect(fromEvent).toMatchObject({ count: 2, p50Ms: 2_000, p95Ms: 21_600_000 });
  });

  it('show what waits by age, what is parked, and the breaker that stops its destination', async () => {
    await takeIn([order('a-1')], before(120));
    await takeIn([order('a-2'), order('a-3')], before(3));
    const [event] = await claimEvents(db, { eventSourceId: PIXEL, now: before(119), since: before(20_000), leaseMs: MINUTE, most: 1 });
    if (!event) throw new Error('nothing was claimed');
    await parkEvents(db, [{ event, reason: 'refused_by_tiktok', code: 40_002, requestId: 'request-2' }], before(118));
    const until = new Date(NOW.getTime() + MINUTE);
    await db
      .insertInto('event_breakers')
      .values({ event_source_id: PIXEL, state: 'open', failures: 5, open_until: until, reason: 'permission', changed_at: NOW })
      .execute();
    const { waiting, oldestAt, parked, breakers } = (await statistics()).backlog;
    expect(waiting.filter(({ count }) => count > 0)).toEqual([{ label: '1 to 5 minutes', count: 2, orMore: false }]);
    expect(oldestAt).toBe(before(3).toISOString());
    expect(parked).toEqual([{ reason: 'refused_by_tiktok', count: 1, oldestAt: before(120).toISOString() }]);
    expect(breakers.find(({ destination }) => destination === PIXEL)).toMatchObject({
      state: 'open',
      why: expect.stringContaining('access'),
      until: until.toISOString(),
    });
  });

  it('see what waits for a destination that no settings name any more', async () => {
    const web = { pixel_code: 'C0000000000000000009', website: 'https://shop.example.org/' };
    const other = prepareMap(settings({ destinations: { web } }));
    await takeInEvents({ db, prepared: other }, SLUG, [order('a-1')], before(120));
    const { waiting, oldestAt } = (await statistics()).backlog;
    expect(waiting.map(({ count }) => count)).toEqual([0, 0, 0, 1, 0, 0]);
    expect(oldestAt).toBe(before(120).toISOString());
  });

  it('tell how far it is to the value of payments: attributed ones with a value, acknowledged within 7 days, each once', async () => {
    const chosen = { event: 'Purchase', objective: 'PRODUCT_SALES', by_value: true };
    const own = settings({ optimisation: chosen });
    await saveEventSettings(db, SLUG, { settings: own, origin: 'people', setBy: 'ops-a@example.org', at: before(10) });
    const clicked = { user: { email: 'person-a@example.org', ttclid: 'E.C.P' } };
    const paid = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => order(`${prefix}-${index}`, clicked));
    const others = [
      order('no-click'),
      order('no-value', { ...clicked, params: {} }),
      order('nothing', { ...clicked, params: { value: 0, currency: 'EUR' } }),
      order('no-payment', { ...clicked, name: 'add_to_cart' }),
    ];
    await takeIn(paid(3, 'old'), before(8 * 24 * 60));
    await sendAll(before(8 * 24 * 60 - 1));
    await takeIn([...paid(12, 'a'), ...others], before(3 * 24 * 60));
    // Handed in twice, it is one payment.
    await takeIn([...paid(7, 'b'), ...paid(7, 'b')], before(5));
    const tested = prepareMap(settings({ test_event_code: 'TEST1' }));
    await takeInEvents({ db, prepared: tested }, SLUG, paid(5, 'test'), before(5));
    await sendAll(before(4));
    const findings = [{ kind: 'waiting', text: expect.stringContaining('19 of 20 attributed') }];
    expect((await statistics()).optimisation).toMatchObject({ payments: { web: { counted: 19, needed: 20, ready: false } }, findings });
    await addUpHours(db, NOW);
    expect((await statistics()).optimisation).toMatchObject({ payments: { web: { counted: 19 }, app: { counted: 0 } } });
    await takeIn(paid(1, 'c'), before(3));
    expect((await statistics()).optimisation.findings).toMatchObject(findings);
    await sendAll(before(2));
    expect((await statistics()).optimisation).toMatchObject({ payments: { web: { counted: 20, ready: true } }, findings: [] });
  });

  it('let the events of an app wait for its first install', async () => {
    const chosen = { event: 'Purchase', objective: 'APP_PROMOTION', source: 'app' };
    const own = settings({ optimisation: chosen });
    await saveEventSettings(db, SLUG, { settings: own, origin: 'people', setBy: 'ops-a@example.org', at: before(10) });
    const waiting = [{ kind: 'waiting', text: expect.stringContaining('first install') }];
    await takeIn([{ ...WHOLE.app, timestamp: undefined, name: 'first_open', event_id: 'i-1' }], before(60));
    expect((await statistics()).optimisation).toMatchObject({ findings: waiting, firstInstallAt: null });
    const place = settings().destinations.app?.tiktok_app_id ?? '';
    const events = await claimEvents(db, { eventSourceId: place, now: before(59), since: before(20_000), leaseMs: MINUTE, most: 1_000 });
    await settleSent(db, events, { now: before(59), requestId: 'request-2' });
    expect((await statistics()).optimisation).toMatchObject({ findings: [], firstInstallAt: before(60).toISOString() });
  });

  it('keep test events out of everything but their own number', async () => {
    const prepared = prepareMap({ ...settings(), test_event_code: 'TEST12345' });
    await takeInEvents({ db, prepared }, SLUG, [order('a-1')], before(5));
    await sendAll(before(4));
    const { total, tests, names, match, latency } = await statistics();
    expect([total, tests, names, match.sent, latency.fromArrival.count]).toEqual([0, 1, [], 0, 0]);
  });

  it('are the same once the hours are added up, and follow what was settled after that', async () => {
    await takeIn([order('a-1'), order('a-2', { name: 'purchse' })], before(50 * 60));
    await takeIn([order('a-3')], before(30));
    const counted = await statistics();
    await addUpHours(db, NOW);
    expect(await statistics()).toEqual(counted);
    expect(counted.states).toMatchObject({ waiting: 2, unmapped: 1 });

    await sendAll(NOW);
    await addUpHours(db, NOW);
    const after = await statistics();
    expect(after.states).toMatchObject({ waiting: 0, sent: 2, unmapped: 1 });
    expect(after.total).toBe(3);
  });

  it('follow what is parked long after it came in, once the hours are added up again', async () => {
    await takeIn([order('a-1'), order('a-2')], before(50 * 60));
    await addUpHours(db, NOW);
    const [event] = await claimEvents(db, { eventSourceId: PIXEL, now: before(5), since: before(20_000), leaseMs: MINUTE, most: 1 });
    if (!event) throw new Error('nothing was claimed');
    await parkEvents(db, [{ event, reason: 'too_old', code: null, requestId: null }], before(4));
    await addUpHours(db, NOW);
    const { states, reasons } = await statistics();
    expect(states).toMatchObject({ waiting: 1, parked: 1 });
    expect(reasons).toMatchObject([{ state: 'parked', reason: 'too_old', count: 1 }]);
  });

  it('that cannot be added up for one tenant are so for all others', async () => {
    await takeIn([order('a-1')], before(50 * 60));
    await takeIn([order('b-1')], before(50 * 60), 'shop_b');
    await sql`alter table event_hours add constraint not_a check (slug <> ${sql.lit(SLUG)})`.execute(db);
    await expect(addUpHours(db, NOW)).rejects.toThrow('not_a');
    const kept = await db.selectFrom('event_hours').select('slug').distinct().execute();
    expect(kept.map(({ slug }) => slug)).toEqual(['shop_b']);
  });

  it('do not show one tenant what another one sends', async () => {
    await takeIn([order('b-1')], before(5), 'shop_b');
    expect((await statistics()).total).toBe(0);
    const [theirs] = await newestEvents(db, 'shop_b', 20);
    expect(await newestEvents(db, SLUG, 20)).toEqual([]);
    expect(await eventStory(db, SLUG, theirs?.id ?? '')).toBeUndefined();
    expect(await eventStory(db, 'shop_b', theirs?.id ?? '')).toMatchObject({ name: 'purchase', eventId: 'b-1' });
  });
});

describe('the story of an event', () => {
  it('tells of every request that was not simply accepted', async () => {
    await takeIn([order('a-1')], before(120));
    const [event] = await claimEvents(db, { eventSourceId: PIXEL, now: before(119), since: before(20_000), leaseMs: MINUTE, most: 1 });
    if (!event) throw new Error('nothing was claimed');
    await claimEvents(db, { eventSourceId: PIXEL, now: before(100), since: before(20_000), leaseMs: MINUTE, most: 1 });
    const story = await eventStory(db, SLUG, event.id);
    const failures = { before: 0, newest: [{ outcome: 'sender_ended', certain: false }] };
    expect(story).toMatchObject({ state: 'waiting', attempts: 2, failures });
    expect(await eventStory(db, SLUG, "1'; drop table events")).toBeUndefined();
  });
});
