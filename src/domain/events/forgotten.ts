import type { EventVerdict, TrackUser } from '../../contract/events.js';
import { DROP_REASONS } from '../../contract/event-reasons.js';

/** One identifier of a person, as events carry it: hashed. */
export interface HashedIdentifier {
  readonly field: 'email' | 'phone' | 'external_id';
  readonly hash: string;
}

function carries(user: TrackUser, { field, hash }: HashedIdentifier): boolean {
  const value = user[field];
  return typeof value === 'string' ? value === hash : value?.includes(hash) === true;
}

/** The verdict, or that the event stays here because somebody in it asked to be forgotten. */
export function unlessForgotten(verdict: EventVerdict, forgotten: readonly HashedIdentifier[]): EventVerdict {
  if (forgotten.length === 0 || verdict.verdict !== 'send') return verdict;
  if (!verdict.payload.data.some(({ user }) => forgotten.some((one) => carries(user, one)))) return verdict;
  const { name, event_id, source } = verdict;
  return { name, event_id, source, verdict: 'drop', reason: 'forgotten', ...DROP_REASONS.forgotten };
}
