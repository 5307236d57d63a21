import { describe, expect, it } from 'vitest';
import { DEFAULT_EVENT_MAP, mapKeyEvents, WEB_EVENTS } from '../../src/domain/event-map.js';
import { DEFAULT_MAP } from '../../src/domain/events/default-map.js';
import type { KeyEvent } from '../../src/contract/tenant.js';

/** GA4's recommended events (ga4-events facts, section 1). */
const RECOMMENDED = (
  'login sign_up search select_content share join_group view_item view_cart add_to_cart remove_from_cart add_to_wishlist view_item_list ' +
  'select_item view_promotion select_promotion begin_checkout add_shipping_info add_payment_info purchase refund generate_lead qualify_lead ' +
  'working_lead close_convert_lead disqualify_lead close_unconvert_lead level_start level_end level_up post_score tutorial_begin ' +
  'tutorial_complete unlock_achievement earn_virtual_currency spend_virtual_currency ad_impression'
).split(' ');

function map(keyEvents: KeyEvent[], optimisationEvent: string, objectives: string[]) {
  return mapKeyEvents({ ga4: { measurementId: 'G-EXAMPLE1', keyEvents }, optimisationEvent, objectives });
}

describe('GA4 key events', () => {
  it.each(RECOMMENDED)('%s is either mapped or asks for a TikTok event by name', (name) => {
    const { mapped, located } = map([{ name, source: 'site' }], 'Purchase', []);
    const event = DEFAULT_EVENT_MAP[name];
    expect(event).not.toBeUndefined();
    if (event) expect(mapped).toEqual([{ ga4: name, event, optimizationEvent: WEB_EVENTS[event], source: 'site' }]);
    else expect(located[0]).toMatchObject({ at: { keyEvent: 0, field: 'tiktok_event' }, allowed: Object.keys(WEB_EVENTS) });
  });

  it.each([
    ['purchase_success', 'Purchase'],
    ['paywall_purchased', 'Purchase'],
    ['trial_start', 'Purchase'],
    ['content_open', 'ViewContent'],
    ['complete_registration', 'CompleteRegistration'],
  ])('may have the names of in-app SDKs: %s is the %s that its events are sent as', (name, event) => {
    expect(map([{ name, source: 'site' }], event, []).mapped).toMatchObject([{ ga4: name, event }]);
    expect(DEFAULT_MAP.get(name)?.web).toBe(event);
  });

  it.each(['screen_view', 'achieve_level', 'Checkout', 'PageView', 'ClickButton'])(
    'are none that ads on the web can optimise for: %s',
    (name) => {
      expect(map([{ name, source: 'site' }], 'Purchase', []).mapped).toEqual([]);
    },
  );

  it('are case-sensitive: Purchase is a custom event to GA4', () => {
    expect(map([{ name: 'Purchase', source: 'site' }], 'Purchase', []).located[0]).toMatchObject({
      at: { keyEvent: 0, field: 'name' },
      allowed: ['purchase'],
    });
  });

  it('may name a TikTok event, also by its former name, but no name of the language', () => {
    expect(map([{ name: 'form', source: 'site', tiktokEvent: 'SubmitForm' }], 'Lead', ['LEAD_GENERATION'])).toMatchObject({
      problems: [],
      mapped: [{ event: 'Lead' }],
    });
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(map([{ name: 'form', source: 'site', tiktokEvent: name }], 'Lead', []).mapped).toEqual([]);
      expect(map([{ name, source: 'site' }], 'Lead', []).mapped).toEqual([]);
    }
  });

  it('of one TikTok event have one source', () => {
    const two = (source: KeyEvent['source']): KeyEvent[] => [
      { name: 'generate_lead', source: 'site' },
      { name: 'form_submit', source },
    ];
    expect(map(two('site'), 'Lead', ['LEAD_GENERATION']).problems).toEqual([]);
    expect(map(two('events_api'), 'Lead', ['LEAD_GENERATION']).located).toMatchObject([{ at: { keyEvent: 1, field: 'source' } }]);
  });

  it('have a pixel rule only where TikTok documents one, and only with the source pixel_rule', () => {
    const rule = { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'EQUALS', variable: 'PAGE_PATH', value: '/visit' } as const;
    const visit = (change: Partial<KeyEvent>): KeyEvent => ({ name: 'visit', source: 'pixel_rule', tiktokEvent: 'Contact', ...change });
    expect(map([visit({ rule })], 'Contact', ['LEAD_GENERATION']).problems).toEqual([]);
    expect(map([visit({})], 'Contact', []).located).toMatchObject([{ at: { keyEvent: 0, field: 'rule' } }]);
    expect(map([visit({ rule, source: 'site' })], 'Contact', []).located).toMatchObject([{ at: { keyEvent: 0, field: 'rule' } }]);
    expect(map([visit({ rule, tiktokEvent: 'Schedule' })], 'Schedule', []).located).toMatchObject([
      { at: { keyEvent: 0, field: 'source' }, allowed: ['site', 'events_api'] },
    ]);
  });
});

