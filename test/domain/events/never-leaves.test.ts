import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_SOURCES } from '../../../src/contract/events.js';
import { DEFAULT_MAP } from '../../../src/domain/events/default-map.js';
import { judgeLine } from '../../../src/domain/events/judge.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import { judge, NOW, NOW_S, settings } from './shop.js';

const email = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9.+]{4,12}$/), fc.stringMatching(/^[a-z]{3,8}\.(org|com)$/))
  .map(([who, where]) => `${who}@${where}`);
const phone = fc.integer({ min: 10_000_000, max: 99_999_999 }).map((digits) => `+49151${digits}`);
const source = fc.constantFrom(...EVENT_SOURCES);
const name = fc.constantFrom(...DEFAULT_MAP.keys(), 'quiz_finished', 'Add_To_Cart');

/** A sender that puts identifiers where they do not belong. */
const careless = fc
  .record({
    email,
    phone,
    source,
    name,
    id: fc.uuid(),
    place: fc.constantFrom('page', 'fragment', 'path', 'referrer', 'search', 'order', 'item', 'id', 'lead', 'callback', 'none'),
  })
  .chain((made) => fc.constantFrom(made.email, made.email.toUpperCase(), made.phone).map((leak) => ({ ...made, leak })));

type Careless = typeof careless extends fc.Arbitrary<infer Made> ? Made : never;

function eventOf({ place, leak, ...made }: Careless) {
  const at = (where: string, value: string, otherwise: string): string => (place === where ? value : otherwise);
  const encoded = encodeURIComponent(leak);
  return {
    name: made.name,
    source: made.source,
    event_id: at('id', `x-${leak}`, made.id),
    timestamp: NOW_S,
    user: { email: made.email, phone: made.phone, external_id: 'customer-1' },
    ad: { callback: at('callback', leak, 'c-1') },
    params: {
      value: 1,
      currency: 'EUR',
      lead_id: at('lead', leak, '7'),
      search_term: at('search', `for ${leak}`, 'boots'),
      transaction_id: at('order', leak, 'T-1'),
      items: [{ item_id: 'a', item_name: at('item', leak, 'Shirt') }],
      page_location: `https://shop.example.org/${at('path', encoded, 'p')}?a=1${at('page', `&m=${encoded}`, '')}${at('fragment', `#${leak}`, '')}`,
      page_referrer: `https://shop.example.org/?${at('referrer', `m=${leak}`, 'b=2')}`,
    },
  };
}

describe('whatever a sender does', () => {
  it('no e-mail address and no phone number leaves, in any verdict', () => {
    fc.assert(
      fc.property(careless, (made) => {
        const said = JSON.stringify(judge(eventOf(made))).toLowerCase();
        for (const raw of [made.email, made.phone, made.phone.slice(1)])
          for (const form of [raw, encodeURIComponent(raw)]) expect(said).not.toContain(form.toLowerCase());
      }),
      { numRuns: 500 },
    );
  });

  it('the event id is kept, and judging again decides the same', () => {
    fc.assert(
      fc.property(careless, (made) => {
        const event = eventOf({ ...made, place: 'none' });
        const verdict = judge(event);
        expect(verdict.event_id).toBe(made.id);
        if (verdict.verdict === 'send' && made.source !== 'app') expect(verdict.payload.data[0]?.event_id).toBe(made.id);
        expect(judge(event)).toEqual(verdict);
        expect(judge(JSON.parse(JSON.stringify(event)))).toEqual(verdict);
      }),
    );
  });

  it('nothing throws, and every verdict is one of the four', () => {
    const map = prepareMap(settings());
    const field = fc.constantFrom('name', 'event_id', 'timestamp', 'params', 'user', 'source', 'consent', 'ad', 'limited_data_use');
    const event = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(field, fc.jsonValue()),
      careless.map((made) => ({ ...eventOf(made), params: {} })),
    );
    const params = fc.dictionary(
      fc.constantFrom('items', 'value', 'currency', 'search_term', 'page_location', 'content_ids', 'num_items', 'transaction_id'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(event, params, (any, more) => {
        const whole =
          typeof any === 'object' && any !== null && !Array.isArray(any)
            ? { ...any, ...(more.value === undefined ? {} : { params: more }) }
            : any;
        expect(['send', 'unmapped', 'reject', 'drop']).toContain(judge(whole).verdict);
      }),
      { numRuns: 1_000 },
    );
    fc.assert(fc.property(fc.string(), (line) => void judgeLine(map, line, NOW)));
  });
});
