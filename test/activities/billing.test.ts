import { describe, expect, it } from 'vitest';
import type { PersonAction } from '../../simulator/people.js';
import { SEED } from '../../simulator/seed.js';
import { evidenceHash, fundingEvidence } from '../../src/domain/evidence.js';
import { failureOf, useEngine } from './engine.js';

describe('billing', () => {
  const engine = useEngine();
  const read = async (of: { slug: string; bcId: string; advertiserId: string }, billingGroupId: string = SEED.billingGroupId) =>
    engine().attempt(engine().activities.readBilling, { ...of, billingGroupId, currency: 'EUR' });

  it('reads how the Business Center pays, what it has, and the account’s group and cap', async () => {
    const { advertiser, attempt, activities, simulator } = engine();
    const of = await advertiser('school');
    expect(await read(of)).toEqual({
      financeRole: 'MANAGER',
      paymentModel: 'NON_SHARED',
      availableMinor: 10_000_000,
      inBillingGroup: false,
      budgetCapMinor: null,
      fundedTodayMinor: 0,
    });
    const wanted = { ...of, joinBillingGroupId: SEED.billingGroupId, capMinor: 300_050, currency: 'EUR' };
    await attempt(activities.applyBilling, wanted);
    await attempt(activities.applyBilling, wanted);
    expect(await read(of)).toMatchObject({ inBillingGroup: true, budgetCapMinor: 300_050 });
    expect(simulator.store.state.billingGroups[SEED.billingGroupId]?.advertiserIds).toEqual([of.advertiserId]);
    expect(simulator.store.state.advertisers[of.advertiserId]).toMatchObject({ budgetMode: 'MONTHLY_BUDGET', budgetMinor: 300_050 });
  });

  it.each<[string, PersonAction, string]>([
    ['balances are shared', { action: 'set-bc', paymentPortfolioType: 'SHARED' }, 'SHARED'],
    ['the Business Center says NON_SHARED, whatever its type', { action: 'set-bc', type: 'AGENCY' }, 'NON_SHARED'],
  ])('knows the payment model when %s', async (_, change, paymentModel) => {
    const { advertiser, person } = engine();
    const of = await advertiser('model');
    person(change);
    expect(await read(of)).toMatchObject({ paymentModel });
  });

  it.each([null, 'ANALYST'] as const)('parks before any write when our finance role is %s', async (financeRole) => {
    const { advertiser, person } = engine();
    const of = await advertiser('role');
    person({ action: 'set-member', userId: SEED.tokenUserId, financeRole });
    const failure = await failureOf(read(of));
    expect(failure.code).toBe('finance_role');
    expect(failure.message).toContain(financeRole ?? 'none');
  });

  it('parks when Kobi’s billing group is not there or not valid', async () => {
    const { advertiser, simulator } = engine();
    const of = await advertiser('group');
    expect((await failureOf(read(of, '7300000000000009999'))).code).toBe('billing_group_missing');
    const group = simulator.store.state.billingGroups[SEED.billingGroupId];
    if (group) group.status = 'INVALID';
    const failure = await failureOf(read(of));
    expect(failure).toMatchObject({ code: 'billing_group_missing', message: expect.stringContaining('INVALID') });
  });

  it('sets a cap that an approval guards only as it was approved', async () => {
    const { advertiser, attempt, activities, person, simulator, committed } = engine();
    const of = await advertiser('shared');
    person({ action: 'set-bc', paymentPortfolioType: 'SHARED' });
    const evidence = fundingEvidence({
      advertiserId: of.advertiserId,
      advertiserName: 'kobi_shared_tiktok',
      bcId: of.bcId,
      currency: 'EUR',
      amountMinor: 500_000,
      budgetCapMinor: 500_000,
      thresholdMinor: 100_000,
      paymentModel: 'SHARED',
    });
    const input = { ...of, capMinor: 500_000, currency: 'EUR', evidence, approvedHash: evidenceHash(evidence) };
    const refused = [
      { ...input, approvedHash: 'f'.repeat(64) },
      { ...input, capMinor: 600_000 },
      { ...input, advertiserId: '7300000000000000210' },
    ];
    for (const wrong of refused) expect((await failureOf(attempt(activities.applyBilling, wrong))).code).toBe('gate_withdrawn');
    expect(committed('/advertiser/update/')).toEqual([]);
    await attempt(activities.applyBilling, input);
    expect(simulator.store.state.advertisers[of.advertiserId]).toMatchObject({ budgetMode: 'MONTHLY_BUDGET', budgetMinor: 500_000 });
  });
});
