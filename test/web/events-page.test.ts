import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeInEvents } from '../../src/events/intake.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { claimEvents, parkEvents, settleSent } from '../../src/store/event-queue.js';
import { saveEventSettings } from '../../src/store/event-settings.js';
import { callerAt } from '../api/caller.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { NOW, settings, WHOLE } from '../domain/events/shop.js';
import { type Browser, type Desk, startDesk } from './desk.js';
import { cameAlive, HOSTILE } from './inert.js';
import { save, statusOf } from './statuses.js';

const SLUG = 'alpine_school';
const PIXEL = 'C4A1B2C3D4E5F6G7H8I0';
const MAIL = 'parent-a@example.org';
const ADDRESS = '203.0.113.77';
const before = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const order = (id: string, change: object = {}) => ({ ...WHOLE.web, timestamp: undefined, event_id: id, ...change });

let desk: Desk;
let ops: Browser;
let ids: string[] = [];
let events: FreshDatabase;
beforeAll(async () => {
  events = await freshDatabase();
  const { db } = events;
  desk = await startDesk({ clock: () => NOW, eventsDb: db });
  await save(desk.database.db, statusOf(SLUG, { state: 'live' }));
  await save(desk.database.db, statusOf('quiet_tours', { state: 'live' }));
  await saveEventSettings(desk.database.db, SLUG, { settings: settings(), origin: 'people', setBy: 'ops-a', at: before(900) });
  const user = { email: MAIL, ip: ADDRESS, user_agent: 'Mozilla/5.0 (visible)' };
  const page = { page_location: 'https://shop.example.org/thanks?ttclid=E.C.P.visible&mail=x' };
  const answers = await takeInEvents(
    { db, prepared: prepareMap(settings()) },
    SLUG,
    [
      order('a-1', { user, params: { ...WHOLE.web.params, ...page } }),
      order('a-2', { user }),
      order('a-3', { name: 'purchse' }),
      order('a-4', { params: { value: 1 } }),
      order(`a-5 ${HOSTILE}`.slice(0, 128), { name: 'view_item' }),
    ],
    before(30),
  );
  ids = answers.map(({ id }) => id);
  const claim = { eventSourceId: PIXEL, since: before(20_000), leaseMs: 60_000, most: 1 };
  const [first] = await claimEvents(db, { ...claim, now: before(29) });
  const [second] = await claimEvents(db, { ...claim, now: before(29) });
  if (!first || !second) throw new Error('nothing was claimed');
  await settleSent(db, [first], { now: before(29), requestId: '20261121114500VISIBLE' });
  await parkEvents(db, [{ event: second, reason: 'refused_by_tiktok', code: 40_002, requestId: '20261121114500PARKED' }], before(29));
  ops = await desk.signedIn('ops-a');
});
afterAll(async () => {
  await desk.close();
  await events.close();
});

const text = async (path: string, browser = ops): Promise<string> => {
  const answer = await browser.get(path);
  expect(answer.status, path).toBe(200);
  return answer.text();
};

describe('the same numbers over HTTP', () => {
  const asked = async (person: string, slug: string) =>
    callerAt(desk.origin, { authorization: `Bearer ${await desk.token(person)}` }).get(`/onboardings/${slug}/events`);

  it('are those of the page, for whoever sees the tenant', async () => {
    const answer = await asked('viewer-a', SLUG);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      total: 5,
      states: { sent: 1, parked: 1, refused: 1, unmapped: 1 },
      match: { sent: 1 },
      unmapped: [{ name: 'purchse', count: 1 }],
      backlog: { parked: [{ reason: 'refused_by_tiktok', count: 1 }] },
    });
    // The settings are the engine's, also where events have a database of their own.
    expect(answer.body).toMatchObject({
      backlog: {
        breakers: expect.arrayContaining([
          expect.objectContaining({ destination: PIXEL, state: 'closed' }),
          expect.objectContaining({ destination: settings().destinations.offline?.event_set_id }),
        ]),
      },
    });
    expect((await asked('viewer-a', 'quiet_tours')).status).toBe(404);
  });
});

