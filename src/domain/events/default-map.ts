import { EVENT_SOURCES, type EventSource } from '../../contract/events.js';
import { DEFAULT_EVENT_MAP } from '../standard-events.js';
import { CURRENT_NAMES, FORMER_NAMES, RETIRED_NAMES, PAGEVIEW, standardNameOn } from './names.js';

/** Counts up with every change of a mapping below, so that an answer can be traced to the map that gave it. */
export const EVENT_MAP_VERSION = 1;

/** TikTok's name for one incoming name, by source; null: known, but nothing of TikTok's means the same there. */
export type EventTargets = Readonly<Record<EventSource, string | null>>;

/** In-app SDKs and in-app events (issue "conversion events", section 1), by the TikTok event that they mean. */
const IN_APP_EVENTS: Readonly<Record<string, readonly string[]>> = {
  Purchase: ['purchase_success', 'paywall_purchased', 'subscription_start', 'trial_start', 'in_app_purchase'],
  ViewContent: ['content_open', 'view_content', 'content_view'],
  [PAGEVIEW]: ['screen_view', 'page_view'],
  CompleteRegistration: ['complete_registration', 'registration'],
  InitiateCheckout: ['initiate_checkout', 'initiated_checkout'],
  StartTrial: ['start_trial'],
  Subscribe: ['subscription', 'subscribe'],
  AchieveLevel: ['achieve_level', 'level_achieved', 'level_up'],
  LaunchAPP: ['session', 'session_start', 'launch_app', 'app_open'],
  InstallApp: ['install', 'install_app', 'first_open'],
  CompleteTutorial: ['complete_tutorial', 'tutorial_complete'],
  UnlockAchievement: ['unlock_achievement'],
  SpendCredits: ['spend_credits', 'spend_virtual_currency'],
  CreateGroup: ['create_group'],
  CreateRole: ['create_role'],
  JoinGroup: ['join_group'],
  Login: ['login'],
  Rate: ['rate'],
  InAppADClick: ['ad_click', 'in_app_ad_click'],
  InAppADImpr: ['ad_impression', 'in_app_ad_impr'],
  LoanApplication: ['loan_application'],
  LoanApproval: ['loan_approval'],
  LoanDisbursal: ['loan_disbursal'],
  Lead: ['lead', 'submit_form'],
  Contact: ['contact'],
  Schedule: ['schedule'],
  FindLocation: ['find_location'],
  CustomizeProduct: ['customize_product'],
  SubmitApplication: ['submit_application'],
  ApplicationApproval: ['application_approval'],
  Download: ['download'],
};

/** Stages of a lead in GA4's words: on the CRM side, where every name is custom, they are reported under their own names. */
const LEAD_STAGES = ['qualify_lead', 'working_lead', 'close_convert_lead', 'disqualify_lead', 'close_unconvert_lead'] as const;

function onEverySource(name: string | null): EventTargets {
  const on = (source: EventSource): string | null => (name === null ? null : (standardNameOn(source, name) ?? null));
  return { web: on('web'), app: on('app'), offline: on('offline'), crm: on('crm') };
}

function defaultMap(): Map<string, EventTargets> {
  const map = new Map<string, EventTargets>();
  for (const [name, event] of Object.entries(DEFAULT_EVENT_MAP)) map.set(name, onEverySource(event));
  for (const [event, names] of Object.entries(IN_APP_EVENTS)) for (const name of names) map.set(name, onEverySource(event));
  for (const name of LEAD_STAGES) map.set(name, { ...(map.get(name) ?? onEverySource(null)), crm: name });
  for (const name of CURRENT_NAMES) map.set(name, onEverySource(name));
  for (const [former, name] of FORMER_NAMES) map.set(former, onEverySource(name));
  for (const name of RETIRED_NAMES) map.set(name, onEverySource(null));
  return map;
}

/**
 * What incoming names mean to TikTok: GA4's recommended and automatic events, in-app SDKs' names, and TikTok's own names, former ones too.
 * Names are case-sensitive.
 */
export const DEFAULT_MAP: ReadonlyMap<string, EventTargets> = defaultMap();

/** The default map as rows, for people and for `--json`. */
export function defaultMapRows(): readonly { readonly name: string; readonly targets: EventTargets }[] {
  return [...DEFAULT_MAP].map(([name, targets]) => ({ name, targets })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether TikTok knows an event of that name on any source. */
export function hasTarget(targets: EventTargets): boolean {
  return EVENT_SOURCES.some((source) => targets[source] !== null);
}
