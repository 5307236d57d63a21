import { describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import { advertiserName } from '../../src/domain/naming.js';
import { school } from '../workflow/tenant.js';
import { useEngine } from './engine.js';

describe('the account review', () => {
  const engine = useEngine();
  const read = (of: { slug: string; bcId: string; advertiserId: string }) => engine().attempt(engine().activities.readAccountReview, of);

  it('ends approved, its verification inherited by the qualification that the account was made with', async () => {
    const of = await engine().advertiser('school');
    expect(await read(of)).toEqual({
      status: 'STATUS_ENABLE',
      review: 'approved',
      rejectionReason: '',
      verificationStatus: 'VERIFIED',
      inherited: true,
      qualificationId: SEED.qualificationId,
    });
  });

  it('is pending until TikTok has decided', async () => {
    const { simulator, advertiser, person } = engine();
    simulator.store.state.timings.reviewDelaySeconds = 86_400;
    const of = await advertiser('slow');
    expect(await read(of)).toMatchObject({ status: 'STATUS_PENDING_CONFIRM', review: 'pending' });
    person({ action: 'approve-review', advertiser: of.advertiserId });
    expect(await read(of)).toMatchObject({ review: 'approved', inherited: true });
  });

  it('is refused with TikTok’s reason when the company is not the one of the qualification', async () => {
    const { attempt, activities, person } = engine();
    const slug = 'renamed';
    const name = advertiserName(slug);
    const inspected = { slug, bcId: SEED.bcId, currency: 'EUR', advertiserName: name, mode: 'managed' };
    const bc = await attempt(activities.inspectBusinessCenter, inspected);
    // The company takes another name between our look and the creation.
    person({ action: 'set-qualification', companyName: 'Kobi Holding SE' });
    const { advertiserId } = await attempt(activities.createAdvertiser, { slug, tenant: school(slug), bc, name });
    const of = { slug, bcId: SEED.bcId, advertiserId };
    await attempt(activities.assignAdvertiser, { ...of, userIds: [SEED.tokenUserId] });
    expect(await read(of)).toMatchObject({
      status: 'STATUS_CONFIRM_FAIL',
      review: 'refused',
      rejectionReason: expect.stringContaining('does not match the qualification'),
      inherited: false,
    });
  });

  it('is suspended, and no longer inherits from a Business Center whose verification is over', async () => {
    const { advertiser, person } = engine();
    const of = await advertiser('later');
    person({ action: 'decide-verification', status: 'EXPIRED' });
    expect(await read(of)).toMatchObject({ review: 'approved', inherited: false });
    person({ action: 'suspend-account', advertiser: of.advertiserId, reason: 'Misleading pages.' });
    expect(await read(of)).toMatchObject({ status: 'STATUS_LIMIT', review: 'suspended', rejectionReason: 'Misleading pages.' });
  });
});
