import type { StepStatus } from '../contract/status.js';

/** How a step stands in the words of a checklist that people know from payment onboarding. */
export const STANDINGS = [
  'past due',
  'error',
  'currently due',
  'pending',
  'in progress',
  'upcoming',
  'complete',
  'not needed',
  'undone',
] as const;
export type Standing = (typeof STANDINGS)[number];

/** `currently due` is Kobi's to do; `pending` lies with the client or TikTok; what was expected earlier than now is `past due`. */
export function standingOf(step: Pick<StepStatus, 'state' | 'ball' | 'expectedBy'>, now: Date): Standing {
  switch (step.state) {
    case 'parked':
      return 'error';
    case 'waiting_on':
      if (step.expectedBy !== null && Date.parse(step.expectedBy) < now.getTime()) return 'past due';
      return step.ball === 'kobi' ? 'currently due' : 'pending';
    case 'running':
      return 'in progress';
    case 'waiting':
      return 'upcoming';
    case 'done':
      return 'complete';
    case 'skipped':
      return 'not needed';
    case 'undone':
      return 'undone';
  }
}
