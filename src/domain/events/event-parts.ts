import type { RejectReason } from '../../contract/event-reasons.js';
import type { EventNote, EventSource, TrackEvent } from '../../contract/events.js';
import type { EventSettings } from './event-settings.js';
import { pageAddress, clickIdOf, sendableAddress } from './page.js';
import { type Fields, firstOf, isFields, saysNothing, textOf } from './plain-values.js';
import { holdsIdentifier } from './raw-identifiers.js';

type Parts = Pick<TrackEvent, 'page' | 'app' | 'ad' | 'lead'>;
type Read =
  | { readonly ok: true; readonly parts: Parts /** The click id in the page's address. */; readonly clickId: string | undefined }
  | { readonly ok: false; readonly reason: RejectReason; readonly field: string };

interface Context {
  readonly params: Fields;
  readonly user: Fields;
  readonly ad: unknown;
  readonly settings: EventSettings;
  readonly own: readonly string[];
  /** Whether ids of cookies may go. */
  readonly cookieIds: boolean;
  readonly notes: EventNote[];
}

const MAX_TEXT = 200;
const shortText = (value: unknown): string | undefined => {
  const text = textOf(value);
  return text !== undefined && text.length <= MAX_TEXT ? text : undefined;
};

function webParts({ params, settings, own, cookieIds, notes }: Context): Read {
  const written = firstOf(params, 'page_location', 'page_url', 'url');
  const { website } = settings.destinations.web ?? {};
  const field = 'params.page_location';
  if (written === undefined && website === undefined) return { ok: false, reason: 'page_url_missing', field };
  const page = pageAddress(written ?? website);
  if (!page) return { ok: false, reason: 'page_url_invalid', field };
  if (written === undefined) notes.push({ code: 'page_from_settings', field });
  const from = firstOf(params, 'page_referrer', 'referrer');
  const referrer = pageAddress(from);
  const { address: url, changed } = sendableAddress(written ?? website, own, cookieIds);
  const sent = referrer && sendableAddress(from, own, cookieIds);
  if (changed) notes.push({ code: 'identifier_removed', field });
  if (sent?.changed) notes.push({ code: 'identifier_removed', field: 'params.page_referrer' });
  return { ok: true, parts: { page: { url, referrer: sent?.address } }, clickId: clickIdOf(page, referrer) };
}

const AD_FIELDS = ['callback', 'campaign_id', 'ad_id', 'creative_id', 'attribution_type', 'attribution_provider'] as const;
const AD_FLAGS = ['is_retargeting', 'attributed'] as const;

/** What an attribution provider says of the ad; unknown fields are not passed on, nor what holds an identifier. */
function adPart(ad: Fields, own: readonly string[]): TrackEvent['ad'] {
  const part: Record<string, string | boolean> = {};
  for (const name of AD_FIELDS) {
    const text = textOf(ad[name]);
    if (text !== undefined && text.length <= 1_024 && !holdsIdentifier(text, own)) part[name] = text;
  }
  for (const name of AD_FLAGS) if (typeof ad[name] === 'boolean') part[name] = ad[name];
  return Object.keys(part).length > 0 ? part : undefined;
}

function appParts({ params, ad, settings, own }: Context): Read {
  const app = settings.destinations.app;
  const appId = shortText(params.app_id) ?? app?.app_id;
  if (appId === undefined) return { ok: false, reason: 'app_id_missing', field: 'params.app_id' };
  if (!saysNothing(ad) && !isFields(ad)) return { ok: false, reason: 'field_invalid', field: 'ad' };
  const about = {
    app_id: appId,
    app_name: shortText(params.app_name) ?? app?.app_name,
    app_version: shortText(params.app_version) ?? app?.app_version,
  };
  return { ok: true, parts: { app: about, ad: isFields(ad) ? adPart(ad, own) : undefined }, clickId: undefined };
}

function crmParts({ params, user, settings, own }: Context): Read {
  const leadId = shortText(firstOf(params, 'lead_id')) ?? shortText(firstOf(user, 'lead_id'));
  if (leadId === undefined) return { ok: false, reason: 'lead_id_missing', field: 'params.lead_id' };
  if (holdsIdentifier(leadId, own)) return { ok: false, reason: 'lead_id_personal', field: 'params.lead_id' };
  const source = shortText(params.lead_event_source) ?? settings.destinations.crm?.lead_event_source;
  return { ok: true, parts: { lead: { lead_id: leadId, lead_event_source: source } }, clickId: undefined };
}

/** The parts that only one source has, each required there (facts 4.2): the page of the web, the app, the lead of a CRM. */
export function eventParts(source: EventSource, context: Context): Read {
  switch (source) {
    case 'web':
      return webParts(context);
    case 'app':
      return appParts(context);
    case 'crm':
      return crmParts(context);
    case 'offline':
      return { ok: true, parts: {}, clickId: undefined };
  }
}