describe('the events of a tenant', () => {
  it('are shown with volume, reasons, suggestions, match keys, latency and backlog, each chart as a table too', async () => {
    const html = await text(`/tenants/${SLUG}/events`);
    for (const heading of [
      'Backlog',
      'Volume',
      'Names that are not mapped',
      'Not sent, and why',
      'Match keys',
      'What ads can optimise for',
      'Time to acknowledgement',
    ])
      expect(html).toContain(`<h2>${heading}</h2>`);
    expect(html).toContain('did you mean purchase');
    expect(html).toContain('so the tenant file’s counts');
    expect(html).toContain('Events of names that are not mapped: purchse 1');
    expect(html).toContain('Attributed payments with a value within 7 days: website 1 of 20, needed for value 20');
    expect(html).toMatch(new RegExp(`Nothing stops sending to [^<]*${settings().destinations.offline?.event_set_id}`));
    expect(html).toContain('The event has a value, but no currency.');
    expect(html).toContain('TikTok refuses this event, sent alone as well.');
    expect(html).toContain('e-mail 100 % (1)');
    expect(html).toContain('Waiting events by age: up to 1 minute 0');
    expect(html.match(/<svg class="bars"/g)?.length).toBe(html.match(/<summary>As a table/g)?.length);
    expect(await text(`/tenants/${SLUG}/events`, await desk.signedIn('viewer-a'))).toContain('<h2>Backlog</h2>');
  });

  it('lead to the story of each, which shows no identifier of a person', async () => {
    const html = await text(`/tenants/${SLUG}/events`);
    const stories = await Promise.all(ids.map((id) => text(`/tenants/${SLUG}/events/${id}`)));
    for (const id of ids) expect(html).toContain(`href="/tenants/${SLUG}/events/${id}"`);
    const all = [html, ...stories].join('\n');
    expect(all).toContain('20261121114500VISIBLE');
    expect(all).toContain('email, ip, ttclid, user_agent');
    expect(all).toContain('https://shop.example.org/thanks');
    for (const secret of [MAIL, ADDRESS, 'Mozilla/5.0', 'E.C.P.visible', 'mail=x']) expect(all).not.toContain(secret);
    expect(all).not.toMatch(/[0-9a-f]{64}/);
    expect(cameAlive(all)).toEqual([]);
  });

  it('say of one that waits what stops it', async () => {
    const waiting = `/tenants/${SLUG}/events/${ids.at(-1)}`;
    expect(await text(waiting)).not.toContain('It waits');
    await sql`insert into event_breakers (event_source_id, state, failures, open_until, reason, code, request_id, changed_at)
      values (${PIXEL}, 'open', 1, ${new Date(NOW.getTime() + 60_000)}, 'permission', 40001, 'req-1', now())`.execute(events.db);
    expect(await text(waiting)).toMatch(/It waits: our access token may not send to this destination.*The next attempt/s);
    expect(await text(`/tenants/${SLUG}/events/${ids[0]}`)).not.toContain('It waits');
    await sql`delete from event_breakers`.execute(events.db);
  });

  it('are found from the tenant’s page, and say so where none came in', async () => {
    expect(await text('/tenants/quiet_tours/events')).toContain('No event came in yet');
  });

  it.each([
    ['another tenant’s', 'viewer-a', '/tenants/quiet_tours/events'],
    ['an event that is none', 'ops-a', `/tenants/${SLUG}/events/99999999`],
    ['an id that is none', 'ops-a', `/tenants/${SLUG}/events/x`],
  ])('are not there: %s', async (_what, person, path) => {
    expect((await (await desk.signedIn(person)).get(path)).status).toBe(404);
  });

  it('of one tenant are no story of another', async () => {
    expect((await ops.get(`/tenants/quiet_tours/events/${ids[0]}`)).status).toBe(404);
    expect(desk.failures).toEqual([]);
  });
});
