import { describe, expect, it } from 'vitest';
import { takeInEvents } from '../../src/events/intake.js';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { dropEventDays, makeEventDays } from '../../src/store/event-days.js';
import { NOW, settings, WHOLE } from '../domain/events/shop.js';
import { usePostgres } from '../store/postgres.js';

const postgres = usePostgres();
const prepared = prepareMap(settings());
const later = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

describe('the days of events', () => {
  it('are made ahead, once, whoever asks; old ones go as a whole, with an event that waits only once TikTok would not take it', {
    timeout: 60_000,
  }, async () => {
    const db = await postgres.open();
    const made = await Promise.all([makeEventDays(db, NOW), makeEventDays(db, NOW)]);
    expect(made.flat().toSorted()).toEqual(['20261121', '20261122', '20261123', '20261124']);
    expect(await makeEventDays(db, later(1))).toEqual(['20261125']);

    const takeIn = (event: object, at: Date) => takeInEvents({ db, prepared }, 'shop_a', [event], at);
    await takeIn({ ...WHOLE.web, event_id: 'waits' }, NOW);
    await takeIn({ ...WHOLE.web, event_id: 'stays', consent: false }, later(1));
    await takeIn({ ...WHOLE.web, event_id: 'far' }, later(40));
    // The far day has a row in the default partition, so it is not made, and nothing is lost.
    expect(await makeEventDays(db, later(40), 1)).toEqual([]);

    const left = async () =>
      (await db.selectFrom('events').select('event_id').orderBy('received_at').execute()).map(({ event_id }) => event_id);
    expect(await dropEventDays(db, later(2), later(28))).toEqual({ days: ['20261122'], unsent: [] });
    expect(await left()).toEqual(['waits', 'far']);
    const unsent = { slug: 'shop_a', state: 'waiting', reason: null, count: 1 };
    expect(await dropEventDays(db, later(2), later(30))).toEqual({ days: ['20261121'], unsent: [unsent] });
    expect(await left()).toEqual(['far']);
    // What lies in no day of its own goes as late.
    expect(await dropEventDays(db, later(45), later(60))).toMatchObject({ unsent: [] });
    expect(await left()).toEqual(['far']);
    expect((await dropEventDays(db, later(45), later(70))).unsent).toEqual([unsent]);
    expect(await left()).toEqual([]);
  });
});
