import type { KeyEvent, Tenant } from '../contract/tenant.js';
import { DEFAULT_MAP } from './events/default-map.js';
import { CURRENT_NAMES, FORMER_NAMES as EVERY_FORMER_NAME } from './events/names.js';
import { DEFAULT_EVENT_MAP, EVENTS_OF_OBJECTIVE, FORMER_NAMES, WEB_EVENTS, type WebEvent } from './standard-events.js';

export { DEFAULT_EVENT_MAP, WEB_EVENTS, type WebEvent } from './standard-events.js';

export interface MappedEvent {
  readonly ga4: string;
  readonly event: WebEvent;
  /** The ad group's optimization_event; null where TikTok documents none. */
  readonly optimizationEvent: string | null;
  readonly source: KeyEvent['source'];
}

function isWebEvent(name: string): name is WebEvent {
  return Object.hasOwn(WEB_EVENTS, name);
}

function tiktokEventOf(keyEvent: KeyEvent): WebEvent | undefined {
  const named = keyEvent.tiktokEvent;
  if (named !== undefined) return isWebEvent(named) ? named : ownValue(FORMER_NAMES, named);
  return ownValue(DEFAULT_EVENT_MAP, keyEvent.name) ?? meaningOf(keyEvent.name);
}

/** What the event map sends such a name as. TikTok's own names are left out: as GA4 key events they are most likely miswritten ones. */
function meaningOf(name: string): WebEvent | undefined {
  if (CURRENT_NAMES.has(name) || EVERY_FORMER_NAME.has(name)) return undefined;
  const event = DEFAULT_MAP.get(name)?.web ?? undefined;
  return event !== undefined && isWebEvent(event) ? event : undefined;
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** What cannot work, and where: at a key event by its place in the list, or at the optimisation event. */
export interface EventProblem {
  readonly at: 'optimisation_event' | { readonly keyEvent: number; readonly field: 'name' | 'tiktok_event' | 'source' | 'rule' };
  readonly text: string;
  readonly allowed?: readonly string[];
  /** What was written where one of `allowed` belongs. */
  readonly written?: string;
  /** True when it can only be told once every key event maps. */
  readonly afterMapping?: true;
}

type Wanted = Pick<Tenant, 'objectives' | 'optimisationEvent'>;

function optimisationProblems({ objectives, optimisationEvent }: Wanted, mapped: readonly MappedEvent[]): EventProblem[] {
  const at = 'optimisation_event';
  const wanted = ownValue(FORMER_NAMES, optimisationEvent) ?? optimisationEvent;
  if (!isWebEvent(wanted)) {
    const text = `optimisation event ${optimisationEvent} is a custom event; TikTok optimises for standard events only`;
    return [{ at, text, allowed: Object.keys(WEB_EVENTS), written: optimisationEvent }];
  }
  const problems = objectives.flatMap((objective): EventProblem[] => {
    const allowed = ownValue(EVENTS_OF_OBJECTIVE, objective);
    if (!allowed || allowed.has(wanted)) return [];
    return [{ at, text: `${wanted} cannot be optimised for under ${objective}`, allowed: [...allowed] }];
  });
  if (!mapped.some((event) => event.event === wanted)) {
    problems.push({
      at,
      text: `optimisation event ${wanted} is not among the mapped key events`,
      allowed: [...new Set(mapped.map((event) => event.event))],
      afterMapping: true,
    });
  }
  return problems;
}

function unmapped(keyEvent: KeyEvent, index: number): EventProblem {
  if (keyEvent.tiktokEvent !== undefined) {
    const text = `key event ${keyEvent.name} names ${keyEvent.tiktokEvent}, which is no TikTok standard event of the web`;
    return { at: { keyEvent: index, field: 'tiktok_event' }, text, allowed: Object.keys(WEB_EVENTS), written: keyEvent.tiktokEvent };
  }
  const text = `key event ${keyEvent.name} maps to no TikTok standard event; name one in tiktok_event`;
  const recommended = keyEvent.name.toLowerCase();
  const miswritten = recommended !== keyEvent.name && Object.hasOwn(DEFAULT_EVENT_MAP, recommended);
  return miswritten
    ? {
        at: { keyEvent: index, field: 'name' },
        text: `${text} (GA4 tells ${keyEvent.name} from ${recommended})`,
        allowed: [recommended],
        written: keyEvent.name,
      }
    : { at: { keyEvent: index, field: 'tiktok_event' }, text, allowed: Object.keys(WEB_EVENTS) };
}

function keyEventProblems(keyEvent: KeyEvent, index: number, event: WebEvent, mapped: readonly MappedEvent[]): EventProblem[] {
  const problems: EventProblem[] = [];
  const other = mapped.find((earlier) => earlier.event === event && earlier.source !== keyEvent.source);
  if (other) {
    const text = `${event} would be sent by ${other.source} (${other.ga4}) and ${keyEvent.source} (${keyEvent.name}); one source per event`;
    problems.push({ at: { keyEvent: index, field: 'source' }, text, allowed: [other.source] });
  }
  const byRule = keyEvent.source === 'pixel_rule';
  if (byRule && !keyEvent.rule)
    problems.push({ at: { keyEvent: index, field: 'rule' }, text: `key event ${keyEvent.name} has the source pixel_rule but no rule` });
  if (byRule && WEB_EVENTS[event] === null) {
    const text = `TikTok documents no pixel rule for ${event} (${keyEvent.name}); the site's code or the Events API must send it`;
    problems.push({ at: { keyEvent: index, field: 'source' }, text, allowed: ['site', 'events_api'] });
  }
  if (!byRule && keyEvent.rule) {
    problems.push({
      at: { keyEvent: index, field: 'rule' },
      text: `key event ${keyEvent.name} has a rule, but the source ${keyEvent.source} sends it; one source per event`,
    });
  }
  return problems;
}

/**
 * Maps a tenant's GA4 key events to TikTok's, one source per event, and names everything that cannot work, in words (`problems`) and by
 * its place (`located`).
 */
export function mapKeyEvents(tenant: Pick<Tenant, 'ga4' | 'objectives' | 'optimisationEvent'>): {
  readonly mapped: readonly MappedEvent[];
  readonly problems: readonly string[];
  readonly located: readonly EventProblem[];
} {
  const located: EventProblem[] = [];
  const mapped: MappedEvent[] = [];
  for (const [index, keyEvent] of tenant.ga4.keyEvents.entries()) {
    const event = tiktokEventOf(keyEvent);
    if (event === undefined) {
      located.push(unmapped(keyEvent, index));
      continue;
    }
    located.push(...keyEventProblems(keyEvent, index, event, mapped));
    mapped.push({ ga4: keyEvent.name, event, optimizationEvent: WEB_EVENTS[event], source: keyEvent.source });
  }
  located.push(...optimisationProblems(tenant, mapped));
  const problems = located.map(({ text, allowed }) => (allowed && allowed.length > 0 ? `${text}; possible: ${allowed.join(', ')}` : text));
  return { mapped, problems, located };
}
