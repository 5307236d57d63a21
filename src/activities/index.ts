import type { OnboardingActivities } from '../contract/onboarding-activities.js';
import { createAdvertiserAccountActivities } from './advertiser-account.js';
import { createBillingActivities } from './billing.js';
import { createBusinessCenterLists } from './business-center-lists.js';
import { createBusinessVerificationActivities } from './business-verification.js';
import { cancellable } from './cancellable.js';
import { createCatalogActivities } from './catalog.js';
import { createConversionEventsActivities } from './conversion-events.js';
import { createCreativePolicyActivities } from './creative-policy.js';
import { type ActivityDependencies, DEFAULT_RECONCILE } from './dependencies.js';
import { createEventAlignmentActivities } from './event-alignment.js';
import { createEventSetActivities } from './event-sets.js';
import { failing } from './failing.js';
import { createLaunchCheckActivities } from './launch-check.js';
import { createPixelActivities } from './pixel.js';
import { createSparkAdsActivities } from './spark-ads.js';
import { createTikTokAccountActivities } from './tiktok-account.js';
import { createUndoActivities } from './undo.js';

type Given = Omit<ActivityDependencies, 'lists' | 'reconcile'> & {
  readonly reconcile?: ActivityDependencies['reconcile'];
  /** Ends when the worker does. */
  readonly closing?: AbortSignal;
};

/** The activities of the checklist, over one TikTok client and one database; every error they throw is a failure of the table. */
export function createOnboardingActivities({ reconcile = DEFAULT_RECONCILE, closing, ...rest }: Given): OnboardingActivities {
  const lists = createBusinessCenterLists(rest.tiktok, closing);
  const deps: ActivityDependencies = { ...rest, tiktok: cancellable(rest.tiktok), lists, reconcile };
  return failing({
    ...createAdvertiserAccountActivities(deps),
    ...createBusinessVerificationActivities(deps),
    ...createTikTokAccountActivities(deps),
    ...createPixelActivities(deps),
    ...createCatalogActivities(deps),
    ...createConversionEventsActivities(deps),
    ...createEventAlignmentActivities(deps),
    ...createEventSetActivities(deps),
    ...createBillingActivities(deps),
    ...createCreativePolicyActivities(deps),
    ...createSparkAdsActivities(deps),
    ...createLaunchCheckActivities(deps),
    ...createUndoActivities(deps),
  });
}
