import type { MatchKey } from '../../../domain/events/hour-facts.js';
import type { EventState } from '../../../store/event-tables.js';
import { durationText } from '../../layout/durations.js';

export const SAYS_OF_EVENT_STATE: Readonly<Record<EventState, string>> = {
  waiting: 'waiting',
  sent: 'acknowledged',
  parked: 'parked',
  refused: 'refused',
  unmapped: 'not mapped',
  dropped: 'stays here',
};

export const TONE_OF_EVENT_STATE: Readonly<Record<EventState, 'good' | 'bad' | 'wait' | 'soft'>> = {
  waiting: 'wait',
  sent: 'good',
  parked: 'bad',
  refused: 'bad',
  unmapped: 'wait',
  dropped: 'soft',
};

export const SAYS_OF_MATCH_KEY: Readonly<Record<MatchKey, string>> = {
  email: 'e-mail',
  phone: 'phone',
  external_id: 'external id',
  ttclid: 'click id (ttclid)',
  ttp: 'cookie id (ttp)',
  ip_and_browser: 'address and browser',
};

/** A length of time down to milliseconds, such as `250 ms` or `5 min`. */
export function shortTime(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : durationText(ms);
}

export function countText(count: number): string {
  return count.toLocaleString('en');
}

/** `81 % (9,123)` */
export function shareText(count: number, of: number): string {
  return of === 0 ? '–' : `${Math.round((count / of) * 100)} % (${countText(count)})`;
}
