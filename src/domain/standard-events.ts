/**
 * TikTok's web standard events with the ad group's optimization_event, which is also the type of a pixel rule (facts 4.1, 4.4); null: none
 * is documented, so the event can be sent but no pixel rule made for it.
 */
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
export const FORMER_NAMES: Readonly<Record<string, WebEvent>> = {
  CompletePayment: 'Purchase',
  PlaceAnOrder: 'Purchase',
  SubmitForm: 'Lead',
};

/**
 * GA4's recommended and automatic events (ga4-events facts, section 1) and the TikTok standard event that means the same; null: there is
 * none on the web, so the tenant file must name one. Names are case-sensitive: `Purchase` is a custom event to GA4.
 */
export const DEFAULT_EVENT_MAP: Readonly<Record<string, WebEvent | null>> = {
  login: null,
  sign_up: 'CompleteRegistration',
  search: 'Search',
  view_search_results: 'Search',
  select_content: null,
  share: null,
  join_group: null,
  view_item: 'ViewContent',
  view_item_list: null,
  select_item: null,
  view_promotion: null,
  select_promotion: null,
  view_cart: null,
  add_to_cart: 'AddToCart',
  remove_from_cart: null,
  add_to_wishlist: 'AddToWishlist',
  begin_checkout: 'InitiateCheckout',
  add_shipping_info: null,
  add_payment_info: 'AddPaymentInfo',
  purchase: 'Purchase',
  refund: null,
  generate_lead: 'Lead',
  qualify_lead: 'SubmitApplication',
  working_lead: null,
  close_convert_lead: null,
  disqualify_lead: null,
  close_unconvert_lead: null,
  level_start: null,
  level_end: null,
  level_up: null,
  post_score: null,
  tutorial_begin: null,
  tutorial_complete: null,
  unlock_achievement: null,
  earn_virtual_currency: null,
  spend_virtual_currency: null,
  ad_impression: null,
  page_view: null,
  session_start: null,
  first_open: null,
  first_visit: null,
  file_download: 'Download',
  form_submit: 'Lead',
  click: null,
  scroll: null,
};

/** What sales campaigns can optimise for (ga4-events facts, section 3); StartTrial is not among them. */
const SALES_EVENTS: readonly WebEvent[] = ['AddPaymentInfo', 'AddToCart', 'AddToWishlist', 'InitiateCheckout', 'Purchase', 'Download'];
/** What lead campaigns can optimise for (same section, which takes the lead itself for granted). */
const LEAD_EVENTS: readonly WebEvent[] = [
  'Lead',
  'AddToWishlist',
  'CompleteRegistration',
  'Contact',
  'CustomizeProduct',
  'FindLocation',
  'Schedule',
  'ApplicationApproval',
];
/** A website's conversions are of both kinds, and of the further events that have an optimization_event. */
const WEBSITE_EVENTS: readonly WebEvent[] = [...SALES_EVENTS, ...LEAD_EVENTS, 'ViewContent', 'Search', 'Subscribe'];

/** What campaigns of an objective can optimise for; an objective that is missing here sets no limit. */
export const EVENTS_OF_OBJECTIVE: Readonly<Record<string, ReadonlySet<string>>> = {
  WEB_CONVERSIONS: new Set(WEBSITE_EVENTS),
  PRODUCT_SALES: new Set(SALES_EVENTS),
  LEAD_GENERATION: new Set(LEAD_EVENTS),
};
