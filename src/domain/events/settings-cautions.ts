import { EVENT_SOURCES } from '../../contract/events.js';
import type { EventSettings } from './event-settings.js';
import { destinationOf } from './prepared-map.js';

/** Settings to compare with, and how a sentence names them. */
export interface Compared {
  readonly settings: EventSettings;
  /** Such as `version 2`. */
  readonly called: string;
}

/**
 * What somebody should know of settings that are in order and may still not be meant: a test code that keeps every real event out of all
 * reports, and destinations other than those that counted.
 */
export function settingsCautions(settings: EventSettings, compared?: Compared): string[] {
  const test = settings.test_event_code;
  const moved = EVENT_SOURCES.flatMap((source) => {
    const before = compared && destinationOf(compared.settings, source)?.event_source_id;
    const now = destinationOf(settings, source)?.event_source_id;
    if (!compared || before === undefined || before === now) return [];
    const gone = `destinations.${source}: is left out, so events from ${source} are refused; in ${compared.called} it is ${before}`;
    const follow = 'what waits for it follows with kobi events move SLUG --as PERSON --reason TEXT';
    return [
      now === undefined
        ? gone
        : `destinations.${source}: events from ${source} go to ${now}; in ${compared.called} it is ${before}; ${follow}`,
    ];
  });
  return [
    ...(test === undefined
      ? []
      : [`test_event_code: every event goes as a test event (${test}) and counts in no report; take it out when the test is over`]),
    ...moved,
  ];
}
