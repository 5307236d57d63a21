import { paymentModelOf } from '../../domain/payment-model.js';
import type { PlanInput } from './plan.js';

/**
 * What of the money would move, by the rules of the step (src/workflows/steps/billing.ts): a transfer only where balances are not shared;
 * else the gate guards the cap. `approved`: above the threshold, so that two people approve; a threshold that is not known counts as
 * passed.
 */
export function plannedFunding({ tenant, settings, live }: PlanInput): { transfers: boolean; guardedMinor: number; approved: boolean } {
  const { initialFundingMinor, budgetCapPerMonthMinor } = tenant.billing;
  const model = live ? paymentModelOf(live.bc.portfolio, live.bc.type) : 'NON_SHARED';
  const guardedMinor = model === 'NON_SHARED' ? initialFundingMinor : (budgetCapPerMonthMinor ?? initialFundingMinor);
  const thresholdMinor = settings?.fundingThresholdMinor[tenant.currency] ?? 0;
  return { transfers: model === 'NON_SHARED' && initialFundingMinor > 0, guardedMinor, approved: guardedMinor > thresholdMinor };
}
