import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { prepareMap } from '../../src/domain/events/prepared-map.js';
import { pageSettings } from '../../src/events/site/page-settings.js';
import { judge, settings } from '../domain/events/shop.js';

const folder = join(import.meta.dirname, '..', '..', 'src', 'events', 'site', 'page');
const shop = prepareMap(settings({ currency: 'EUR' }));
const page = pageSettings(shop, { slug: 'shop', consentBy: 'page', listen: true });

/** What the page's code tells the pixel of an event with these parameters. */
function inThePage(params: object): unknown {
  const context = createContext({ KOBI: { settings: page, limited: () => false }, params });
  for (const part of ['values', 'properties']) runInContext(readFileSync(join(folder, `${part}.js`), 'utf8'), context);
  return JSON.parse(z.string().parse(runInContext('JSON.stringify(KOBI.propertiesOf(params))', context)));
}

/** What the gateway makes of the same; undefined where it refuses the event. */
function atTheGateway(params: object): unknown {
  const event = { name: 'view_item', event_id: 'e-1', source: 'web', user: {}, params };
  const verdict = judge(event, shop);
  return verdict.verdict === 'send' ? JSON.parse(JSON.stringify(verdict.payload.data[0]?.properties ?? {})) : undefined;
}

describe('what the browser says of an event', () => {
  it.each([
    [{ value: 499.5, currency: 'JPY' }],
    [{ value: 1.2345, currency: 'kwd' }],
    [{ value: 1.005, currency: 'EUR' }],
    [{ value: '19.90' }],
    [
      {
        items: [
          { item_id: 'a', price: 0.1, quantity: 3 },
          { item_id: 'b', price: '5' },
        ],
      },
    ],
    [
      {
        items: [
          { item_id: 'a', price: 1, currency: 'USD' },
          { item_id: 'b', price: 1, currency: 'USD' },
        ],
      },
    ],
    [
      {
        items: [
          { item_id: 'a', price: 1, currency: 'USD' },
          { item_id: 'b', price: 1, currency: 'GBP' },
        ],
      },
    ],
    [{ items: [{ item_name: 'Shirt' }], content_type: 'product_group' }],
    [{ content_ids: ['a', 8, null], content_type: 'image' }],
    [{ content_id: 'C-1', content_type: 'product_group', num_items: '2', shop_id: 9 }],
    [{ search_term: ' boots ', description: 'two shirts', transaction_id: 1001 }],
    [{ query: 'boots' }],
    [{ search_term: 'orders of person-b@example.org', description: 'x'.repeat(501) }],
    [{ items: [{ item_id: 'a', item_name: 'for person-b@example.org' }] }],
    [{}],
  ])('%j is what the gateway says of it too', (params) => {
    expect(inThePage(params)).toEqual(atTheGateway(params));
  });

  it('is the same on both sides, whatever is pushed', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9 -]{0,8}$/);
    const amount = fc.oneof(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 0, max: 10_000_000 }).map((cents) => cents / 1_000),
      fc.stringMatching(/^[0-9]{1,5}(\.[0-9]{1,3})?$/),
    );
    const currency = fc.constantFrom('EUR', 'usd', 'JPY', 'KWD', '', 'undefined');
    const item = fc.record(
      { item_id: word, item_name: word, item_brand: word, price: amount, quantity: fc.integer({ min: 1, max: 9 }), currency },
      { requiredKeys: [] },
    );
    const params = fc.record(
      {
        value: amount,
        currency,
        items: fc.array(item, { maxLength: 3 }),
        content_ids: fc.array(word, { maxLength: 3 }),
        content_type: fc.constantFrom('product', 'product_group', 'image', ''),
        search_term: word,
        transaction_id: fc.oneof(word, fc.nat()),
        num_items: fc.nat(9),
        shop_id: word,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(params, (pushed) => {
        const said = atTheGateway(pushed);
        // What the gateway refuses is told by the pixel alone.
        if (said !== undefined) expect(inThePage(pushed)).toEqual(said);
      }),
      { numRuns: 300 },
    );
  });
});
