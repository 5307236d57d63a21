import { describe, expect, it } from 'vitest';
import { segmentMessages } from '../../../../src/domain/events/forms/segment.js';
import { sha256 } from '../../../../src/domain/events/hashing.js';
import { prepareMap } from '../../../../src/domain/events/prepared-map.js';
import { judge, NOW, NOW_S, sent, settings } from '../shop.js';
import { events, onlyEvent } from './translated.js';

const CONTEXT = {
  ip: '93.184.216.34',
  userAgent: 'Browser/1.0',
  locale: 'de-DE',
  page: { url: 'https://shop.example.org/thanks?ttclid=CLICK', referrer: 'https://shop.example.org/' },
  campaign: { source: 'tiktok' },
  traits: { email: 'person-a@example.org', phone: '+49 151 12345678' },
};
const TRACK = {
  type: 'track',
  messageId: 'ajs-1',
  anonymousId: 'anonymous-7',
  userId: 'u-1',
  event: 'Order Completed',
  timestamp: NOW.toISOString(),
  context: CONTEXT,
  properties: {
    order_id: 'T-1',
    revenue: 20,
    total: 25,
    currency: 'EUR',
    products: [{ product_id: 'SKU1', name: 'Pack', price: 10, quantity: 2, category: 'Bags', brand: 'B' }],
  },
};
const one = (change: object = {}) => onlyEvent(segmentMessages({ ...TRACK, ...change }));

