import { describe, expect, it } from 'vitest';
import { REJECT_REASONS, type RejectReason } from '../../../src/contract/event-reasons.js';
import type { EventSource } from '../../../src/contract/events.js';
import { sha256 } from '../../../src/domain/events/hashing.js';
import { judgeLine, onlyFrom, tooLarge } from '../../../src/domain/events/judge.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import { judge, NOW, NOW_S, sent, settings, WHOLE } from './shop.js';

const DAY = 86_400;
const { web, app, offline, crm } = WHOLE;
const bare = prepareMap(
  settings({ destinations: { web: { pixel_code: 'C4A1B2C3D4E5F6G7H8I0' }, app: { tiktok_app_id: '7300000000000000400' } } }),
);
const item = { item_id: 'SKU1', price: 10, quantity: 2 };
const withParams = (params: object) => ({ ...web, params });

/** What is refused, why, and at which field. */
const REFUSALS: readonly (readonly [RejectReason, unknown, string])[] = [
  ['malformed', 'not an object', ''],
  ['malformed', [web], ''],
  ['name_missing', { ...web, name: '' }, 'name'],
  ['name_missing', { ...web, name: undefined }, 'name'],
  ['name_invalid', { ...web, name: 'person-a@example.org' }, 'name'],
  ['name_invalid', { ...web, name: 7 }, 'name'],
  ['name_invalid', { ...web, name: 'a'.repeat(65) }, 'name'],
  ['source_invalid', { ...web, source: 'tv' }, 'source'],
  ['field_invalid', { ...web, params: 'none' }, 'params'],
  ['field_invalid', { ...web, user: [] }, 'user'],
  ['field_invalid', { ...app, ad: 'x' }, 'ad'],
  ['event_id_missing', { ...web, event_id: '' }, 'event_id'],
  ['event_id_missing', { ...web, event_id: 'undefined' }, 'event_id'],
  ['event_id_invalid', { ...web, event_id: 'x'.repeat(129) }, 'event_id'],
  ['event_id_invalid', { ...web, event_id: 2 ** 60 }, 'event_id'],
  ['event_id_invalid', { ...web, event_id: 'a\u0000b' }, 'event_id'],
  ['event_id_personal', { ...web, event_id: 'person-b@example.org-1' }, 'event_id'],
  ['event_id_personal', { ...web, user: { phone: '+4915112345678' }, event_id: 'order-+4915112345678' }, 'event_id'],
  ['time_missing', { ...offline, timestamp: undefined }, 'timestamp'],
  ['time_missing', { ...crm, timestamp: null }, 'timestamp'],
  ['time_invalid', { ...web, timestamp: 'yesterday' }, 'timestamp'],
  ['time_invalid', { ...web, timestamp: '2026-11-21T12:00:00' }, 'timestamp'],
  ['time_invalid', { ...web, timestamp: -1 }, 'timestamp'],
  ['time_too_old', { ...web, timestamp: NOW_S - 7 * DAY - 1 }, 'timestamp'],
  ['time_too_old', { ...app, timestamp: NOW_S - 7 * DAY - 1 }, 'timestamp'],
  ['time_too_old', { ...offline, timestamp: NOW_S - 28 * DAY - 1 }, 'timestamp'],
  ['time_too_old', { ...crm, timestamp: NOW_S - 28 * DAY - 1 }, 'timestamp'],
  ['time_in_future', { ...web, timestamp: NOW_S + 601 }, 'timestamp'],
  ['page_url_invalid', withParams({ page_location: '/thanks' }), 'params.page_location'],
  ['page_url_invalid', withParams({ page_location: 'javascript:alert(1)' }), 'params.page_location'],
  ['lead_id_missing', { ...crm, params: {} }, 'params.lead_id'],
  ['lead_id_personal', { ...crm, params: { lead_id: 'person-b@example.org' } }, 'params.lead_id'],
  ['lead_id_personal', { ...crm, params: { lead_id: '4915112345678' }, user: { phone: '+49 151 12345678' } }, 'params.lead_id'],
  ['match_key_missing', { ...offline, user: { email: 'undefined', external_id: 'c-1' } }, 'user'],
  ['match_key_missing', { ...offline, user: { phone: 'none' } }, 'user'],
  ['currency_missing', withParams({ value: 12.5 }), 'params.currency'],
  ['currency_not_accepted', withParams({ value: 12.5, currency: 'XAU' }), 'params.currency'],
  ['currency_not_accepted', withParams({ value: 12.5, currency: '€' }), 'params.currency'],
  ['value_invalid', withParams({ value: '1.234,50', currency: 'EUR' }), 'params.value'],
  ['value_invalid', withParams({ value: -3, currency: 'EUR' }), 'params.value'],
  ['value_invalid', withParams({ value: true, currency: 'EUR' }), 'params.value'],
  ['items_invalid', withParams({ items: 'SKU1' }), 'params.items'],
  ['items_invalid', withParams({ items: Array.from({ length: 201 }, () => item) }), 'params.items'],
  ['items_invalid', withParams({ items: [item, 'SKU2'] }), 'params.items.1'],
  ['item_without_id', withParams({ items: [item, { price: 1 }] }), 'params.items.1'],
  ['item_number_invalid', withParams({ items: [{ ...item, price: 'ten' }] }), 'params.items.0.price'],
  ['item_number_invalid', withParams({ items: [{ ...item, quantity: 0 }] }), 'params.items.0.quantity'],
  ['consent_unreadable', { ...web, consent: { ad_user_data: 'maybe' } }, 'consent.ad_user_data'],
  ['consent_unreadable', { ...web, user: { consent: 'sometimes' } }, 'user.consent'],
  ['consent_unreadable', { ...web, params: { adStorage: 'later' } }, 'params.adStorage'],
];

