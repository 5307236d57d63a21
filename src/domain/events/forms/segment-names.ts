/**
 * The event names of Segment's e-commerce and lifecycle specifications, by the GA4 name that means the same. Other names pass as they are,
 * and the tenant's map says what they mean.
 */
export const SEGMENT_NAMES: ReadonlyMap<string, string> = new Map([
  ['Products Searched', 'search'],
  ['Product List Viewed', 'view_item_list'],
  ['Promotion Viewed', 'view_promotion'],
  ['Promotion Clicked', 'select_promotion'],
  ['Product Clicked', 'select_item'],
  ['Product Viewed', 'view_item'],
  ['Product Added', 'add_to_cart'],
  ['Product Removed', 'remove_from_cart'],
  ['Cart Viewed', 'view_cart'],
  ['Checkout Started', 'begin_checkout'],
  ['Payment Info Entered', 'add_payment_info'],
  ['Order Completed', 'purchase'],
  ['Order Refunded', 'refund'],
  ['Product Added to Wishlist', 'add_to_wishlist'],
  ['Signed Up', 'sign_up'],
  ['Signed In', 'login'],
  ['Application Installed', 'first_open'],
  ['Application Opened', 'app_open'],
]);

/** Names whose properties are one product rather than a list. */
export const ONE_PRODUCT: ReadonlySet<string> = new Set([
  'Product Clicked',
  'Product Viewed',
  'Product Added',
  'Product Removed',
  'Product Added to Wishlist',
]);