describe("Segment's messages", () => {
  it('become what TikTok is sent, without raw identifiers', () => {
    const { data, payload } = sent(one());
    expect(data).toMatchObject({
      event: 'Purchase',
      event_id: 'ajs-1',
      event_time: NOW_S,
      page: { url: 'https://shop.example.org/thanks?ttclid=CLICK', referrer: 'https://shop.example.org/' },
      user: {
        email: sha256('person-a@example.org'),
        phone: sha256('+4915112345678'),
        external_id: sha256('u-1'),
        ttclid: 'CLICK',
        ip: '93.184.216.34',
        user_agent: 'Browser/1.0',
        locale: 'de-DE',
      },
      properties: {
        order_id: 'T-1',
        value: 20,
        currency: 'EUR',
        contents: [{ content_id: 'SKU1', content_name: 'Pack', content_category: 'Bags', brand: 'B', price: 10, quantity: 2 }],
      },
    });
    for (const raw of ['person-a', '12345678', 'anonymous-7']) expect(JSON.stringify(payload)).not.toContain(raw);
  });

  it.each([
    ['Product Viewed', 'ViewContent'],
    ['Product Added', 'AddToCart'],
    ['Checkout Started', 'InitiateCheckout'],
    ['Payment Info Entered', 'AddPaymentInfo'],
    ['Products Searched', 'Search'],
    ['Signed Up', 'CompleteRegistration'],
    ['Product Added to Wishlist', 'AddToWishlist'],
    ['purchase', 'Purchase'],
  ])('%s is %s', (event, expected) => {
    expect(sent(one({ event })).event).toBe(expected);
  });

  it('of one product names it', () => {
    const event = one({ event: 'Product Added', properties: { product_id: 'SKU2', name: 'Tent', price: 5, quantity: 3, currency: 'EUR' } });
    expect(sent(event).data.properties).toMatchObject({
      contents: [{ content_id: 'SKU2', content_name: 'Tent', price: 5, quantity: 3 }],
      value: 15,
    });
  });

  it('of a page is a page view, of a screen an app event', () => {
    expect(sent(one({ type: 'page', event: undefined, name: 'Home', properties: {} })).event).toBe('Pageview');
    const device = { type: 'ios', advertisingId: '7a3cbea0-b8f5-11e0-bf4c-0800200c9a66', adTrackingEnabled: true };
    const screen = sent(
      one({ type: 'screen', event: undefined, properties: {}, context: { device, app: { namespace: 'org.example.app', version: '2' } } }),
    );
    expect(screen.payload.event_source).toBe('app');
    expect(screen.data).toMatchObject({
      app: { app_id: 'org.example.app', app_version: '2' },
      user: { idfa: '7A3CBEA0-B8F5-11E0-BF4C-0800200C9A66' },
    });
    const untracked = one({ type: 'screen', properties: {}, context: { device: { ...device, adTrackingEnabled: false } } });
    expect(sent(untracked).data.user.idfa).toBeUndefined();
  });

  it('that are no event are told apart from those that are', () => {
    const batch = [TRACK, { type: 'identify', messageId: 'i-1', traits: { email: 'person-a@example.org' } }, { type: 'noise' }, 7];
    const [track, identify, noise, broken] = events(segmentMessages({ batch, sentAt: NOW.toISOString() }));
    expect(judge(track)).toMatchObject({ verdict: 'send' });
    expect(identify).toMatchObject({ kind: 'ignored', event_id: 'i-1', sentence: expect.stringContaining('no event') });
    expect(JSON.stringify(identify)).not.toContain('person-a');
    expect(noise).toMatchObject({ kind: 'ignored' });
    expect(judge(broken)).toMatchObject({ reason: 'malformed' });
  });

  it.each([
    ['timestamp', {}, NOW_S],
    ['originalTimestamp', { timestamp: undefined, originalTimestamp: new Date(NOW.getTime() - 9_000).toISOString() }, NOW_S - 9],
    ['sentAt', { timestamp: undefined, sentAt: new Date(NOW.getTime() - 4_000).toISOString() }, NOW_S - 4],
  ])('happened when %s says', (_field, change, seconds) => {
    expect(sent(one(change)).data.event_time).toBe(seconds);
  });

  it('of a batch without a time of their own happened when it was sent', () => {
    const [event] = events(
      segmentMessages({ batch: [{ ...TRACK, timestamp: undefined }], sentAt: new Date(NOW.getTime() - 3_000).toISOString() }),
    );
    expect(sent(event).data.event_time).toBe(NOW_S - 3);
  });

  it.each([
    [{ categoryPreferences: { Advertising: false, Analytics: true } }, 'drop'],
    [{ categoryPreferences: { Advertising: true } }, 'send'],
    [{ categoryPreferences: { C0002: true, C0004: false } }, 'drop'],
    [{ categoryPreferences: { Targeting: 'denied' } }, 'drop'],
    [{ categoryPreferences: { C0002: false, C0004: true } }, 'send'],
    [{ categoryPreferences: { Advertising: true }, ad_user_data: 'denied' }, 'drop'],
    [{ ad_user_data: 'denied' }, 'drop'],
    [{}, 'send'],
  ])('consent %j: %s', (consent, becomes) => {
    expect(judge(one({ context: { ...CONTEXT, consent } })).verdict).toBe(becomes);
  });

  it('of somebody who allowed advertising go where consent is required, and those that say nothing of it stay', () => {
    const required = prepareMap(settings({ consent: 'required' }));
    const told = (categoryPreferences: object): string =>
      judge(one({ context: { ...CONTEXT, consent: { categoryPreferences } } }), required).verdict;
    expect([told({ C0004: true }), told({ Marketing: true }), told({ C0002: true })]).toEqual(['send', 'send', 'drop']);
  });

  it('take the type of the address where they have none, and an event id that the page shares with the pixel', () => {
    const { type: _type, ...untyped } = TRACK;
    expect(sent(onlyEvent(segmentMessages({ ...untyped, properties: {} }, 'page'))).event).toBe('Pageview');
    expect(sent(one({ properties: { ...TRACK.properties, event_id: 'shared-1' } })).data.event_id).toBe('shared-1');
  });

  it.each([[null], [[TRACK]], ['x'], [{ batch: 'x' }]])('are not %j', (wrong) => {
    expect(segmentMessages(wrong)).toMatchObject({ ok: false, sentence: expect.stringContaining('Segment') });
  });
});