describe('a refusal', () => {
  it.each(REFUSALS)('%s: %j', (reason, event, field) => {
    expect(judge(event)).toMatchObject({ verdict: 'reject', reason, field, ...REJECT_REASONS[reason] });
  });

  it('of settings names what the tenant lacks', () => {
    expect(judge(web, bare)).toMatchObject({ reason: 'page_url_missing', field: 'params.page_location' });
    expect(judge(app, bare)).toMatchObject({ reason: 'app_id_missing', field: 'params.app_id' });
    expect(judge(offline, bare)).toMatchObject({ reason: 'source_not_configured', field: 'source' });
  });

  it('of a line repeats nothing of it', () => {
    const map = prepareMap(settings());
    expect(judgeLine(map, '{"name":"purchase","user":{"email":"person-a@example.org"', NOW)).toMatchObject({
      reason: 'malformed',
      name: null,
    });
    expect(judgeLine(map, `"${'x'.repeat(70_000)}"`, NOW)).toEqual(tooLarge());
  });

  it('of a source that the sender may not use leaves every other event as it is judged', () => {
    const offlineJudged = judge(offline);
    expect(onlyFrom(['web'], offlineJudged)).toMatchObject({ reason: 'source_not_allowed', field: 'source', event_id: 'e-1' });
    expect(onlyFrom(['web', 'offline'], offlineJudged)).toBe(offlineJudged);
    expect(onlyFrom(['web'], judge(7))).toMatchObject({ reason: 'malformed' });
  });

  it('has every reason of the table tried above', () => {
    const tried = new Set<string>([
      ...REFUSALS.map(([reason]) => reason),
      'page_url_missing',
      'app_id_missing',
      'source_not_configured',
      'source_not_allowed',
      'too_large',
      // Of files only: test/gateway/uploads.test.ts.
      'row_unreadable',
      'not_utf8',
    ]);
    expect(Object.keys(REJECT_REASONS).filter((reason) => !tried.has(reason))).toEqual([]);
  });
});

