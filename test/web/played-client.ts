import type { OnboardingClient } from '../../src/cli/onboarding-client.js';

const never = (): Promise<never> => Promise.reject(new Error('nobody said what the run answers to that'));

/** Onboardings whose runs are not there: whoever plays them says what they answer; everything else is refused. */
export function playedClient(parts: Partial<OnboardingClient>): OnboardingClient {
  return {
    start: never,
    status: never,
    evidence: never,
    exhibits: never,
    decide: never,
    envelope: never,
    retry: never,
    skip: never,
    pause: never,
    resume: never,
    cancel: never,
    amend: never,
    previewAmend: never,
    provide: never,
    ...parts,
  };
}
