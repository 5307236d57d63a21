import type { OnboardingState } from './onboarding-state.js';

/** A payload of Temporal holds at most 2 MiB, and an answer some hundred bytes. */
const VERBS_CARRIED = 500;

/**
 * What a run hands to the one that continues it: everything, but of the operators' verbs only the newest, for somebody may retry every few
 * minutes for weeks. Decisions are all kept: how many can be recorded is limited for each revision.
 */
export function carriedState(state: OnboardingState): OnboardingState {
  const verbs = Object.entries(state.verbs);
  return verbs.length <= VERBS_CARRIED ? state : { ...state, verbs: Object.fromEntries(verbs.slice(-VERBS_CARRIED)) };
}