describe('consent', () => {
  const required = prepareMap(settings({ consent: 'required' }));

  it.each([
    [{ consent: false }],
    [{ consent: { ad_user_data: 'DENIED' } }],
    [{ consent: { ad_user_data: 'granted' }, params: { consent: { ad_user_data: 'denied' } } }],
    [{ user: { consent: { ad_user_data: false } } }],
    [{ Consent: { ad_user_data: 'denied' } }],
    [{ consent: { adUserData: false } }],
    [{ ad_user_data: 'denied' }],
    [{ params: { AD_USER_DATA: 'denied' } }],
    [{ consent: true, user: { 'ad-user-data': 0 } }],
  ])('denied in %j keeps the event here, whatever else is wrong with it', (change) => {
    expect(judge({ ...web, ...change, timestamp: 'never' })).toMatchObject({ verdict: 'drop', reason: 'consent_denied' });
  });

  it('missing keeps it here only where the settings demand it', () => {
    expect(judge(web, required)).toMatchObject({ verdict: 'drop', reason: 'consent_missing' });
    expect(judge({ ...web, consent: true }, required).verdict).toBe('send');
    expect(judge(web).verdict).toBe('send');
  });

  it('without personalisation asks for limited data use, and where there is none, the event stays', () => {
    const consent = { ad_user_data: 'granted', ad_personalization: 'denied' };
    expect(sent({ ...web, consent }).data.limited_data_use).toBe(true);
    expect(sent({ ...app, consent }).data.limited_data_use).toBe(true);
    expect(judge({ ...offline, consent })).toMatchObject({ verdict: 'drop', reason: 'consent_denied' });
    expect(judge({ ...crm, consent })).toMatchObject({ verdict: 'drop', reason: 'consent_denied' });
  });

  it('without storage takes the ids of cookies and devices away', () => {
    const user = { ttclid: 'E.C.P', ttp: '01H', email: 'person-a@example.org' };
    const page = { page_location: 'https://shop.example.org/?ttclid=E.C.P' };
    const { data } = sent({ ...web, user, params: page, consent: { ad_user_data: true, ad_storage: false } });
    expect(JSON.parse(JSON.stringify(data.user))).toEqual({ email: sha256('person-a@example.org') });
  });

  it.each([
    ['https://shop.example.org/t?a=1&ttclid=E.C.P&b=%20#top', 'https://shop.example.org/t?a=1&b=%20#top'],
    ['https://shop.example.org/?ttclid=E.C.P', 'https://shop.example.org/'],
    ['https://shop.example.org/#/sale?TTCLID=E.C.P&a=1', 'https://shop.example.org/#/sale?a=1'],
    ['https://shop.example.org/?a==1&&c&', 'https://shop.example.org/?a==1&&c&'],
  ])('without storage takes the click id out of the addresses too: %s', (written, left) => {
    const params = { page_location: written, page_referrer: written };
    const { data } = sent({ ...web, params, consent: { ad_user_data: true, ad_storage: false } });
    expect(data.page).toEqual({ url: left, referrer: left });
    expect(sent({ ...web, params }).data.page).toEqual({ url: written, referrer: written });
  });

  it('limited data use is also asked for by the event or the settings, and by nobody otherwise', () => {
    expect(sent({ ...web, limited_data_use: true }).data.limited_data_use).toBe(true);
    expect(sent(web, prepareMap(settings({ limited_data_use: true }))).data.limited_data_use).toBe(true);
    expect(sent(web).data.limited_data_use).toBeUndefined();
    expect(sent({ ...offline, limited_data_use: true }).data.limited_data_use).toBeUndefined();
    for (const asked of ['true', 'TRUE', 1, 'yes', 'whatever']) {
      expect(sent({ ...web, limited_data_use: asked }).data.limited_data_use).toBe(true);
      expect(sent(withParams({ limited_data_use: asked })).data.limited_data_use).toBe(true);
    }
    for (const not of [false, 'false', 0, '', null]) expect(sent({ ...web, limited_data_use: not }).data.limited_data_use).toBeUndefined();
  });
});

