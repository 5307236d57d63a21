import type { SimulatorState, TrackedEvent } from './entities.js';

const MINUTE_MS = 60_000;
/** Pixel and server: within this time the second copy is merged into the first (facts 4.3). */
const MERGE_MS = 5 * MINUTE_MS;
/** Until then the second copy of a key is dropped. */
const WINDOW_MS = 48 * 60 * MINUTE_MS;
const KEPT = 100_000;
const FORGOTTEN_AT_ONCE = 10_000;

function keyOf({ sourceId, source, event, eventId, testEventCode }: TrackedEvent): string {
  return JSON.stringify([source, sourceId, event, eventId, testEventCode]);
}

/** The counted event of each key, made from the list when a state was read from a file. */
const counted = new WeakMap<readonly TrackedEvent[], Map<string, TrackedEvent>>();

function countedOf(state: SimulatorState): Map<string, TrackedEvent> {
  const known = counted.get(state.trackedEvents);
  if (known) return known;
  const first = state.trackedEvents.filter(({ fate, eventId }) => fate === 'counted' && eventId !== '');
  const made = new Map(first.map((event) => [keyOf(event), event]));
  counted.set(state.trackedEvents, made);
  return made;
}

/**
 * Takes an event of the browser's pixel or of the Events API, and decides whether it counts (facts 4.3): the same pixel, name and id count
 * once within 48 hours; the other channel's copy is merged within 5 minutes and dropped later. Without an id every event counts.
 */
export function trackEvent(state: SimulatorState, arrived: Omit<TrackedEvent, 'fate'>): TrackedEvent {
  const event: TrackedEvent = { ...arrived, fate: 'counted' };
  const known = countedOf(state);
  const first = event.eventId === '' ? undefined : known.get(keyOf(event));
  if (first && event.receivedAt - first.receivedAt < WINDOW_MS) {
    const other = first.channel !== event.channel;
    event.fate = other && event.receivedAt - first.receivedAt < MERGE_MS ? 'merged' : 'dropped';
  } else if (event.eventId !== '') {
    known.set(keyOf(event), event);
  }
  state.trackedEvents.push(event);
  if (state.trackedEvents.length > KEPT) {
    for (const old of state.trackedEvents.splice(0, FORGOTTEN_AT_ONCE)) if (known.get(keyOf(old)) === old) known.delete(keyOf(old));
  }
  return event;
}

/** One event as TikTok counts it, with every copy that came in. */
export interface CountedEvent {
  readonly sourceId: string;
  readonly source: string;
  readonly event: string;
  readonly eventId: string;
  readonly testEventCode: string;
  /** The channels whose copies made it: a copy that was dropped is not among them. */
  readonly channels: readonly TrackedEvent['channel'][];
  /** How many copies came in, dropped ones too. */
  readonly arrivals: number;
  readonly dropped: number;
  /** Simulated time of the first, ISO 8601. */
  readonly at: string;
}

/** What TikTok counts, oldest first. */
export function countedEvents(events: readonly TrackedEvent[], filter: { sourceId?: string | undefined } = {}): CountedEvent[] {
  const all: CountedEvent[] = [];
  const placeOf = new Map<string, number>();
  for (const event of events) {
    if (filter.sourceId !== undefined && event.sourceId !== filter.sourceId) continue;
    const key = keyOf(event);
    const place = event.fate === 'counted' ? undefined : placeOf.get(key);
    const first = place === undefined ? undefined : all[place];
    if (place === undefined || first === undefined) {
      const { sourceId, source, eventId, testEventCode, channel, receivedAt } = event;
      const at = new Date(receivedAt).toISOString();
      placeOf.set(key, all.length);
      all.push({ sourceId, source, event: event.event, eventId, testEventCode, channels: [channel], arrivals: 1, dropped: 0, at });
      continue;
    }
    const dropped = event.fate === 'dropped';
    const channels = dropped ? first.channels : [...new Set([...first.channels, event.channel])];
    all[place] = { ...first, channels, arrivals: first.arrivals + 1, dropped: first.dropped + (dropped ? 1 : 0) };
  }
  return all;
}
