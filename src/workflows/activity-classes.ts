import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { LedgerActivities, OnboardingActivities } from '../contract/onboarding-activities.js';
import type { OnboardingSettings } from '../contract/settings.js';

const HOUR = 3_600_000;

/**
 * The classes of activities, one place for their time-outs and retries. Totals are long because a step waits through an outage
 * of all workers unaided. How often one may fail is counted by the activities themselves, which know the attempts that only waited for
 * a slot of the rate limit; the server cannot tell them apart.
 */
export function activityClasses(timeouts: OnboardingSettings['timeouts']) {
  return {
    /** Reads: fast retries, many. */
    read: proxyActivities<OnboardingActivities>({
      startToCloseTimeout: timeouts.readMs,
      scheduleToCloseTimeout: 24 * HOUR,
      retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 60_000 },
    }),
    /**
     * Writes that may be repeated without harm. Whoever stops one waits for its end: what takes it back must come after it, and what
     * runs it again must not run beside it.
     */
    write: proxyActivities<OnboardingActivities>({
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      startToCloseTimeout: timeouts.writeMs,
      scheduleToCloseTimeout: 24 * HOUR,
      retry: { initialInterval: 2_000, backoffCoefficient: 2, maximumInterval: 120_000 },
    }),
    /** Writes that cost or cannot be taken back: one attempt; an unknown outcome is reconciled by reading. */
    irreversible: proxyActivities<OnboardingActivities>({
      startToCloseTimeout: timeouts.irreversibleMs,
      scheduleToCloseTimeout: 24 * HOUR,
      retry: { maximumAttempts: 1 },
    }),
    /** Reads spread over 90 s that settle what an irreversible write did. */
    reconcile: proxyActivities<OnboardingActivities>({
      startToCloseTimeout: timeouts.reconcileMs,
      scheduleToCloseTimeout: 24 * HOUR,
      heartbeatTimeout: 30_000,
      retry: { initialInterval: 2_000, backoffCoefficient: 2, maximumInterval: 60_000 },
    }),
    /**
     * Our own database. Not local activities, although they are quick: a query that arrives while one is in flight, or two in flight
     * at once, make the SDK's core resolve them in another order on replay than when they ran, and the run could never go on.
     */
    ledger: proxyActivities<LedgerActivities>({
      startToCloseTimeout: 10_000,
      scheduleToCloseTimeout: 30 * 24 * HOUR,
      retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: 15_000 },
    }),
  };
}

export type ActivityClasses = ReturnType<typeof activityClasses>;
