import type { KeyEvent, Tenant } from '../contract/tenant.js';

/** TikTok's web standard events with the ad group's optimization_event (facts 4.4); null: can be sent, not optimised for. */
export const WEB_EVENTS = {
  AddPaymentInfo: 'ADD_BILLING',
  AddToCart: 'ON_WEB_CART',
  AddToWishlist: 'ON_WEB_ADD_TO_WISHLIST',
  ApplicationApproval: null,
  CompleteRegistration: 'ON_WEB_REGISTER',
  Contact: 'CONSULT',
  CustomizeProduct: null,
  Download: 'DOWNLOAD_START',
  FindLocation: null,
  InitiateCheckout: 'INITIATE_ORDER',
  Lead: 'FORM',
  Purchase: 'SHOPPING',
  Schedule: null,
  Search: 'ON_WEB_SEARCH',
  StartTrial: null,
  SubmitApplication: null,
  Subscribe: 'ON_WEB_SUBSCRIBE',
  ViewContent: 'ON_WEB_DETAIL',
} as const satisfies Record<string, string | null>;
export type WebEvent = keyof typeof WEB_EVENTS;

/** Former names that tools still send (ga4-events facts, section 3). */
const FORMER_NAMES: Readonly<Record<string, WebEvent>> = { CompletePayment: 'Purchase', PlaceAnOrder: 'Purchase', SubmitForm: 'Lead' };

/** GA4's recommended events and the TikTok standard event that means the same. */
export const DEFAULT_EVENT_MAP: Readonly<Record<string, WebEvent>> = {
  sign_up: 'CompleteRegistration',
  generate_lead: 'Lead',
  qualify_lead: 'SubmitApplication',
  search: 'Search',
  view_search_results: 'Search',
  view_item: 'ViewContent',
  add_to_cart: 'AddToCart',
  add_to_wishlist: 'AddToWishlist',
  begin_checkout: 'InitiateCheckout',
  add_payment_info: 'AddPaymentInfo',
  purchase: 'Purchase',
  file_download: 'Download',
  form_submit: 'Lead',
};

/** What sales campaigns can optimise for (ga4-events facts, section 3); StartTrial is not among them. */
const SALES_EVENTS: ReadonlySet<string> = new Set(['AddPaymentInfo', 'AddToCart', 'AddToWishlist', 'InitiateCheckout', 'Purchase', 'Download', 'ViewContent', 'Subscribe']);
/** What lead campaigns can optimise for. */
const LEAD_EVENTS: ReadonlySet<string> = new Set(['Lead', 'AddToWishlist', 'CompleteRegistration', 'Contact', 'CustomizeProduct', 'FindLocation', 'Schedule', 'ApplicationApproval', 'SubmitApplication', 'Download']);

const EVENTS_OF_OBJECTIVE: Readonly<Record<string, ReadonlySet<string>>> = {
  WEB_CONVERSIONS: new Set([...SALES_EVENTS, ...LEAD_EVENTS]),
  PRODUCT_SALES: SALES_EVENTS,
  LEAD_GENERATION: LEAD_EVENTS,
};

export interface MappedEvent {
  readonly ga4: string;
  readonly event: WebEvent;
  /** The ad group's optimization_event, or null when campaigns cannot optimise for it. */
  readonly optimizationEvent: string | null;
  readonly source: KeyEvent['source'];
}

function isWebEvent(name: string): name is WebEvent {
  return Object.hasOwn(WEB_EVENTS, name);
}

function tiktokEventOf(keyEvent: KeyEvent): WebEvent | undefined {
  const named = keyEvent.tiktokEvent;
  if (named !== undefined) return isWebEvent(named) ? named : FORMER_NAMES[named];
  return DEFAULT_EVENT_MAP[keyEvent.name];
}

/** Why the optimisation event does not fit the objectives; empty when it does. */
export function optimisationProblems(tenant: Pick<Tenant, 'objectives' | 'optimisationEvent'>, mapped: readonly MappedEvent[]): string[] {
  const wanted = FORMER_NAMES[tenant.optimisationEvent] ?? tenant.optimisationEvent;
  if (!isWebEvent(wanted)) return [`optimisation event ${tenant.optimisationEvent} is a custom event; TikTok optimises for standard events only`];
  const problems = tenant.objectives.flatMap((objective) => {
    const allowed = EVENTS_OF_OBJECTIVE[objective];
    return allowed && !allowed.has(wanted) ? [`${wanted} cannot be optimised for under ${objective}; possible: ${[...allowed].join(', ')}`] : [];
  });
  if (!mapped.some((event) => event.event === wanted)) problems.push(`optimisation event ${wanted} is not among the mapped key events`);
  return problems;
}

/** Maps a tenant's GA4 key events to TikTok's, one source per event, and names everything that cannot work. */
export function mapKeyEvents(tenant: Pick<Tenant, 'ga4' | 'objectives' | 'optimisationEvent'>): { readonly mapped: readonly MappedEvent[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const mapped: MappedEvent[] = [];
  for (const keyEvent of tenant.ga4.keyEvents) {
    const event = tiktokEventOf(keyEvent);
    if (event === undefined) {
      problems.push(`key event ${keyEvent.name} maps to no TikTok standard event; name one in tiktok_event`);
      continue;
    }
    const other = mapped.find((earlier) => earlier.event === event && earlier.source !== keyEvent.source);
    if (other) problems.push(`${event} would be sent by ${other.source} (${other.ga4}) and ${keyEvent.source} (${keyEvent.name}); one source per event`);
    if (keyEvent.source === 'pixel_rule' && !keyEvent.rule) problems.push(`key event ${keyEvent.name} has the source pixel_rule but no rule`);
    mapped.push({ ga4: keyEvent.name, event, optimizationEvent: WEB_EVENTS[event], source: keyEvent.source });
  }
  return { mapped, problems: [...problems, ...optimisationProblems(tenant, mapped)] };
}
