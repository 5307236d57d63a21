import { describe, expect, it } from 'vitest';
import type { AccountReview } from '../../src/contract/onboarding-activities.js';
import type { Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const { start } = useOnboardings();

const PENDING: AccountReview = {
  status: 'STATUS_PENDING_CONFIRM',
  review: 'pending',
  rejectionReason: '',
  verificationStatus: '',
  inherited: false,
  qualificationId: '',
};
const APPROVED: AccountReview = {
  status: 'STATUS_ENABLE',
  review: 'approved',
  rejectionReason: '',
  verificationStatus: 'VERIFIED',
  inherited: true,
  qualificationId: '7300000000000000100',
};

/** Begins an onboarding in which only TikTok's review is open, and the review itself. */
async function inReview(slug: string) {
  const review = { now: PENDING };
  const onboarding = await start(slug, { activities: { readAccountReview: async () => review.now } });
  await onboarding.approve('creative_policy');
  await onboarding.until('only the review is waited for', (status) => status.state === 'waiting');
  return { onboarding, review };
}

/** The instants of the workflow at which TikTok was asked for the review, in milliseconds. */
async function readings(onboarding: Onboarding): Promise<number[]> {
  return (await onboarding.events())
    .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'readAccountReview')
    .map((event) => Number(event.eventTime?.seconds) * SECOND + Math.floor(Number(event.eventTime?.nanos ?? 0) / 1e6));
}

describe.concurrent('an account review that takes three weeks', () => {
  it('is asked for after 30 s, then at doubling intervals, at last every 6 hours, and the onboarding goes live', async () => {
    const { onboarding, review } = await inReview('review_long');
    const waiting = await onboarding.step('business_verification');
    expect(waiting).toMatchObject({ state: 'waiting_on', ball: 'tiktok', note: expect.stringContaining('STATUS_PENDING_CONFIRM') });
    expect((await onboarding.step('billing')).state).toBe('waiting');

    await onboarding.fastForward(21 * DAY);
    expect(await onboarding.step('business_verification')).toMatchObject({ state: 'waiting_on', since: waiting.since });
    review.now = APPROVED;
    await onboarding.skipToEnd();
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');

    const asked = await readings(onboarding);
    const gaps = asked.slice(1).map((instant, index) => instant - (asked[index] ?? 0));
    const doubling = Array.from({ length: 10 }, (_, index) => 30 * SECOND * 2 ** index);
    const wanted = gaps.map((_, index) => doubling[index] ?? 6 * HOUR);
    expect(gaps.length).toBeGreaterThan(21 * 4);
    for (const [index, gap] of gaps.entries()) {
      expect(gap, `wait ${index + 1}`).toBeGreaterThanOrEqual((wanted[index] ?? 0) - 1);
      expect(gap, `wait ${index + 1}`).toBeLessThan((wanted[index] ?? 0) + 30 * SECOND);
    }
    expect(status.gates.map((gate) => gate.id)).toEqual(['creative_policy']);
  });
});

describe.concurrent('an account review that ends', () => {
  it('well lets billing begin', async () => {
    const { onboarding, review } = await inReview('review_approved');
    expect(onboarding.fakes.calls).not.toContain('readBilling');
    review.now = APPROVED;
    await onboarding.skipToEnd();
    const status = await onboarding.handle.result();
    expect(status.steps.find(({ id }) => id === 'business_verification')?.note).toContain('7300000000000000100');
    expect(onboarding.fakes.calls.filter((call) => call === 'transferFunds')).toHaveLength(1);
  });

  it.each([
    ['refused', 'STATUS_CONFIRM_FAIL', 'account_review_refused'],
    ['suspended', 'STATUS_LIMIT', 'account_suspended'],
  ] as const)('as %s parks with its code and TikTok’s reason; retry asks again', async (ended, status, code) => {
    const { onboarding, review } = await inReview(`review_${ended}`);
    review.now = { ...PENDING, status, review: ended, rejectionReason: 'the company name does not match' };
    await onboarding.fastForward(HOUR);
    const parked = await onboarding.untilStep('business_verification', 'parked');
    expect(parked).toMatchObject({ ball: 'kobi', failure: { code } });
    expect(parked.failure?.message).toContain('the company name does not match');
    expect(parked.failure?.mend).toContain(`kobi retry review_${ended} business_verification`);
    expect(onboarding.fakes.calls).not.toContain('readBilling');

    review.now = APPROVED;
    await onboarding.verb('retry', { step: 'business_verification' });
    expect((await onboarding.handle.result()).state).toBe('live');
  });
});
