import { fundingEvidence } from '../../domain/evidence.js';
import { amountText } from '../../domain/money.js';
import { advertiserName } from '../../domain/naming.js';
import { park } from '../failures.js';
import { closeGate, passGate } from '../gates.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';

/**
 * Kobi's billing group, the budget cap and the initial funding. Below the threshold money moves by itself; above it two people
 * approve first. Where balances are shared nothing is transferred, and the gate guards the cap instead.
 */
export async function billing(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, settings, progress } = run.state;
  const { currency } = tenant;
  const { bcId, billingGroupId } = settings;
  const amountMinor = tenant.billing.initialFundingMinor;
  const capMinor = tenant.billing.budgetCapPerMonthMinor;

  await run.whileNotPaused();
  const facts = await run.act.read.readBilling.executeWithOptions(
    { summary: 'read payment model, finance role, balance and billing group' },
    [{ ...run.advertiser, billingGroupId, currency }],
  );
  if (!facts.inBillingGroup && !progress.billingGroupJoined) {
    run.willUndo('billing', { kind: 'leave_billing_group', bcId, advertiserId: run.advertiser.advertiserId, billingGroupId });
    await run.whileNotPaused();
    await run.act.write.joinBillingGroup.executeWithOptions({ summary: `join billing group ${billingGroupId}` }, [
      { ...run.advertiser, billingGroupId },
    ]);
  }
  if (!progress.billingGroupJoined) run.note('billing', 'in the billing group', { billingGroupId });
  progress.billingGroupJoined = true;

  const transfers = facts.paymentModel === 'NON_SHARED' && amountMinor > 0 && !progress.transfer;
  const guarded = facts.paymentModel === 'NON_SHARED' ? (transfers ? amountMinor : 0) : (capMinor ?? amountMinor);
  const thresholdMinor = settings.fundingThresholdMinor[currency] ?? 0;
  const evidence = fundingEvidence({
    advertiserId: run.advertiser.advertiserId,
    advertiserName: advertiserName(run.slug),
    bcId,
    currency,
    amountMinor: guarded,
    budgetCapMinor: capMinor ?? null,
    thresholdMinor,
    paymentModel: facts.paymentModel,
  });
  if (transfers && facts.availableMinor < amountMinor) {
    park(
      'balance_too_low',
      `the Business Center has ${amountText(facts.availableMinor, currency)}, the funding needs ${amountText(amountMinor, currency)}`,
    );
  }
  const gated = guarded > thresholdMinor;
  if (!gated) await closeGate(run, 'initial_funding');
  const approvedHash = gated ? await passGate(run, 'initial_funding', evidence, true) : null;

  if (capMinor !== undefined && progress.budgetCapMinor !== capMinor) {
    await run.whileNotPaused();
    await run.act.write.setBudgetCap.executeWithOptions({ summary: `set the budget cap per month to ${amountText(capMinor, currency)}` }, [
      { ...run.advertiser, capMinor, currency, ...(approvedHash === null ? {} : { approvedHash, evidence }) },
    ]);
    progress.budgetCapMinor = capMinor;
  }

  if (transfers) {
    const intentKey = 'initial_funding';
    const transferred = await run.once(
      () =>
        run.act.irreversible.transferFunds.executeWithOptions({ summary: `transfer ${amountText(amountMinor, currency)}` }, [
          {
            ...run.advertiser,
            intentKey,
            amountMinor,
            currency,
            approvedHash,
            evidence,
            dailyLimitMinor: settings.fundingDailyLimitMinor[currency] ?? null,
          },
        ]),
      () =>
        run.act.reconcile.reconcileTransfer.executeWithOptions({ summary: 'find out from the transactions whether the money moved' }, [
          { ...run.advertiser, intentKey, amountMinor, currency },
        ]),
    );
    progress.transfer = { transactionIds: transferred.transactionIds, amountMinor };
    run.willUndo('billing', { kind: 'refund', bcId, advertiserId: run.advertiser.advertiserId, amountMinor, currency });
    run.note('billing', 'funded', { transactionId: transferred.transactionIds.join(' ') });
  }
  const funded = progress.transfer
    ? `funded with ${amountText(progress.transfer.amountMinor, currency)}`
    : facts.paymentModel === 'NON_SHARED'
      ? 'no initial funding asked for'
      : 'balance is shared, nothing to transfer';
  return done(
    `in billing group ${billingGroupId}; ${funded}${capMinor === undefined ? '' : `; cap ${amountText(capMinor, currency)} a month`}`,
  );
}