describe('what is sent', () => {
  it('is, of a whole web purchase, exactly this', () => {
    const { payload } = sent(
      {
        name: 'purchase',
        event_id: 'order-1',
        timestamp: '2026-11-21T11:59:30.900Z',
        params: {
          transaction_id: 1,
          currency: 'eur',
          value: '20.00',
          items: [
            { item_id: 'SKU1', item_name: 'Shirt', item_brand: 'Peak', item_category: 'Shirts', price: 10, quantity: 2, discount: 1 },
          ],
          page_location: 'https://shop.example.org/thanks?ttclid=E.C.P&x=1#top',
          page_referrer: 'https://shop.example.org/cart',
          secret: 'not for TikTok',
        },
        user: {
          email: ' ALICE_abc@gmail.com ',
          phone: '0151 12345678',
          external_id: 'user_123',
          ttp: '01HTTP',
          ip: '203.0.113.5',
          user_agent: 'Mozilla/5.0',
          locale: 'de-DE',
          idfa: '6D92078A-8246-4BA4-AE5B-76104861E7DC',
          first_name: 'not for TikTok',
        },
      },
      prepareMap(settings({ test_event_code: 'TEST12345' })),
    );
    expect(JSON.parse(JSON.stringify(payload))).toEqual({
      event_source: 'web',
      event_source_id: 'C4A1B2C3D4E5F6G7H8I0',
      test_event_code: 'TEST12345',
      data: [
        {
          event: 'Purchase',
          event_time: NOW_S - 30,
          event_id: 'order-1',
          user: {
            email: '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f',
            phone: sha256('+4915112345678'),
            external_id: '80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b',
            ttclid: 'E.C.P',
            ttp: '01HTTP',
            ip: '203.0.113.5',
            user_agent: 'Mozilla/5.0',
            locale: 'de-DE',
          },
          properties: {
            currency: 'EUR',
            value: 20,
            contents: [{ content_id: 'SKU1', content_name: 'Shirt', content_category: 'Shirts', brand: 'Peak', price: 10, quantity: 2 }],
            content_type: 'product',
            order_id: '1',
          },
          page: { url: 'https://shop.example.org/thanks?ttclid=E.C.P&x=1#top', referrer: 'https://shop.example.org/cart' },
        },
      ],
    });
  });

  const everything = {
    email: 'person-a@example.org',
    phone: '+4915112345678',
    external_id: 'c-1',
    ttclid: 'E.C.P',
    ttp: '01H',
    ip: '8.8.8.8',
    user_agent: 'Mozilla',
    locale: 'de-DE',
    idfa: '6D92078A-8246-4BA4-AE5B-76104861E7DC',
    idfv: '6D92078A-8246-4BA4-AE5B-76104861E7DD',
    gaid: '6D92078A-8246-4BA4-AE5B-76104861E7DE',
    att_status: 'AUTHORIZED',
  };
  const FIELDS: Readonly<Record<EventSource, string>> = {
    web: 'email phone external_id ttclid ttp ip user_agent locale',
    app: 'email phone ip user_agent locale idfa idfv gaid att_status',
    offline: 'email phone',
    crm: 'email phone external_id',
  };
  it.each(Object.entries(FIELDS))('of a person on %s is only %s', (source, fields) => {
    const { user } = sent({ ...Object.entries(WHOLE).find(([name]) => name === source)?.[1], user: everything }).data;
    expect(Object.keys(user).toSorted()).toEqual(fields.split(' ').toSorted());
  });

  it('has the parts of its source: page, app, lead; and the event id where TikTok reads one', () => {
    expect(sent(web).data).toMatchObject({ event_id: 'e-1', page: { url: 'https://shop.example.org/' } });
    expect(sent(web).notes).toContainEqual({ code: 'page_from_settings', field: 'params.page_location' });
    const attributed = sent({ ...app, ad: { callback: 'click-1', campaign_id: 17, attributed: true, other: 'x' } });
    expect(attributed.data).toMatchObject({
      app: { app_id: 'org.example.shop' },
      ad: { callback: 'click-1', campaign_id: '17', attributed: true },
    });
    expect(attributed.data.ad).not.toHaveProperty('other');
    expect(attributed).toMatchObject({ event_id: 'e-1' });
    expect(attributed.data).not.toHaveProperty('event_id');
    expect(sent(offline).data).not.toHaveProperty('page');
    expect(sent(crm).data).toMatchObject({ event_id: 'e-1', lead: { lead_id: '73001', lead_event_source: 'shop crm' } });
    expect(sent(web).payload).not.toHaveProperty('test_event_code');
  });

  it.each([
    [NOW_S - 5, NOW_S - 5],
    [String(NOW_S - 5), NOW_S - 5],
    [NOW_S - 5 + 0.75, NOW_S - 5],
    [(NOW_S - 5) * 1e3 + 999, NOW_S - 5],
    [(NOW_S - 5) * 1e6 + 999_999, NOW_S - 5],
    ['2026-11-21T13:59:55+02:00', NOW_S - 5],
    [undefined, NOW_S],
    [NOW_S - 7 * DAY, NOW_S - 7 * DAY],
    [NOW_S + 600, NOW_S + 600],
  ])('happened, when told %j, at %d', (timestamp, seconds) => {
    expect(sent({ ...web, timestamp }).data.event_time).toBe(seconds);
  });

  it('keeps the event id letter by letter; of a purchase without one it is the order number', () => {
    for (const id of [' padded ', 'ÄÖ-1', '0001', 'a'.repeat(128)]) expect(sent({ ...web, event_id: id }).data.event_id).toBe(id);
    expect(sent({ ...web, event_id: 1001 }).data.event_id).toBe('1001');
    expect(sent({ ...web, event_id: undefined, params: { transaction_id: 'T-9' } })).toMatchObject({
      event_id: 'T-9',
      data: { event_id: 'T-9' },
    });
    expect(judge({ ...web, name: 'add_to_cart', event_id: undefined, params: { transaction_id: 'T-9' } })).toMatchObject({
      reason: 'event_id_missing',
    });
  });

  it('takes the click id from the page, and from the referrer only of the same host', () => {
    const clickId = (page_location: string, page_referrer?: string) =>
      sent({ ...web, user: {}, params: { page_location, page_referrer } }).data.user.ttclid;
    expect(clickId('https://shop.example.org/?ttclid=A.b')).toBe('A.b');
    expect(clickId('https://shop.example.org/cart', 'https://shop.example.org/?ttclid=A.b')).toBe('A.b');
    expect(clickId('https://shop.example.org/cart', 'https://other.example.org/?ttclid=A.b')).toBeUndefined();
    expect(
      sent({ ...web, user: { ttclid: 'own' }, params: { page_location: 'https://shop.example.org/?ttclid=A.b' } }).data.user.ttclid,
    ).toBe('own');
  });

  it('of several addresses is a list, each once', () => {
    const hash = sha256('person-a@example.org');
    expect(sent({ ...web, user: { email: ['person-a@example.org', 'PERSON-A@example.org', '', null] } }).data.user.email).toBe(hash);
    expect(sent({ ...web, user: { email: ['person-a@example.org', 'person-b@example.org'] } }).data.user.email).toEqual([
      hash,
      sha256('person-b@example.org'),
    ]);
  });

  it.each(['phone', 'external_id'])('of several in %s is a list, hashed ones among them as they are', (field) => {
    const hash = sha256('another');
    const given = { phone: '+4915112345678', external_id: 'customer-1' }[field] ?? '';
    const { user } = sent({ ...web, user: { [field]: [given, hash, 'undefined'] } }).data;
    expect(Object.entries(user).find(([name]) => name === field)?.[1]).toEqual([sha256(given), hash]);
  });

  it.each(['AUTHORIZED', 'DENIED', 'NOT_DETERMINED', 'RESTRICTED', 'NOT_APPLICABLE'])(
    'passes the tracking status %s of an app',
    (status) => {
      expect(sent({ ...app, user: { att_status: status } }).data.user.att_status).toBe(status);
    },
  );

  it.each(['authorized', '3', 'UNKNOWN'])('leaves the tracking status %s out, for TikTok knows none of that name', (status) => {
    const { data, notes } = sent({ ...app, user: { att_status: status } });
    expect(data.user.att_status).toBeUndefined();
    expect(notes).toContainEqual({ code: 'user_field_left_out', field: 'user.att_status' });
  });

  it('keeps letter by letter what is never hashed and never changed', () => {
    const online = { ip: '2001:DB8::5', user_agent: 'Mozilla/5.0 (iPhone; CPU) Ä', locale: 'zh-Hant-TW' };
    const cookies = { ttclid: 'E.C.P.AbC-_~', ttp: '01HAbC_d' };
    expect(sent({ ...web, user: { ...online, ...cookies } }).data.user).toMatchObject({ ...online, ...cookies });
    const device = { ...online, idfv: '6d92078A-8246-4ba4-AE5B-76104861e7dd' };
    expect(sent({ ...app, user: device }).data.user).toMatchObject(device);
  });

  it('leaves out what cannot be used, and says so without repeating it', () => {
    const user = { email: 'none', phone: '0', ip: '10.0.0.1', locale: 'german!', ttclid: 'a b' };
    const { data, notes } = sent({ ...web, user });
    expect(JSON.parse(JSON.stringify(data.user))).toEqual({});
    expect(notes.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['user.email', 'user.phone', 'user.ip', 'user.locale', 'user.ttclid', 'user']),
    );
  });
});

