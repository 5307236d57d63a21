import { fundingEvidence } from '../../domain/evidence.js';
import { amountText } from '../../domain/money.js';
import { advertiserName } from '../../domain/naming.js';
import { park } from '../failures.js';
import { closeGate, passGate } from '../gates.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';

/**
 * Kobi's billing group, the budget cap and the initial funding. Below the threshold money moves by itself; above it, with what the
 * tenant was funded with on the same day, two people approve first. Where balances are shared nothing is transferred, and the gate guards the cap instead.
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
  const transfers = facts.paymentModel === 'NON_SHARED' && amountMinor > 0 && !progress.transfer;
  const guarded = facts.paymentModel === 'NON_SHARED' ? (transfers ? amountMinor : 0) : (capMinor ?? amountMinor);
  const fundedTodayMinor = transfers ? (facts.fundedTodayMinor ?? 0) : 0;
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
    ...(fundedTodayMinor > 0 ? { fundedTodayMinor } : {}),
  });
  if (transfers && facts.availableMinor < amountMinor) {
    park(
      'balance_too_low',
      `the Business Center has ${amountText(facts.availableMinor, currency)}, the funding needs ${amountText(amountMinor, currency)}`,
    );
  }
  const gated = guarded + fundedTodayMinor > thresholdMinor;
  if (!gated) await closeGate(run, 'initial_funding');
  const approvedHash = gated ? await passGate(run, 'initial_funding', evidence, true) : null;

  const joins = !facts.inBillingGroup && !progress.billingGroupJoined;
  const caps = capMinor !== undefined && progress.budgetCapMinor !== capMinor;
  if (joins || caps) {
    if (joins) run.willUndo('billing', { kind: 'leave_billing_group', bcId, advertiserId: run.advertiser.advertiserId, billingGroupId });
    await run.whileNotPaused();
    const what = [
      ...(joins ? [`join billing group ${billingGroupId}`] : []),
      ...(caps ? [`set the budget cap per month to ${amountText(capMinor, currency)}`] : []),
    ];
    if (caps) progress.unanswered = { ...progress.unanswered, budgetCapMinor: capMinor };
    await run.act.write.applyBilling.executeWithOptions({ summary: what.join(', ') }, [
      {
        ...run.advertiser,
        currency,
        ...(joins ? { joinBillingGroupId: billingGroupId } : {}),
        ...(caps ? { capMinor } : {}),
        ...(approvedHash === null ? {} : { approvedHash, evidence }),
      },
    ]);
    if (caps) {
      progress.budgetCapMinor = capMinor;
      delete progress.unanswered?.budgetCapMinor;
    }
  }
  if (!progress.billingGroupJoined) run.note('billing', 'in the billing group', { billingGroupId });
  progress.billingGroupJoined = true;

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
