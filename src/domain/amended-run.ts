import type { OnboardingSettings } from '../contract/settings.js';
import type { StepId } from '../contract/checklist.js';
import type { Tenant } from '../contract/tenant.js';
import { affectedSteps, forgetOutdated, skipsThatStay, tenantHash } from './amend.js';
import type { OnboardingState } from './onboarding-state.js';

/**
 * The state from which an amendment of a live tenant starts: what the change affects waits to run again, everything else stays as it
 * was when the tenant went live. Nothing that was there before is undone when this run is cancelled.
 *
 * @param now ISO 8601
 * @returns no steps when nothing that a step reads differs
 */
export function amendedState(
  live: OnboardingState,
  tenant: Tenant,
  settings: OnboardingSettings,
  startedBy: string,
  now: string,
): { readonly state: OnboardingState; readonly steps: readonly StepId[] } {
  const stay = skipsThatStay(live.steps, live.tenant, tenant);
  const steps = affectedSteps(live.tenant, tenant).filter((step) => !stay.includes(step));
  const state = structuredClone(live);
  for (const step of steps) {
    state.steps[step] = {
      ...state.steps[step],
      state: 'waiting',
      ball: null,
      since: now,
      expectedBy: null,
      failure: null,
      skippedBy: null,
      note: 'waits to run again after the amendment',
    };
  }
  forgetOutdated(state.progress, live.tenant, tenant);
  return {
    state: {
      ...state,
      tenant,
      settings,
      startedBy,
      startedAt: now,
      tenantHash: tenantHash(tenant),
      phase: 'open',
      paused: false,
      undos: [],
      leftBehind: [],
      verbs: {},
      version: 0,
    },
    steps,
  };
}
