import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeInEvents } from '../../src/events/intake.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import type { Database } from '../../src/store/database.js';
import { forgetOldKeys, unmappedNames } from '../../src/store/events.js';
import { NOW, settings, WHOLE } from '../domain/events/shop.js';
import { usePostgres } from '../store/postgres.js';

const postgres = usePostgres();
const prepared = prepareMap(settings());
const HOUR = 3_600_000;
const later = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR);
const order = (id: string) => ({ ...WHOLE.web, event_id: id });

let db: Database;
beforeAll(async () => {
  db = await postgres.open();
}, 120_000);

const takeIn = (slug: string, events: readonly unknown[], now = NOW) => takeInEvents({ db, prepared }, slug, events, now);
const rowsOf = (slug: string) => db.selectFrom('events').selectAll().where('slug', '=', slug).orderBy('id').execute();

describe('a batch of events', () => {
  it('is answered event by event, and what is answered is stored', async () => {
    const batch = [
      order('a-1'),
      { ...order('a-2'), name: 'purchse' },
      { ...order('a-3'), params: { value: 1 } },
      { ...order('a-4'), consent: false },
      7,
    ];
    const answers = await takeIn('shop_a', batch);
    expect(answers).toMatchObject([
      { status: 'accepted', event_id: 'a-1', repeated: false },
      { status: 'unmapped', event_id: 'a-2', suggestion: expect.stringContaining('did you mean purchase') },
      { status: 'refused', event_id: 'a-3', reason: 'currency_missing', field: 'params.currency' },
      { status: 'dropped', event_id: 'a-4', reason: 'consent_denied' },
      { status: 'refused', event_id: null, reason: 'malformed' },
    ]);
    const rows = await rowsOf('shop_a');
    expect(rows.map(({ id }) => id).toSorted()).toEqual(answers.map(({ id }) => id).toSorted());
    const byState = new Map(rows.map((row) => [`${row.state} ${row.event_id ?? ''}`, row]));
    expect([...byState.keys()].toSorted()).toEqual(['dropped a-4', 'refused ', 'refused a-3', 'unmapped a-2', 'waiting a-1']);
    expect(byState.get('waiting a-1')).toMatchObject({
      name: 'purchase',
      event: 'Purchase',
      event_source_id: 'C4A1B2C3D4E5F6G7H8I0',
      map_version: '1',
      next_at: NOW,
      payload: { event: 'Purchase', event_id: 'a-1', properties: { value: 1, currency: 'EUR' } },
    });
    expect(JSON.stringify(rows)).not.toContain('person-a');
  });

  it('handed in again gives the same ids and is stored once', async () => {
    const batch = [order('b-1'), order('b-2'), order('b-1')];
    const [first, second, third] = await takeIn('shop_b', batch);
    expect(third).toMatchObject({ id: first?.id, repeated: true });
    expect(await takeIn('shop_b', batch, later(47))).toMatchObject([
      { id: first?.id, repeated: true },
      { id: second?.id, repeated: true },
      { id: first?.id, repeated: true },
    ]);
    expect(await rowsOf('shop_b')).toHaveLength(2);
  });

  it('is another event under another name, source or test code, and after 48 hours', async () => {
    const tested = prepareMap(settings({ test_event_code: 'TEST1' }));
    const same = { event_id: 'c-1' };
    const answers = [
      ...(await takeIn('shop_c', [
        { ...WHOLE.web, ...same },
        { ...WHOLE.web, ...same, name: 'add_to_cart' },
        { ...WHOLE.offline, ...same },
        { ...WHOLE.app, ...same },
      ])),
      ...(await takeInEvents({ db, prepared: tested }, 'shop_c', [{ ...WHOLE.web, ...same }], NOW)),
      ...(await takeIn('shop_c', [{ ...WHOLE.web, ...same }], later(48))),
    ];
    expect(answers.map((answer) => answer.status === 'accepted' && answer.repeated)).toEqual(Array.from({ length: 6 }, () => false));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(6);
  });

  it('from many senders at once, in any order, is stored once and holds nobody up', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `d-${index}`);
    const batches = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? ids : ids.toReversed()).map(order));
    const answers = await Promise.all(batches.map((batch) => takeIn('shop_d', batch)));
    expect(await rowsOf('shop_d')).toHaveLength(200);
    expect(answers.flat().filter((answer) => answer.status === 'accepted' && !answer.repeated)).toHaveLength(200);
    const idOf = new Map(answers.flat().map(({ event_id, id }) => [event_id, id]));
    for (const { event_id, id } of answers.flat()) expect(idOf.get(event_id)).toBe(id);
  });

  it('of more than 1,000 is refused as a whole, and so is one that the database cannot store', async () => {
    await expect(
      takeIn(
        'shop_e',
        Array.from({ length: 1_001 }, (_, index) => order(`e-${index}`)),
      ),
    ).rejects.toThrow(RangeError);
    const broken = await postgres.open();
    await sql`alter table events add constraint no_refunds check (event_id <> 'e-2')`.execute(broken);
    const batch = [order('e-1'), order('e-2')];
    await expect(takeInEvents({ db: broken, prepared }, 'shop_e', batch, NOW)).rejects.toThrow('no_refunds');
    await sql`alter table events drop constraint no_refunds`.execute(broken);
    // Nothing of it is left that would swallow the second try.
    expect(await takeInEvents({ db: broken, prepared }, 'shop_e', batch, NOW)).toMatchObject([{ repeated: false }, { repeated: false }]);
  });

  it('of none is answered with nothing', async () => {
    expect(await takeIn('shop_f', [])).toEqual([]);
  });
});

describe('afterwards', () => {
  it('unmapped events are counted by name and source', async () => {
    const named = (name: string, source: 'web' | 'crm', id: string) => ({ ...WHOLE[source], name, event_id: id });
    await takeIn('shop_g', [
      named('quiz', 'web', '1'),
      named('quiz', 'web', '2'),
      named('brochure', 'web', '3'),
      named('quiz', 'crm', '4'),
    ]);
    expect(await unmappedNames(db, 'shop_g', later(-1))).toEqual([
      { name: 'quiz', source: 'web', count: 2 },
      { name: 'brochure', source: 'web', count: 1 },
      { name: 'quiz', source: 'crm', count: 1 },
    ]);
    expect(await unmappedNames(db, 'shop_g', later(1))).toEqual([]);
  });

  it('keys older than 48 hours are forgotten, all of them in however many steps, younger ones are not', async () => {
    const own = await postgres.open();
    await takeInEvents({ db: own, prepared }, 'shop_h', [order('h-1'), order('h-3'), order('h-4')], NOW);
    await takeInEvents({ db: own, prepared }, 'shop_h', [order('h-2')], later(1));
    expect(await forgetOldKeys(own, later(48), 2)).toBe(3);
    expect(await takeInEvents({ db: own, prepared }, 'shop_h', [order('h-2')], later(48))).toMatchObject([{ repeated: true }]);
  });
});
