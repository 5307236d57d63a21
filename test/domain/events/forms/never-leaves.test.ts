import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvHead } from '../../../../src/domain/events/forms/csv-columns.js';
import type { FormRead } from '../../../../src/domain/events/forms/form.js';
import { ga4Messages } from '../../../../src/domain/events/forms/ga4.js';
import { gtmMessages } from '../../../../src/domain/events/forms/gtm.js';
import { ownMessages } from '../../../../src/domain/events/forms/own.js';
import { segmentMessages } from '../../../../src/domain/events/forms/segment.js';
import { judge, NOW, NOW_S } from '../shop.js';

const FORMS: Readonly<Record<string, (body: unknown) => FormRead>> = {
  own: ownMessages,
  ga4: ga4Messages,
  gtm: gtmMessages,
  segment: (body) => segmentMessages(body),
};
const MAIL = 'person-canary@example.org';
const PHONE = '+4915198765432';
const RAW = ['person-canary', '15198765432'];

/** Any value, also where the forms expect an object, with a mail address somewhere in it. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(MAIL, null, undefined, { email: MAIL }, [MAIL], 'granted', 'denied'),
);
const someOf = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 6 });

/** Who it is; a phone number is found elsewhere in an event when it stands here too. */
const person = fc.oneof(anything, fc.constantFrom<unknown>({ email: MAIL, phone: PHONE }, { email_address: [MAIL], phone_number: PHONE }));

const bodies: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  own: fc.record({
    name: fc.constantFrom('purchase', 'lead', 7),
    event_id: anything,
    timestamp: anything,
    params: someOf(['value', 'currency', 'items', 'page_location', 'search_term']),
    user: person,
  }),
  ga4: fc.record({
    client_id: anything,
    user_id: anything,
    timestamp_micros: fc.constantFrom<unknown>(NOW_S * 1e6, 'x', null),
    user_data: person,
    consent: anything,
    user_properties: anything,
    events: fc.array(
      fc.record({
        name: fc.constantFrom('purchase', 'page_view'),
        params: someOf(['event_id', 'transaction_id', 'value', 'items', 'page_location']),
      }),
      { maxLength: 3 },
    ),
  }),
  gtm: fc.record({
    event_name: fc.constantFrom('purchase', 'search'),
    event_id: anything,
    user_data: person,
    page_location: anything,
    search_term: anything,
    'x-ga-gcs': anything,
    'x-ga-gcd': anything,
    consent_state: anything,
    common_cookie: anything,
    items: anything,
  }),
  segment: fc.record({
    type: fc.constantFrom('track', 'page', 'screen', 'identify', 7),
    event: fc.constantFrom('Order Completed', 'Product Added', 7),
    messageId: anything,
    properties: someOf(['order_id', 'revenue', 'products', 'product_id', 'url', 'email']),
    context: someOf(['traits', 'page', 'device', 'app', 'consent', 'ip', 'locale']),
    timestamp: fc.constantFrom<unknown>(NOW.toISOString(), 7),
  }),
};

describe.each(Object.keys(FORMS))('the form %s', (name) => {
  const form = FORMS[name];
  const body = bodies[name];
  it('takes whatever is sent without failing, and lets no raw identifier out', () => {
    if (!form || !body) throw new Error(`no form is called ${name}`);
    fc.assert(
      fc.property(fc.oneof(body, fc.jsonValue(), fc.array(body, { maxLength: 2 })), (sent) => {
        const read = form(sent);
        const told = read.ok
          ? read.messages.map((message) => (message.kind === 'event' ? judge(message.event) : message))
          : [read.sentence];
        for (const raw of RAW) expect(JSON.stringify(told)).not.toContain(raw);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the head of a CSV file', () => {
  it('that is none, because the file has none, shows nothing of its row', () => {
    const { unknown, namesEvent } = csvHead([MAIL, PHONE, '19.90', 'Loyalty level', '']);
    expect([namesEvent, unknown]).toEqual([false, ['column 1', 'column 2', 'column 3', 'Loyalty level']]);
  });

  it('takes the first of two columns that mean the same and say something', () => {
    expect(csvHead(['event', 'email', 'E-Mail']).event(['purchase', ' ', MAIL])).toEqual({ name: 'purchase', user: { email: MAIL } });
    expect(csvHead(['event', 'content_ids', 'emails']).event(['purchase', 'A | B;C', `${MAIL};x@example.org`])).toEqual({
      name: 'purchase',
      params: { content_ids: ['A', 'B', 'C'] },
      user: { email: [MAIL, 'x@example.org'] },
    });
  });
});