describe("a tenant's own map", () => {
  const own = prepareMap(
    settings({
      map: {
        brochure_download: 'Download',
        deal_won: { offline: 'Purchase', crm: 'deal_won' },
        purchase: 'CompletePayment',
        add_to_cart: 'AddToWishlist',
      },
      accept: ['quiz_finished'],
      ignore: ['heartbeat', 'view_item'],
    }),
  );
  const named = (source: EventSource, name: string) => judge({ ...Object.entries(WHOLE).find(([key]) => key === source)?.[1], name }, own);

  it('maps, accepts and ignores', () => {
    expect(named('web', 'brochure_download')).toMatchObject({ verdict: 'send', event: 'Download', standard: true });
    expect(named('app', 'brochure_download')).toMatchObject({ verdict: 'unmapped' });
    expect(named('offline', 'deal_won')).toMatchObject({ verdict: 'send', event: 'Purchase' });
    expect(judge({ ...WHOLE.crm, name: 'deal_won' }, own)).toMatchObject({ verdict: 'send', event: 'deal_won', standard: false });
    expect(named('web', 'deal_won')).toMatchObject({ verdict: 'unmapped' });
    expect(named('web', 'purchase')).toMatchObject({ event: 'Purchase' });
    expect(named('web', 'add_to_cart')).toMatchObject({ event: 'AddToWishlist' });
    expect(named('web', 'quiz_finished')).toMatchObject({ verdict: 'send', event: 'quiz_finished', standard: false });
    expect(named('offline', 'quiz_finished')).toMatchObject({ verdict: 'unmapped', suggestion: expect.stringContaining('never custom') });
    for (const name of ['heartbeat', 'view_item']) expect(named('web', name)).toMatchObject({ verdict: 'drop', reason: 'ignored' });
  });

  it('has a version that changes with what it overrules, and not with the order', () => {
    expect(prepareMap(settings()).version).toBe('1');
    expect(own.version).toMatch(/^1\+[0-9a-f]{8}$/);
    const version = (ignore: string[]) => prepareMap(settings({ ignore })).version;
    expect(version(['a', 'b'])).toBe(version(['b', 'a']));
    expect(version(['a'])).not.toBe(version(['b']));
  });
});

describe('a field of which nothing is made', () => {
  const notRead = (event: unknown) => {
    const verdict = judge(event);
    return verdict.verdict === 'send' ? verdict.notes.flatMap(({ code, field }) => (code === 'field_not_read' ? [field] : [])) : verdict;
  };

  it('is named, so that a misspelled one is seen, and its value never', () => {
    const user = { mail: 'person-a@example.org', Phone: '+4915112345678', 'person-b@example.org': true, email: 'person-c@example.org' };
    const consent = { ad_user_data: 'granted', marketing: 'denied' };
    const params = { ...web.params, Value: 3, engagement_time_msec: 100 };
    expect(notRead({ ...web, user, params, consent, consents: 'denied', time: NOW_S })).toEqual([
      'consents',
      'time',
      'consent.marketing',
      'user.mail',
      'user.Phone',
      'user.…',
      'params.Value',
    ]);
  });

  it('is none of those that are read, on every source, nor one that says nothing', () => {
    for (const event of [web, app, offline, crm]) expect(notRead(event)).toEqual([]);
    expect(notRead({ ...web, time: '', user: { mail: null } })).toEqual([]);
  });
});
