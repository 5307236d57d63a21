import type { AccountReview, OnboardingActivities } from '../contract/onboarding-activities.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';

/** TikTok's account statuses (facts 3.3) as far as they end a review; every other one is still on its way. */
const REVIEW: Readonly<Record<string, AccountReview['review']>> = {
  STATUS_ENABLE: 'approved',
  STATUS_CONFIRM_FAIL: 'refused',
  STATUS_CONFIRM_FAIL_END: 'refused',
  STATUS_CONFIRM_MODIFY_FAIL: 'refused',
  STATUS_LIMIT: 'suspended',
  STATUS_DISABLE: 'suspended',
};

/** The account's review, and whether its verification is inherited. */
export function createBusinessVerificationActivities({
  tiktok,
}: Pick<ActivityDependencies, 'tiktok'>): Pick<OnboardingActivities, 'readAccountReview'> {
  return {
    async readAccountReview({ bcId, advertiserId }) {
      const { list } = await tiktok.advertiserInfo({
        advertiser_ids: [advertiserId],
        fields: ['advertiser_id', 'status', 'rejection_reason'],
      });
      const account = list.find((row) => row.advertiser_id === advertiserId);
      if (!account) throw stepFailure('tiktok_not_found', `TikTok does not show the advertiser ${advertiserId}`);
      const review = REVIEW[account.status] ?? 'pending';
      const base = { status: account.status, review, rejectionReason: account.rejection_reason ?? '' };
      if (review === 'pending') return { ...base, verificationStatus: '', inherited: false, qualificationId: '' };

      // Inherited: the Business Center is VERIFIED and the account was made with a VERIFIED qualification (design, section 3).
      const [own, center] = await Promise.all([
        tiktok.verificationStatus({ advertiser_id: advertiserId }),
        tiktok.verificationStatus({ bc_id: bcId }),
      ]);
      const qualificationId = own.qualification_id ?? '';
      const verified = center.verification_status === 'VERIFIED' && own.verification_status === 'VERIFIED';
      return {
        ...base,
        verificationStatus: own.verification_status,
        inherited: review === 'approved' && verified && qualificationId !== '',
        qualificationId,
      };
    },
  };
}
