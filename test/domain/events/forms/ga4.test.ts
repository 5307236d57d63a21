import { describe, expect, it } from 'vitest';
import { ga4Messages } from '../../../../src/domain/events/forms/ga4.js';
import { sha256 } from '../../../../src/domain/events/hashing.js';
import { judge, NOW_S, sent } from '../shop.js';
import { events, onlyEvent } from './translated.js';

const MICROS = NOW_S * 1e6;
const purchase = {
  name: 'purchase',
  params: { transaction_id: 'T-1', value: 20, currency: 'EUR', items: [{ item_id: 'SKU1', price: 10, quantity: 2 }], session_id: '1' },
};
const body = (change: object = {}) => ({ client_id: '123.456', timestamp_micros: MICROS, events: [purchase], ...change });
const one = (change: object = {}) => onlyEvent(ga4Messages(body(change)));

describe("GA4's Measurement Protocol", () => {
  it('becomes what TikTok is sent', () => {
    const { data } = sent(
      one({
        user_id: 'u-1',
        user_data: {
          sha256_email_address: [sha256('person-a@example.org')],
          sha256_phone_number: sha256('+4915112345678'),
          address: [{ city: 'X' }],
        },
        ip_override: '93.184.216.34',
        user_agent: 'Browser/1.0',
        device: { language: 'de-DE' },
        user_properties: { ttclid: { value: 'CLICK' }, _ttp: { value: 'COOKIE' } },
      }),
    );
    expect(data).toMatchObject({
      event: 'Purchase',
      event_id: 'T-1',
      event_time: NOW_S,
      user: {
        email: sha256('person-a@example.org'),
        phone: sha256('+4915112345678'),
        external_id: sha256('u-1'),
        ip: '93.184.216.34',
        user_agent: 'Browser/1.0',
        locale: 'de-DE',
        ttclid: 'CLICK',
        ttp: 'COOKIE',
      },
      properties: { order_id: 'T-1', value: 20, currency: 'EUR', contents: [{ content_id: 'SKU1', price: 10, quantity: 2 }] },
    });
    expect(JSON.stringify(data)).not.toContain('123.456');
  });

  it('gives every event its id: its own, its transaction, or one that stays the same at every attempt', () => {
    const idOf = (event: object, change: object = {}) => judge(onlyEvent(ga4Messages(body({ ...change, events: [event] })))).event_id;
    expect(idOf({ name: 'purchase', params: { event_id: 'E-1', transaction_id: 'T-1' } })).toBe('E-1');
    expect(idOf({ name: 'refund', params: { transaction_id: 'T-1' } }) ?? 'T-1').toBe('T-1');
    const view = { name: 'page_view', params: { page_location: 'https://shop.example.org/a', value: 1 } };
    const made = idOf(view);
    expect(made).toMatch(/^ga4-[0-9a-f]{40}$/);
    expect(idOf({ name: 'page_view', params: { value: 1, page_location: 'https://shop.example.org/a' } })).toBe(made);
    expect(idOf(view, { client_id: '123.457' })).not.toBe(made);
    expect(idOf(view, { timestamp_micros: MICROS + 1 })).not.toBe(made);
    expect(idOf({ ...view, params: { ...view.params, value: 2 } })).not.toBe(made);
  });

  it('without id and moment is refused, because a retry would count again', () => {
    expect(judge(one({ timestamp_micros: undefined, events: [{ name: 'page_view', params: {} }] }))).toMatchObject({
      reason: 'event_id_missing',
    });
  });

  it.each([
    ['of an event counts before that of the request', { events: [{ ...purchase, timestamp_micros: MICROS - 60e6 }] }, NOW_S - 60],
    ['may be text', { timestamp_micros: String(MICROS) }, NOW_S],
    ['left out is the moment of arrival', { timestamp_micros: undefined }, NOW_S],
  ])('its moment %s', (_what, change, seconds) => {
    expect(sent(one(change)).data.event_time).toBe(seconds);
  });

  it.each([
    [{ ad_user_data: 'DENIED', ad_personalization: 'GRANTED' }, undefined, 'drop'],
    [{ ad_user_data: 'GRANTED', ad_personalization: 'DENIED' }, undefined, 'limited'],
    [{ ad_user_data: 'GRANTED' }, true, 'limited'],
    [undefined, true, 'limited'],
    [{ ad_user_data: 'GRANTED', ad_personalization: 'GRANTED' }, false, 'send'],
  ])('consent %j with non_personalized_ads %s: %s', (consent, nonPersonalised, becomes) => {
    const event = one({ consent, non_personalized_ads: nonPersonalised });
    const verdict = judge(event);
    const limited = verdict.verdict === 'send' && verdict.payload.data[0]?.limited_data_use === true;
    expect(limited ? 'limited' : verdict.verdict).toBe(becomes);
  });

  it('of an app is an app event', () => {
    expect(sent(one({ client_id: undefined, app_instance_id: 'abc' })).payload.event_source).toBe('app');
  });

  it('takes every event by itself, whatever stands in the list', () => {
    const verdicts = events(ga4Messages(body({ events: [purchase, 7, { name: 'purchase', params: 'x' }, {}] }))).map((event) =>
      judge(event),
    );
    expect(verdicts).toMatchObject([
      { verdict: 'send' },
      { reason: 'malformed' },
      { reason: 'field_invalid', field: 'params' },
      { reason: 'name_missing' },
    ]);
  });

  it.each([[null], [[]], ['x'], [{}], [{ events: {} }]])('is not %j', (wrong) => {
    expect(ga4Messages(wrong)).toMatchObject({ ok: false, sentence: expect.stringContaining('Measurement Protocol') });
  });
});
