import type { OnboardingActivities } from '../../src/contract/onboarding-activities.js';
import { fundingEvidence } from '../../src/domain/evidence.js';
import { advertiserName } from '../../src/domain/naming.js';

type Transfer = Parameters<OnboardingActivities['transferFunds']>[0];

/** An initial funding below the threshold of 1,000 EUR, as the workflow hands it to the activity. */
export function fundingOf(of: { slug: string; bcId: string; advertiserId: string }, amountMinor = 50_000): Transfer {
  const evidence = fundingEvidence({
    advertiserId: of.advertiserId,
    advertiserName: advertiserName(of.slug),
    bcId: of.bcId,
    currency: 'EUR',
    amountMinor,
    budgetCapMinor: null,
    thresholdMinor: 100_000,
    paymentModel: 'NON_SHARED',
  });
  return { ...of, intentKey: 'initial_funding', amountMinor, currency: 'EUR', approvedHash: null, evidence, dailyLimitMinor: null };
}
