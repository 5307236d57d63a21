import { MAX_EVENTS_PER_REQUEST, type TrackDestination, type TrackEvent, type TrackRequest } from '../../contract/events.js';

/** One event that is to be sent, with the place it goes to. */
export interface OutgoingEvent {
  readonly destination: TrackDestination;
  readonly event: TrackEvent;
}

/** The body of `event/track` for events of one destination. */
export function trackRequest(
  { event_source, event_source_id, test_event_code }: TrackDestination,
  data: readonly TrackEvent[],
): TrackRequest {
  return { event_source, event_source_id, ...(test_event_code === undefined ? {} : { test_event_code }), data };
}

/** The same as text, of events that are JSON already. */
export function trackRequestText(destination: TrackDestination, data: readonly string[]): string {
  const { data: _none, ...head } = trackRequest(destination, []);
  return `${JSON.stringify(head).slice(0, -1)},"data":[${data.join(',')}]}`;
}

/**
 * Requests for many events, in their order: one destination each, at most 1,000 events each, test and real events never in one.
 */
export function trackRequests(events: Iterable<OutgoingEvent>): TrackRequest[] {
  const groups = new Map<string, { destination: TrackDestination; data: TrackEvent[] }>();
  for (const { destination, event } of events) {
    const key = JSON.stringify([destination.event_source, destination.event_source_id, destination.test_event_code ?? null]);
    const group = groups.get(key);
    if (group) group.data.push(event);
    else groups.set(key, { destination, data: [event] });
  }
  return [...groups.values()].flatMap(({ destination, data }) =>
    Array.from({ length: Math.ceil(data.length / MAX_EVENTS_PER_REQUEST) }, (_, index) =>
      trackRequest(destination, data.slice(index * MAX_EVENTS_PER_REQUEST, (index + 1) * MAX_EVENTS_PER_REQUEST)),
    ),
  );
}