/** Which events an objective can optimise for (ga4-events facts, section 3, and tiktok-api facts, 4.4, for websites). */
const SALES = 'AddPaymentInfo AddToCart AddToWishlist Download InitiateCheckout Purchase'.split(' ');
const LEADS = 'AddToWishlist ApplicationApproval CompleteRegistration Contact CustomizeProduct FindLocation Lead Schedule'.split(' ');
const OF_OBJECTIVE: Record<string, readonly string[]> = {
  PRODUCT_SALES: SALES,
  LEAD_GENERATION: LEADS,
  WEB_CONVERSIONS: [...new Set([...SALES, ...LEADS, 'Search', 'Subscribe', 'ViewContent'])].sort(),
  TRAFFIC: Object.keys(WEB_EVENTS),
};

describe('the optimisation event', () => {
  it.each(Object.keys(OF_OBJECTIVE))('of %s is one that the objective allows', (objective) => {
    const possible = Object.keys(WEB_EVENTS).filter((event) => {
      const { problems } = map([{ name: 'it', source: 'site', tiktokEvent: event }], event, [objective]);
      return problems.length === 0;
    });
    expect(possible).toEqual(OF_OBJECTIVE[objective]);
  });

  it('of two objectives is one that both allow', () => {
    const both = (event: string) => map([{ name: 'it', source: 'site', tiktokEvent: event }], event, ['PRODUCT_SALES', 'LEAD_GENERATION']);
    expect(both('AddToWishlist').problems).toEqual([]);
    expect(both('Purchase').problems).toEqual([expect.stringContaining('Purchase cannot be optimised for under LEAD_GENERATION')]);
  });

  it('may be written by its former name', () => {
    expect(map([{ name: 'purchase', source: 'site' }], 'CompletePayment', ['PRODUCT_SALES']).problems).toEqual([]);
  });

  it.each(['WEB_CONVERSIONS', 'PRODUCT_SALES'])('StartTrial is refused under %s, with what is possible', (objective) => {
    const { located, problems } = map([{ name: 'trial', source: 'site', tiktokEvent: 'StartTrial' }], 'StartTrial', [objective]);
    expect(located).toMatchObject([{ at: 'optimisation_event', allowed: expect.arrayContaining(['Purchase']) }]);
    expect(problems[0]).toContain(`under ${objective}; possible: `);
  });

  it('is a standard event that a key event maps to', () => {
    expect(map([{ name: 'purchase', source: 'site' }], 'my_event', []).problems[0]).toContain('standard events only');
    expect(map([{ name: 'purchase', source: 'site' }], 'AddToCart', []).problems).toEqual([
      'optimisation event AddToCart is not among the mapped key events; possible: Purchase',
    ]);
  });
});
