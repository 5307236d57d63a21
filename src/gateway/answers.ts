import type { EventAnswer } from '../events/intake.js';

/** What one message of a request became. */
export type MessageAnswer =
  | EventAnswer
  | { readonly id: null; readonly event_id: string | null; readonly status: 'ignored'; readonly sentence: string };

const OUTCOMES = ['accepted', 'repeated', 'unmapped', 'refused', 'dropped', 'ignored'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export function outcomeOf(answer: MessageAnswer): Outcome {
  return answer.status === 'accepted' && answer.repeated ? 'repeated' : answer.status;
}

/** How many messages became what; every outcome is named, also those of none. */
export function outcomeCounts(answers: readonly MessageAnswer[]): Record<Outcome, number> {
  const counts = { accepted: 0, repeated: 0, unmapped: 0, refused: 0, dropped: 0, ignored: 0 };
  for (const answer of answers) counts[outcomeOf(answer)] += 1;
  return counts;
}
