import { describe, expect, it } from 'vitest';
import { EVENT_SOURCES } from '../../../src/contract/events.js';
import { DEFAULT_MAP, defaultMapRows } from '../../../src/domain/events/default-map.js';
import { CURRENT_NAMES, FORMER_NAMES, STANDARD_NAMES } from '../../../src/domain/events/names.js';
import { DEFAULT_EVENT_MAP } from '../../../src/domain/standard-events.js';
import { judge, sent, WHOLE } from './shop.js';

/** Name that comes in; what it means on web and in an app (`-`: nothing of TikTok's). */
const MEANINGS: readonly (readonly [string, string, string])[] = [
  // In-app SDKs, as the issue names them.
  ['purchase_success', 'Purchase', 'Purchase'],
  ['paywall_purchased', 'Purchase', 'Purchase'],
  ['subscription_start', 'Purchase', 'Purchase'],
  ['trial_start', 'Purchase', 'Purchase'],
  ['add_to_cart', 'AddToCart', 'AddToCart'],
  ['content_open', 'ViewContent', 'ViewContent'],
  ['screen_view', 'Pageview', 'Pageview'],
  ['search', 'Search', 'Search'],
  ['sign_up', 'CompleteRegistration', 'CompleteRegistration'],
  // In-app events.
  ['achieve_level', '-', 'AchieveLevel'],
  ['add_payment_info', 'AddPaymentInfo', 'AddPaymentInfo'],
  ['complete_registration', 'CompleteRegistration', 'CompleteRegistration'],
  ['initiate_checkout', 'InitiateCheckout', 'InitiateCheckout'],
  ['session', '-', 'LaunchAPP'],
  ['start_trial', 'StartTrial', 'StartTrial'],
  ['subscription', 'Subscribe', 'Subscribe'],
  ['purchase', 'Purchase', 'Purchase'],
  ['first_open', '-', 'InstallApp'],
  // GA4.
  ['view_item', 'ViewContent', 'ViewContent'],
  ['add_to_wishlist', 'AddToWishlist', 'AddToWishlist'],
  ['begin_checkout', 'InitiateCheckout', 'InitiateCheckout'],
  ['generate_lead', 'Lead', 'GenerateLead'],
  ['view_search_results', 'Search', 'Search'],
  ['file_download', 'Download', '-'],
  ['page_view', 'Pageview', 'Pageview'],
  ['level_up', '-', 'AchieveLevel'],
  ['tutorial_complete', '-', 'CompleteTutorial'],
  ['unlock_achievement', '-', 'UnlockAchievement'],
  ['spend_virtual_currency', '-', 'SpendCredits'],
  ['login', '-', 'Login'],
  ['refund', '-', '-'],
  ['scroll', '-', '-'],
  // TikTok's own names: current ones stay, former ones become current.
  ['Purchase', 'Purchase', 'Purchase'],
  ['CompletePayment', 'Purchase', 'Purchase'],
  ['PlaceAnOrder', 'Purchase', 'Purchase'],
  ['SubmitForm', 'Lead', 'GenerateLead'],
  ['Registration', 'CompleteRegistration', 'CompleteRegistration'],
  ['Checkout', 'InitiateCheckout', 'InitiateCheckout'],
  ['PageView', 'Pageview', 'Pageview'],
  ['Pageview', 'Pageview', 'Pageview'],
  ['ClickButton', '-', '-'],
];

