import type { CountryCode } from 'libphonenumber-js/min';
import { type EventSettingsFile, eventSettingsSchema } from '../../contract/event-settings.js';
import { EVENT_SOURCES, type EventSource } from '../../contract/events.js';
import { fault, type Fault } from '../faults.js';
import { schemaFaults } from '../schema-faults.js';
import { EVENT_CURRENCIES } from './currencies.js';
import { DEFAULT_MAP, hasTarget } from './default-map.js';
import { phoneCountry } from './identifiers.js';
import { CURRENT_NAMES, currentName, FORMER_NAMES, standardNameOn } from './names.js';
import { optimisationFindings } from './optimisation.js';

export type EventSettings = EventSettingsFile;

const SOURCE_NAMES = [...CURRENT_NAMES];

/** A name that a map entry gives: a standard event of the source, former names included; anything goes to CRM. */
function targetFault(path: readonly (string | number)[], source: EventSource, written: string): Fault[] {
  if (standardNameOn(source, currentName(written)) !== undefined) return [];
  const allowed = SOURCE_NAMES.filter((name) => standardNameOn(source, name) !== undefined);
  return [fault(path, `names ${written}, which is no TikTok standard event of ${source}`, { allowed, written })];
}

function mapFaults(settings: EventSettings): Fault[] {
  return Object.entries(settings.map).flatMap(([name, target]) => {
    if (typeof target === 'string') {
      const known = EVENT_SOURCES.some((source) => source !== 'crm' && standardNameOn(source, currentName(target)) !== undefined);
      if (known) return [];
      const text = `names ${target}, which is no TikTok standard event; \`accept\` sends ${name} as a custom event`;
      return [fault(['map', name], text, { allowed: [...SOURCE_NAMES, ...FORMER_NAMES.keys()], written: target })];
    }
    return EVENT_SOURCES.flatMap((source) => {
      const written = target[source];
      return written === undefined ? [] : targetFault(['map', name, source], source, written);
    });
  });
}

function listFaults({ map, accept, ignore }: EventSettings): Fault[] {
  const faults: Fault[] = [];
  for (const [index, name] of accept.entries()) {
    const known = DEFAULT_MAP.get(name);
    if (Object.hasOwn(map, name)) faults.push(fault(['accept', index], `is under map already; keep one`));
    else if (ignore.includes(name)) faults.push(fault(['accept', index], 'is under ignore too; keep one'));
    else if (known && hasTarget(known))
      faults.push(fault(['accept', index], 'has a TikTok standard event in the default map; leave it out here'));
  }
  for (const [index, name] of ignore.entries())
    if (Object.hasOwn(map, name)) faults.push(fault(['ignore', index], 'is under map too; keep one'));
  return faults;
}

function otherFaults({ country, currency, destinations, default_source, accept, optimisation }: EventSettings): Fault[] {
  const faults: Fault[] = [];
  if (country !== undefined && !phoneCountry(country)) faults.push(fault(['country'], 'is no country with phone numbers of its own'));
  if (currency !== undefined && !EVENT_CURRENCIES.has(currency))
    faults.push(fault(['currency'], 'is no currency that TikTok takes in events', { allowed: [...EVENT_CURRENCIES], written: currency }));
  if (Object.keys(destinations).length > 0 && !destinations[default_source])
    faults.push(
      fault(['default_source'], `is ${default_source}, which has no entry under destinations`, { allowed: Object.keys(destinations) }),
    );
  if (default_source === 'offline' && accept.length > 0)
    faults.push(fault(['accept'], 'cannot serve offline events: TikTok takes only standard events there; use map'));
  if (optimisation) {
    const { event, objective, source, by_value: byValue } = optimisation;
    const impossible = optimisationFindings({ event, objective, source, byValue }).filter(({ kind }) => kind === 'impossible');
    faults.push(
      ...impossible.map(({ text, allowed }) => fault(['optimisation', 'event'], text, { ...(allowed ? { allowed } : {}), written: event })),
    );
  }
  return faults;
}

export type EventSettingsRead =
  | { readonly ok: true; readonly settings: EventSettings }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The settings without what has a fault, so that the other rules can speak too. */
function withoutFaulty(content: unknown, faults: readonly Fault[]): EventSettings | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const faulty = new Set(faults.map(({ path }) => path.split('.')[0]));
  const rest = eventSettingsSchema.safeParse(Object.fromEntries(Object.entries(content).filter(([key]) => !faulty.has(key))));
  return rest.success ? rest.data : undefined;
}

/** Checks settings as people wrote them, with every fault at once. */
export function eventSettings(content: unknown): EventSettingsRead {
  const parsed = eventSettingsSchema.safeParse(content);
  const faults = parsed.success ? [] : [...schemaFaults(eventSettingsSchema, content)];
  const settings = parsed.success ? parsed.data : withoutFaulty(content, faults);
  if (settings) {
    const own = [...mapFaults(settings), ...listFaults(settings), ...otherFaults(settings)];
    // What depends on a part with a fault cannot be told yet.
    faults.push(...own.filter(({ path }) => path !== 'default_source' || !faults.some((one) => one.path.startsWith('destinations'))));
  }
  return parsed.success && faults.length === 0 ? { ok: true, settings: parsed.data } : { ok: false, faults };
}

/** The default country for phone numbers without a country code. */
export function countryOf(settings: Pick<EventSettings, 'country'>): CountryCode | undefined {
  return phoneCountry(settings.country);
}
