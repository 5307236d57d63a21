import type { OnboardingStateName } from '../../../contract/checklist.js';

/** The state of an onboarding as a sentence begins. */
export const SAYS_OF_STATE: Readonly<Record<OnboardingStateName, string>> = {
  running: 'At work',
  waiting: 'Waiting',
  parked: 'Needs mending',
  paused: 'Paused',
  live: 'Live',
  cancelling: 'Being cancelled',
  cancelled: 'Cancelled',
};