/** The rest of the in-app names: what they mean in an app, and on the web and offline where that is the same event (`-`: nothing). */
const IN_APP: readonly (readonly [string, string, string])[] = [
  ['in_app_purchase', 'Purchase', 'Purchase'],
  ['view_content', 'ViewContent', 'ViewContent'],
  ['content_view', 'ViewContent', 'ViewContent'],
  ['registration', 'CompleteRegistration', 'CompleteRegistration'],
  ['initiated_checkout', 'InitiateCheckout', 'InitiateCheckout'],
  ['subscribe', 'Subscribe', 'Subscribe'],
  ['level_achieved', 'AchieveLevel', '-'],
  ['session_start', 'LaunchAPP', '-'],
  ['launch_app', 'LaunchAPP', '-'],
  ['app_open', 'LaunchAPP', '-'],
  ['install', 'InstallApp', '-'],
  ['install_app', 'InstallApp', '-'],
  ['complete_tutorial', 'CompleteTutorial', '-'],
  ['spend_credits', 'SpendCredits', '-'],
  ['create_group', 'CreateGroup', '-'],
  ['create_role', 'CreateRole', '-'],
  ['join_group', 'JoinGroup', '-'],
  ['rate', 'Rate', '-'],
  ['ad_click', 'InAppADClick', '-'],
  ['in_app_ad_click', 'InAppADClick', '-'],
  ['ad_impression', 'InAppADImpr', '-'],
  ['in_app_ad_impr', 'InAppADImpr', '-'],
  ['loan_application', 'LoanApplication', '-'],
  ['loan_approval', 'LoanApproval', '-'],
  ['loan_disbursal', 'LoanDisbursal', '-'],
  ['lead', 'GenerateLead', 'Lead'],
  ['submit_form', 'GenerateLead', 'Lead'],
  ['form_submit', 'GenerateLead', 'Lead'],
  ['contact', '-', 'Contact'],
  ['schedule', '-', 'Schedule'],
  ['find_location', '-', 'FindLocation'],
  ['customize_product', '-', 'CustomizeProduct'],
  ['submit_application', '-', 'SubmitApplication'],
  ['qualify_lead', '-', 'SubmitApplication'],
  ['application_approval', '-', 'ApplicationApproval'],
  ['download', '-', 'Download'],
];

/** TikTok's standard events (ga4-events facts, section 3; the older generation of app names, with the current name where there is one). */
const STANDARD_ON_THE_WEB = (
  'AddPaymentInfo AddToCart AddToWishlist ApplicationApproval CompleteRegistration Contact CustomizeProduct Download FindLocation ' +
  'InitiateCheckout Lead Purchase Schedule Search StartTrial SubmitApplication Subscribe ViewContent'
).split(' ');
const STANDARD_IN_APPS = (
  'AchieveLevel AddPaymentInfo AddToCart AddToWishlist Checkout>InitiateCheckout CompleteTutorial CreateGroup CreateRole GenerateLead ' +
  'InAppADClick InAppADImpr InstallApp JoinGroup LaunchAPP LoanApplication LoanApproval LoanDisbursal Login Purchase Rate ' +
  'Registration>CompleteRegistration Search SpendCredits StartTrial Subscribe UnlockAchievement ViewContent CompleteRegistration ' +
  'InitiateCheckout'
).split(' ');

describe('every standard event of TikTok', () => {
  it.each(STANDARD_ON_THE_WEB)('%s may be sent by its own name on the web and offline', (name) => {
    for (const source of ['web', 'offline'] as const)
      expect(sent({ ...WHOLE[source], name })).toMatchObject({ event: name, standard: true });
  });

  it.each(STANDARD_IN_APPS)('%s may be sent by its own name in an app', (names) => {
    const [name, current = name] = names.split('>');
    expect(sent({ ...WHOLE.app, name })).toMatchObject({ event: current, standard: true });
  });

  it('is one of these: there are no others on any source', () => {
    const inApps = STANDARD_IN_APPS.filter((names) => !names.includes('>'));
    expect([...STANDARD_NAMES.web].toSorted()).toEqual(STANDARD_ON_THE_WEB);
    expect([...STANDARD_NAMES.offline].toSorted()).toEqual(STANDARD_ON_THE_WEB);
    expect([...STANDARD_NAMES.app].toSorted()).toEqual(inApps.toSorted());
    expect([...STANDARD_NAMES.crm]).toEqual([]);
  });

  it('is not one of an app on the web, nor the other way round', () => {
    for (const name of ['AchieveLevel', 'LaunchAPP', 'InstallApp']) expect(judge({ ...WHOLE.web, name }).verdict).toBe('unmapped');
    for (const name of ['Contact', 'Schedule', 'Download']) expect(judge({ ...WHOLE.app, name }).verdict).toBe('unmapped');
  });

  it('is custom on CRM, whatever it is called', () => {
    expect(sent({ ...WHOLE.crm, name: 'AddToCart' })).toMatchObject({ event: 'AddToCart', standard: false });
  });
});

