import { EVENT_SOURCES, type EventSource } from '../../../contract/events.js';
import type { Fields } from '../plain-values.js';

/** One message of a sender in our words, to be judged; or one that is no event at all. */
export type FormMessage =
  | { readonly kind: 'event'; readonly event: unknown }
  | { readonly kind: 'ignored'; readonly event_id: string | null; readonly sentence: string };

export type FormRead =
  | { readonly ok: true; readonly messages: readonly FormMessage[] }
  /** The body as a whole is not of this form. */
  | { readonly ok: false; readonly field: string; readonly sentence: string };

/** A pure translator of one sender's form. */
export type Form = (body: unknown) => FormRead;

/** Without the fields that say nothing, so that a translated event reads like one that was written by hand. */
export function said(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''));
}

export function sourceNamed(text: string): EventSource | undefined {
  return EVENT_SOURCES.find((source) => source === text);
}
