import type { OnboardingActivities } from '../contract/onboarding-activities.js';
import { createAdvertiserAccountActivities } from './advertiser-account.js';
import { createBillingActivities } from './billing.js';
import { createBusinessVerificationActivities } from './business-verification.js';
import { type ActivityDependencies, DEFAULT_RECONCILE } from './dependencies.js';
import { failing } from './failing.js';
import { createPixelActivities } from './pixel.js';

/** The activities of the checklist, over one TikTok client and one database; every error they throw is a failure of the table. */
export function createOnboardingActivities({ reconcile = DEFAULT_RECONCILE, ...rest }: Omit<ActivityDependencies, 'reconcile'> & { readonly reconcile?: ActivityDependencies['reconcile'] }) {
  const deps: ActivityDependencies = { ...rest, reconcile };
  return failing({
    ...createAdvertiserAccountActivities(deps),
    ...createBusinessVerificationActivities(deps),
    ...createPixelActivities(deps),
    ...createBillingActivities(deps),
  } satisfies Partial<OnboardingActivities>);
}
