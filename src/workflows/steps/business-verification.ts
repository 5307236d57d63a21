import type { AccountReview } from '../../contract/onboarding-activities.js';
import { evidenceHash, verificationEvidence } from '../../domain/evidence.js';
import { park } from '../failures.js';
import { closeGate, passGate } from '../gates.js';
import { poll } from '../polling.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';

function wordOf({ status, verificationStatus, rejectionReason }: AccountReview): string {
  return [status, verificationStatus, rejectionReason].filter((part) => part !== '').join('/');
}

/** TikTok's account review ends, and the business is verified: inherited with its evidence, or asked for and released by the gate. */
export async function businessVerification(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, progress } = run.state;
  const review = await poll(run, 'wait for TikTok’s account review', async () => {
    const answer = await run.act.read.readAccountReview.executeWithOptions({ summary: 'read the account review' }, [run.advertiser]);
    if (answer.review !== 'pending') return answer;
    run.waitOn('business_verification', 'tiktok', `TikTok reviews the account (${answer.status})`, 24 * 3_600_000);
    return undefined;
  });
  // Only TikTok's wait ends here; one for people, which continue-as-new may have interrupted, keeps its clock.
  if (run.record('business_verification').ball === 'tiktok') run.goOn('business_verification');
  progress.review = review;
  if (review.review === 'refused')
    park('account_review_refused', `TikTok refused the account (${review.status}): ${review.rejectionReason || 'no reason given'}`);
  if (review.review === 'suspended')
    park('account_suspended', `TikTok reports ${review.status}${review.rejectionReason ? `: ${review.rejectionReason}` : ''}`);

  if (tenant.verification === 'inherited' && review.inherited) {
    await closeGate(run, 'business_verification');
    return done(`account approved; verification inherited from the Business Center by qualification ${review.qualificationId}`);
  }

  const evidenceOf = ({ status, verificationStatus, rejectionReason }: AccountReview) =>
    verificationEvidence({
      advertiserId: run.advertiser.advertiserId,
      status,
      verificationStatus,
      rejectionReason,
      legalName: tenant.legalName,
      country: tenant.country,
    });
  const approvedHash = await passGate(run, 'business_verification', evidenceOf(review));
  // The gated action is going on: what the approver saw is compared with TikTok's word now.
  await run.whileNotPaused();
  const now = await run.act.read.readAccountReview.executeWithOptions({ summary: 'read the account review again before going on' }, [
    run.advertiser,
  ]);
  if (evidenceHash(evidenceOf(now)) !== approvedHash) {
    park('verification_expired', `since the approval TikTok's word changed from ${wordOf(review)} to ${wordOf(now)}`);
  }
  return done('account approved; going on without inheritance was approved');
}
