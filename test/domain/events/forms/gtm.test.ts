import { describe, expect, it } from 'vitest';
import { gtmMessages } from '../../../../src/domain/events/forms/gtm.js';
import { sha256 } from '../../../../src/domain/events/hashing.js';
import { judge, NOW_S, sent } from '../shop.js';
import { events, onlyEvent } from './translated.js';

const DATA = {
  event_name: 'purchase',
  event_id: 'gtm-1',
  client_id: '123.456',
  user_id: 'u-1',
  page_location: 'https://shop.example.org/thanks?ttclid=CLICK&email=person-a%40example.org',
  page_referrer: 'https://shop.example.org/cart',
  page_title: 'Thanks',
  ip_override: '93.184.216.34',
  user_agent: 'Browser/1.0',
  language: 'de-de',
  value: 20,
  currency: 'EUR',
  transaction_id: 'T-1',
  items: [{ item_id: 'SKU1', item_name: 'Pack', price: 10, quantity: 2 }],
  user_data: { email_address: 'Person-A@example.org', phone_number: '0151 12345678', address: { first_name: 'X' } },
  common_cookie: { _ttp: 'COOKIE' },
  'x-ga-gcs': 'G111',
  'x-sst-system_properties': { request_start_time_ms: NOW_S * 1_000 - 5_000 },
};
const one = (change: object = {}) => onlyEvent(gtmMessages({ ...DATA, ...change }));

describe("a Tag Manager container's event data", () => {
  it('becomes what TikTok is sent, without raw identifiers', () => {
    const { data, payload } = sent(one());
    expect(data).toMatchObject({
      event: 'Purchase',
      event_id: 'gtm-1',
      event_time: NOW_S - 5,
      page: { url: 'https://shop.example.org/thanks?ttclid=CLICK', referrer: 'https://shop.example.org/cart' },
      user: {
        email: sha256('person-a@example.org'),
        phone: sha256('+4915112345678'),
        external_id: sha256('u-1'),
        ttclid: 'CLICK',
        ttp: 'COOKIE',
        ip: '93.184.216.34',
        user_agent: 'Browser/1.0',
      },
      properties: { order_id: 'T-1', value: 20, contents: [{ content_id: 'SKU1', content_name: 'Pack' }] },
    });
    for (const raw of ['person-a', '12345678', '123.456', 'Thanks', 'first_name']) expect(JSON.stringify(payload)).not.toContain(raw);
  });

  it.each([
    [
      'hashed identifiers pass',
      { user_data: { sha256_email_address: sha256('person-a@example.org') } },
      { email: sha256('person-a@example.org') },
    ],
    [
      'a list of addresses is a list',
      { user_data: { email_address: ['a@example.org', 'b@example.org'] } },
      { email: [sha256('a@example.org'), sha256('b@example.org')] },
    ],
    ['no user data is none', { user_data: undefined }, { external_id: sha256('u-1') }],
  ])('%s', (_what, change, user) => {
    expect(sent(one(change)).data.user).toMatchObject(user);
  });

  it.each([
    [{ 'x-ga-gcs': 'G100' }, 'no ids'],
    [{ 'x-ga-gcs': 'G110' }, 'send'],
    [{ 'x-ga-gcs': 'G101' }, 'no ids'],
    [{ 'x-ga-gcs': 'G1--' }, 'send'],
    [{ 'x-ga-gcs': 'nonsense' }, 'send'],
    [{ 'x-ga-gcd': '13t3t3p3t5' }, 'drop'],
    [{ 'x-ga-gcd': '13t3t3t3q5' }, 'limited'],
    [{ 'x-ga-gcd': '13r3r3r3r5' }, 'send'],
    [{ 'x-ga-gcd': '13l3l3l3l5' }, 'send'],
    [{ consent_state: { ad_user_data: false } }, 'drop'],
    [{ consent_state: { ad_storage: true, ad_user_data: true } }, 'send'],
    [{ consent_state: { ad_user_data: 'DENIED' }, consent: { ad_user_data: 'granted' } }, 'drop'],
    [{ 'x-ga-gcd': '13t3t3p3t5', consent_state: { ad_user_data: true } }, 'drop'],
    [{ consent: false }, 'drop'],
  ])('consent in %j: %s', (change, becomes) => {
    const verdict = judge(one(change));
    const [data] = verdict.verdict === 'send' ? verdict.payload.data : [];
    const became = data?.limited_data_use === true ? 'limited' : data && data.user.ttp === undefined ? 'no ids' : verdict.verdict;
    expect(became).toBe(becomes);
  });

  it('takes the transaction for an id where the event has none', () => {
    expect(sent(one({ event_id: undefined })).data.event_id).toBe('T-1');
    expect(judge(one({ event_name: 'page_view', event_id: undefined, transaction_id: undefined }))).toMatchObject({
      reason: 'event_id_missing',
    });
  });

  it('may be a list, each judged by itself', () => {
    expect(events(gtmMessages([DATA, 7, { event_id: 'x' }])).map((event) => judge(event))).toMatchObject([
      { verdict: 'send' },
      { reason: 'malformed' },
      { reason: 'name_missing' },
    ]);
    expect(gtmMessages('x')).toMatchObject({ ok: false });
  });

  it('of an app is an app event', () => {
    expect(sent(one({ 'x-ga-app_instance_id': 'abc', app_id: 'org.example.shop' })).payload.event_source).toBe('app');
  });
});
