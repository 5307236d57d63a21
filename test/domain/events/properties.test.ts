import { describe, expect, it } from 'vitest';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import { EVENT_CURRENCIES } from '../../../src/domain/events/currencies.js';
import { sent, settings, WHOLE } from './shop.js';

const euro = prepareMap(settings({ currency: 'EUR', content_type: 'product_group' }));
const properties = (params: object, name = 'purchase', map?: typeof euro) =>
  JSON.parse(JSON.stringify(sent({ ...WHOLE.web, name, params }, map).data.properties ?? {})) as unknown;
const notes = (params: object, name = 'purchase', map?: typeof euro) =>
  sent({ ...WHOLE.web, name, params }, map).notes.map(({ code }) => code);

describe('value and currency', () => {
  it.each([
    ['EUR', '20.005', 20.01],
    ['EUR', 1.005, 1.01],
    ['EUR', 0, 0],
    ['JPY', 499.5, 500],
    ['KWD', 1.2345, 1.235],
    ['USD', '19.90', 19.9],
    ['USD', ' 7 ', 7],
  ])('%s %s is %d', (currency, value, sum) => {
    expect(properties({ currency, value })).toMatchObject({ currency, value: sum });
  });

  it.each([...EVENT_CURRENCIES])('takes %s', (currency) => {
    expect(properties({ currency: currency.toLowerCase(), value: 1 })).toMatchObject({ currency, value: 1 });
  });

  it('counts 62 currencies, as TikTok lists them', () => expect(EVENT_CURRENCIES.size).toBe(62));

  it('sums up the items where the value is missing', () => {
    const items = [
      { item_id: 'a', price: 0.1, quantity: 3 },
      { item_id: 'b', price: '5' },
    ];
    expect(properties({ currency: 'EUR', items })).toMatchObject({ value: 5.3 });
    expect(notes({ currency: 'EUR', items })).toContain('value_from_items');
    expect(properties({ currency: 'EUR', items: [...items, { item_id: 'c' }] })).not.toHaveProperty('value');
    expect(properties({ currency: 'EUR', value: 4, items })).toMatchObject({ value: 4 });
  });

  it('takes the currency of the items, then that of the settings', () => {
    const items = [
      { item_id: 'a', price: 1, currency: 'USD' },
      { item_id: 'b', price: 1, currency: 'USD' },
    ];
    expect(properties({ value: 2, items }, 'purchase', euro)).toMatchObject({ currency: 'USD' });
    expect(properties({ value: 2, currency: '' }, 'purchase', euro)).toMatchObject({ currency: 'EUR' });
    expect(notes({ value: 2 }, 'purchase', euro)).toContain('currency_from_settings');
    expect(properties({ search_term: 'boots' }, 'search', euro)).toEqual({ search_string: 'boots' });
  });
});

describe('products', () => {
  it('without quantity are one; ids are text', () => {
    expect(properties({ items: [{ item_id: 7, item_name: 'Shirt' }] }, 'view_item')).toEqual({
      contents: [{ content_id: '7', content_name: 'Shirt', quantity: 1 }],
      content_type: 'product',
    });
  });

  it("may come in TikTok's own words", () => {
    const contents = [{ content_id: 'SKU1', content_category: 'Shirts', brand: 'Peak', price: 2.5, quantity: 4 }];
    expect(properties({ contents, content_type: 'product_group', num_items: 4 }, 'AddToCart')).toEqual({
      contents,
      content_type: 'product_group',
      num_items: 4,
    });
    expect(properties({ content_ids: ['a', 8, null] }, 'ViewContent', euro)).toEqual({
      content_ids: ['a', '8'],
      content_type: 'product_group',
    });
    expect(properties({ content_type: 'image', content_id: 'C-1' }, 'content_open')).toEqual({
      content_ids: ['C-1'],
      content_type: 'product',
    });
  });

  it('have a content type only where they have ids', () => {
    expect(properties({ items: [{ item_name: 'Shirt' }] }, 'view_item')).toEqual({ contents: [{ content_name: 'Shirt', quantity: 1 }] });
  });
});

describe('texts', () => {
  it('are the search term, the order number, the description; nothing else is sent', () => {
    expect(properties({ search_term: ' boots ', method: 'mail', coupon: 'X' }, 'search')).toEqual({ search_string: 'boots' });
    expect(properties({ transaction_id: 'T-1', description: 'two shirts', shop_id: 9, tax: 1, shipping: 2 })).toEqual({
      order_id: 'T-1',
      description: 'two shirts',
      shop_id: '9',
    });
    expect(properties({ query: 'boots' }, 'Search')).toEqual({ search_string: 'boots' });
  });

  it('that are too long or hold an identifier are left out, with a note', () => {
    expect(properties({ search_term: 'x'.repeat(501) }, 'search')).toEqual({});
    expect(notes({ search_term: 'x'.repeat(501) }, 'search')).toContain('text_too_long');
    expect(properties({ search_term: 'orders of person-b@example.org' }, 'search')).toEqual({});
    expect(notes({ search_term: 'orders of person-b@example.org' }, 'search')).toContain('identifier_removed');
  });
});

describe('what TikTok expects of an event', () => {
  it.each([
    ['purchase', ['contents_missing', 'value_missing', 'order_id_missing']],
    ['view_item', ['contents_missing', 'value_missing']],
    ['add_to_cart', ['contents_missing', 'value_missing']],
    ['begin_checkout', ['contents_missing', 'value_missing']],
    ['add_payment_info', ['contents_missing', 'value_missing']],
    ['add_to_wishlist', ['contents_missing', 'value_missing']],
    ['search', ['search_string_missing']],
    ['generate_lead', []],
    ['start_trial', []],
    ['page_view', []],
  ])('%s without it goes with the notes %j', (name, codes) => {
    expect(notes({ page_location: 'https://shop.example.org/' }, name)).toEqual(codes);
  });
});

describe('the address of a page', () => {
  const page = (page_location: string, user: object = {}) => sent({ ...WHOLE.web, user, params: { page_location } }).data.page?.url;

  it('stays letter by letter', () => {
    for (const url of [
      'https://shop.example.org/a%20b?x=%C3%A4&utm_term=__AID__&y&&=#f',
      'http://127.0.0.1:8080/?q=a+b',
      'HTTPS://Shop.example.org',
    ])
      expect(page(url)).toBe(url);
  });

  it.each([
    ['https://s.example.org/t?email=person-a%40example.org&ttclid=A.b&x=1', 'https://s.example.org/t?ttclid=A.b&x=1'],
    ['https://s.example.org/t?x=1&u=person-a@example.org', 'https://s.example.org/t?x=1'],
    ['https://s.example.org/t?phone=0151#top', 'https://s.example.org/t#top'],
    ['https://s.example.org/t#mail=person-a@example.org', 'https://s.example.org/t'],
    ['https://s.example.org/person-a%40example.org/t?x=1', 'https://s.example.org/?x=1'],
  ])('loses what holds an identifier: %s', (written, left) => {
    expect(page(written)).toBe(left);
  });

  it("loses the event's own identifiers in whatever form", () => {
    const user = { phone: '0151 12345678' };
    expect(page('https://s.example.org/t?n=0151+12345678&x=1', user)).toBe('https://s.example.org/t?x=1');
    expect(page('https://s.example.org/t?n=0151%2012345678', user)).toBe('https://s.example.org/t');
  });
});
