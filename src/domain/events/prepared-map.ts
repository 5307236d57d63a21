import type { CountryCode } from 'libphonenumber-js/min';
import type { EventSource, TrackDestination } from '../../contract/events.js';
import { evidenceHash } from '../evidence.js';
import { DEFAULT_MAP, EVENT_MAP_VERSION } from './default-map.js';
import { countryOf, type EventSettings } from './event-settings.js';
import { currentName, PAGEVIEW, STANDARD_NAMES, standardNameOn } from './names.js';
import { createSuggestions, type Suggestion } from './unmapped.js';

export interface Target {
  readonly event: string;
  /** A custom event can be reported, but not optimised for. */
  readonly standard: boolean;
}

/** A tenant's event map, ready for many events: made once, every lookup in it is one step. */
export interface PreparedMap {
  readonly settings: EventSettings;
  /** The default map's version, and a mark of what the tenant overrules: `1` or `1+3fa4c21b`. */
  readonly version: string;
  readonly country: CountryCode | undefined;
  readonly ignored: ReadonlySet<string>;
  target(source: EventSource, name: string): Target | undefined;
  destination(source: EventSource): TrackDestination | undefined;
  /** What to do about a name without a target. */
  suggestion(source: EventSource, name: string): Suggestion;
}

/** The version of a tenant's map: answers of the ledger name it. */
export function mapVersion({ map, accept, ignore }: Pick<EventSettings, 'map' | 'accept' | 'ignore'>): string {
  const own = Object.keys(map).length + accept.length + ignore.length;
  const overrides = { map, accept: accept.toSorted(), ignore: ignore.toSorted() };
  return own === 0 ? String(EVENT_MAP_VERSION) : `${EVENT_MAP_VERSION}+${evidenceHash(overrides).slice(0, 8)}`;
}

function overruled(written: EventSettings['map'][string] | undefined, source: EventSource): string | undefined {
  if (typeof written === 'string') return standardNameOn(source, currentName(written));
  const own = written?.[source];
  return own === undefined ? undefined : standardNameOn(source, currentName(own));
}

function lookupOf({ map, accept }: EventSettings, source: EventSource): Map<string, Target> {
  const lookup = new Map<string, Target>();
  const set = (name: string, event: string | null): void => {
    if (event === null) lookup.delete(name);
    else lookup.set(name, { event, standard: STANDARD_NAMES[source].has(event) || (source === 'web' && event === PAGEVIEW) });
  };
  for (const [name, targets] of DEFAULT_MAP) set(name, targets[source]);
  for (const [name, written] of Object.entries(map)) {
    const event = overruled(written, source);
    // A name that is mapped to one event for all sources is not sent as another where TikTok lacks that event.
    if (event !== undefined || typeof written === 'string') set(name, event ?? null);
  }
  if (source !== 'offline') for (const name of accept) set(name, name);
  return lookup;
}

/** Where events of a source go by the settings; undefined where they name nothing for it. */
export function destinationOf({ destinations, test_event_code }: EventSettings, source: EventSource): TrackDestination | undefined {
  const { web, app, offline, crm } = destinations;
  const id = { web: web?.pixel_code, app: app?.tiktok_app_id, offline: offline?.event_set_id, crm: crm?.event_set_id }[source];
  if (id === undefined) return undefined;
  return { event_source: source, event_source_id: id, ...(test_event_code === undefined ? {} : { test_event_code }) };
}

/** Prepares a tenant's map and destinations. */
export function prepareMap(settings: EventSettings): PreparedMap {
  const each = <T>(make: (source: EventSource) => T): Record<EventSource, T> => ({
    web: make('web'),
    app: make('app'),
    offline: make('offline'),
    crm: make('crm'),
  });
  const lookups = each((source) => lookupOf(settings, source));
  const destinations = each((source) => destinationOf(settings, source));
  const suggestions = each((source) => createSuggestions(source, [...lookups[source].keys()], (name) => lookups[source].get(name)?.event));
  return {
    settings,
    version: mapVersion(settings),
    country: countryOf(settings),
    ignored: new Set(settings.ignore),
    target: (source, name) => lookups[source].get(name),
    destination: (source) => destinations[source],
    suggestion: (source, name) => suggestions[source](name),
  };
}

/** A tenant's whole map as rows: every name that is known, and what it means on each source. */
export function mapRows(prepared: PreparedMap): { readonly name: string; readonly targets: Record<EventSource, string | null> }[] {
  const { settings, ignored } = prepared;
  const names = new Set([...DEFAULT_MAP.keys(), ...Object.keys(settings.map), ...settings.accept, ...settings.ignore]);
  const on = (source: EventSource, name: string): string | null =>
    ignored.has(name) ? null : (prepared.target(source, name)?.event ?? null);
  return [...names].toSorted().map((name) => ({
    name,
    targets: { web: on('web', name), app: on('app', name), offline: on('offline', name), crm: on('crm', name) },
  }));
}