describe('the default map', () => {
  it.each(IN_APP)('%s means %s in an app, and %s on the web and offline', (name, app, elsewhere) => {
    for (const [source, event] of [
      ['app', app],
      ['web', elsewhere],
      ['offline', elsewhere],
    ] as const) {
      const verdict = judge({ ...WHOLE[source], name });
      if (event === '-') expect(verdict, source).toMatchObject({ verdict: 'unmapped' });
      else expect(verdict, source).toMatchObject({ verdict: 'send', event });
    }
  });

  it('has each of its names in one of these tables or in GA4’s', () => {
    const known = new Set([
      ...[...MEANINGS, ...IN_APP].map(([name]) => name),
      ...Object.keys(DEFAULT_EVENT_MAP),
      ...STANDARD_ON_THE_WEB,
      ...STANDARD_IN_APPS.flatMap((names) => names.split('>')),
    ]);
    expect([...DEFAULT_MAP.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(MEANINGS)('%s means %s on the web and %s in an app', (name, web, app) => {
    for (const [source, event] of [
      ['web', web],
      ['app', app],
    ] as const) {
      const verdict = judge({ ...WHOLE[source], name });
      if (event === '-') expect(verdict).toMatchObject({ verdict: 'unmapped', name, near: null });
      else expect(verdict).toMatchObject({ verdict: 'send', event, payload: { event_source: source, data: [{ event }] } });
    }
  });

  it('knows every GA4 name that onboarding knows, and means the same on the web', () => {
    for (const [name, event] of Object.entries(DEFAULT_EVENT_MAP)) {
      expect(DEFAULT_MAP.has(name), name).toBe(true);
      if (event !== null) expect(DEFAULT_MAP.get(name)?.web, name).toBe(event);
    }
  });

  it('sends current names only, and offline none but standard ones', () => {
    for (const { name, targets } of defaultMapRows()) {
      for (const source of EVENT_SOURCES) {
        const event = targets[source];
        if (event === null) continue;
        expect(FORMER_NAMES.has(event), `${name} on ${source}`).toBe(false);
        if (source === 'offline') expect(STANDARD_NAMES.offline.has(event), name).toBe(true);
        else if (source !== 'crm') expect(CURRENT_NAMES.has(event), name).toBe(true);
      }
    }
    expect(judge({ ...WHOLE.offline, name: 'screen_view' }).verdict).toBe('unmapped');
  });

  it('reports the stages of a lead to CRM under their own names', () => {
    expect(sent({ ...WHOLE.crm, name: 'close_convert_lead' })).toMatchObject({ event: 'close_convert_lead', standard: false });
    expect(sent({ ...WHOLE.crm, name: 'generate_lead' }).event).toBe('Lead');
  });

  it('takes names as they are written: other capitals are another name, with the near one as suggestion', () => {
    expect(judge({ ...WHOLE.web, name: 'Add_To_Cart' })).toMatchObject({ verdict: 'unmapped', near: 'AddToCart' });
    expect(judge({ ...WHOLE.web, name: 'pageview' })).toMatchObject({ verdict: 'unmapped', near: 'page_view' });
    expect(judge({ ...WHOLE.web, name: 'purchse' })).toMatchObject({ verdict: 'unmapped', near: 'purchase' });
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty'])
      expect(judge({ ...WHOLE.web, name }).verdict).toBe('unmapped');
  });
});
