/**
 * Conversion events: what comes in, what is decided about each, and what `event/track` is sent. Facts of TikTok: tiktok-api 4.2 and 4.3,
 * ga4-events 2 to 5. Names on the wire are TikTok's and GA4's, so they are snake_case here too.
 */
import type { DropReason, EventNoteCode, EventReason, RejectReason } from './event-reasons.js';

/** TikTok's `event_source`. */
export const EVENT_SOURCES = ['web', 'app', 'offline', 'crm'] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

/** Bytes of one event as JSON; our own limit, far above what 200 items need. */
export const MAX_EVENT_BYTES = 65_536;
/** Items of one event (GA4's limit). */
export const MAX_ITEMS = 200;
/** Events of one request; with more, TikTok refuses all of them (facts 4.2). */
export const MAX_EVENTS_PER_REQUEST = 1_000;

/**
 * One event as a sender hands it in. It is read field by field (`judgeEvent`), because each fault has a reason of its own; unknown fields
 * are ignored and never sent on.
 */
export interface RawEvent {
  /** GA4's name, the name of an in-app SDK, or TikTok's own; capitals count. */
  readonly name: string;
  /** The same as the browser pixel's, and the same at every attempt. */
  readonly event_id?: string | number;
  /** ISO 8601, or Unix time in seconds, milliseconds or microseconds; left out: the moment of arrival (web and app only). */
  readonly timestamp?: string | number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
  /** Where it comes from; left out: the settings' `default_source`. */
  readonly source?: EventSource;
  /** Google's consent flags (`ad_user_data`, `ad_storage`, `ad_personalization`: granted, denied), or one true or false for all. */
  readonly consent?: boolean | Readonly<Record<string, unknown>>;
  /** Asks TikTok to use the data in a limited way; web and app. */
  readonly limited_data_use?: boolean;
  /** App events: which ad it is attributed to, as an attribution provider says. */
  readonly ad?: Readonly<Record<string, unknown>>;
}

/** In all of these, undefined is a field that is not sent: JSON leaves it out. */
export interface TrackContent {
  readonly content_id?: string | undefined;
  readonly content_name?: string | undefined;
  readonly content_category?: string | undefined;
  readonly brand?: string | undefined;
  /** Of one unit, in currency units. */
  readonly price?: number | undefined;
  readonly quantity?: number | undefined;
}

export interface TrackProperties {
  readonly currency?: string | undefined;
  /** The total in currency units, with no more decimals than the currency has. */
  readonly value?: number | undefined;
  readonly contents?: readonly TrackContent[] | undefined;
  readonly content_ids?: readonly string[] | undefined;
  readonly content_type?: 'product' | 'product_group' | undefined;
  readonly num_items?: number | undefined;
  readonly search_string?: string | undefined;
  readonly description?: string | undefined;
  readonly order_id?: string | undefined;
  readonly shop_id?: string | undefined;
}

/** E-mail, phone and external_id are SHA-256 in lower-case hex. */
export interface TrackUser {
  readonly email?: string | readonly string[] | undefined;
  readonly phone?: string | readonly string[] | undefined;
  readonly external_id?: string | readonly string[] | undefined;
  readonly ttclid?: string | undefined;
  readonly ttp?: string | undefined;
  readonly ip?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly locale?: string | undefined;
  readonly idfa?: string | undefined;
  readonly idfv?: string | undefined;
  readonly gaid?: string | undefined;
  readonly att_status?: string | undefined;
}

/** One element of `data` (facts 4.2). */
export interface TrackEvent {
  readonly event: string;
  /** Unix seconds. */
  readonly event_time: number;
  /** Not for app events, where TikTok has no such field. */
  readonly event_id?: string | undefined;
  readonly user: TrackUser;
  readonly properties?: TrackProperties | undefined;
  readonly page?: { readonly url: string; readonly referrer?: string | undefined } | undefined;
  readonly app?: { readonly app_id: string; readonly app_name?: string | undefined; readonly app_version?: string | undefined } | undefined;
  /** TikTok's trap: `ad_id` means the ad group, `creative_id` the ad. */
  readonly ad?: Readonly<Record<string, string | boolean>> | undefined;
  readonly lead?: { readonly lead_id: string; readonly lead_event_source?: string | undefined } | undefined;
  readonly limited_data_use?: boolean | undefined;
}

/** Where events go together; test and real ones never in one request, so the test code is part of it. */
export interface TrackDestination {
  readonly event_source: EventSource;
  readonly event_source_id: string;
  readonly test_event_code?: string | undefined;
}

/** The body of `POST event/track`. */
export interface TrackRequest extends TrackDestination {
  readonly data: readonly TrackEvent[];
}

export interface EventNote {
  readonly code: EventNoteCode;
  readonly field: string;
}

interface Judged {
  /** The name that came in; null where it is missing or must not be shown. */
  readonly name: string | null;
  readonly event_id: string | null;
  readonly source: EventSource | null;
}

/** What is decided about one event. */
export type EventVerdict =
  | (Judged & {
      readonly verdict: 'send';
      /** TikTok's name. */
      readonly event: string;
      /** False for a custom event: it can be reported, but not optimised for. */
      readonly standard: boolean;
      readonly payload: TrackRequest;
      readonly notes: readonly EventNote[];
    })
  | (Judged & { readonly verdict: 'unmapped'; readonly suggestion: string; readonly near: string | null })
  | (Judged & EventReason & { readonly verdict: 'reject'; readonly reason: RejectReason; readonly field: string })
  | (Judged & EventReason & { readonly verdict: 'drop'; readonly reason: DropReason });
