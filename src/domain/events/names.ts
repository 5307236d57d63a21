import type { EventSource } from '../../contract/events.js';
import { FORMER_NAMES as FORMER_WEB_NAMES, WEB_EVENTS } from '../standard-events.js';

/** The page call: known to TikTok, but no event that ads can optimise for (ga4-events facts, section 3). */
export const PAGEVIEW = 'Pageview';

const WEB: readonly string[] = Object.keys(WEB_EVENTS);

/**
 * App events (facts 4.4): TikTok documents two generations of names. Where the newer one is documented too, it is the current name; the
 * older one is accepted on input.
 */
const APP: readonly string[] = (
  'AchieveLevel AddPaymentInfo AddToCart AddToWishlist CompleteRegistration CompleteTutorial CreateGroup CreateRole GenerateLead ' +
  'InAppADClick InAppADImpr InitiateCheckout InstallApp JoinGroup LaunchAPP LoanApplication LoanApproval LoanDisbursal Login Purchase ' +
  'Rate Search SpendCredits StartTrial Subscribe UnlockAchievement ViewContent'
).split(' ');

/** Names that TikTok has standard events for, by source. CRM events are custom by definition (facts 4.2). */
export const STANDARD_NAMES: Readonly<Record<EventSource, ReadonlySet<string>>> = {
  web: new Set(WEB),
  app: new Set(APP),
  offline: new Set(WEB),
  crm: new Set(),
};

/** Names that senders still use and the name that is sent now; `PageView` is a common miswriting of the page call. */
export const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(FORMER_WEB_NAMES),
  ['Registration', 'CompleteRegistration'],
  ['Checkout', 'InitiateCheckout'],
  ['PageView', PAGEVIEW],
]);

/** Retired by TikTok without a successor. */
export const RETIRED_NAMES: ReadonlySet<string> = new Set(['ClickButton']);

/** Every TikTok name that is current on some source. */
export const CURRENT_NAMES: ReadonlySet<string> = new Set([...WEB, ...APP, PAGEVIEW]);

/** The current name of a TikTok event; names that are not TikTok's stay as they are. */
export function currentName(name: string): string {
  return FORMER_NAMES.get(name) ?? name;
}

/**
 * The name by which TikTok knows an event on a source: a lead is `Lead` on the web and `GenerateLead` in an app. CRM takes any name.
 * @returns undefined where TikTok has no such standard event
 */
export function standardNameOn(source: EventSource, name: string): string | undefined {
  if (source === 'crm') return name;
  const names = STANDARD_NAMES[source];
  if (names.has(name)) return name;
  if (source === 'app') return name === 'Lead' ? 'GenerateLead' : name === PAGEVIEW ? PAGEVIEW : undefined;
  if (name === 'GenerateLead') return 'Lead';
  return source === 'web' && name === PAGEVIEW ? PAGEVIEW : undefined;
}
