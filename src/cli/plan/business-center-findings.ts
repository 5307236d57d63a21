import { amountText, fromMinorUnits } from '../../domain/money.js';
import type { PlanFinding, PlanInput } from './plan.js';
import { plannedFunding } from './planned-funding.js';

/** What would park the onboarding, by the same rules as the steps, but all of it at once and before anything is started. */
export function businessCenterFindings(input: PlanInput): PlanFinding[] {
  const { tenant, live, settings } = input;
  const findings: PlanFinding[] = [];
  const add = (applies: boolean, step: PlanFinding['step'], code: PlanFinding['code'], message: string): void => {
    if (applies) findings.push({ step, code, message });
  };
  add(tenant.mode !== 'managed', 'advertiser_account', 'mode_not_available', `mode ${tenant.mode} is not available yet; only managed is`);
  if (!live) return findings;

  const { bc, tenant: now } = live;
  add(
    bc.role !== 'ADMIN',
    'advertiser_account',
    'business_center_role',
    `our token's user is ${bc.role} of the Business Center, not ADMIN`,
  );
  add(bc.status !== 'ENABLE', 'advertiser_account', 'business_center_not_enabled', `the Business Center is ${bc.status}`);
  add(
    bc.verificationStatus !== 'VERIFIED',
    'advertiser_account',
    'business_center_not_verified',
    `its verification is ${bc.verificationStatus}`,
  );
  add(
    bc.type !== 'DIRECT' && bc.verifiedQualifications.length === 0,
    'advertiser_account',
    'qualification_missing',
    'it has no VERIFIED qualification',
  );
  add(
    now.advertiserIds.length > 1,
    'advertiser_account',
    'advertiser_ambiguous',
    `more than one advertiser carries our name: ${now.advertiserIds.join(', ')}`,
  );
  const pixels = now.pixelCodes ?? [];
  add(pixels.length > 1, 'pixel', 'pixel_ambiguous', `more than one pixel carries our name: ${pixels.join(', ')}`);
  add(now.catalogIds.length > 1, 'catalog', 'catalog_ambiguous', `more than one catalog carries our name: ${now.catalogIds.join(', ')}`);
  add(bc.financeRole !== 'MANAGER', 'billing', 'finance_role', `our finance role is ${bc.financeRole || 'none'}, not MANAGER`);
  add(
    bc.billingGroupStatus !== 'VALID',
    'billing',
    'billing_group_missing',
    `Kobi's billing group is ${bc.billingGroupStatus ?? 'not there'}`,
  );
  const wanted = fromMinorUnits(tenant.billing.initialFundingMinor, tenant.currency);
  const { transfers } = plannedFunding(input);
  const { initialFundingMinor } = tenant.billing;
  const aDayMinor = settings?.fundingDailyLimitMinor[tenant.currency];
  add(
    transfers && aDayMinor !== undefined && initialFundingMinor > aDayMinor,
    'billing',
    'funding_limit',
    `${amountText(initialFundingMinor, tenant.currency)} pass the limit of ${amountText(aDayMinor ?? 0, tenant.currency)} a day on any day`,
  );
  add(
    transfers && bc.balance < wanted,
    'billing',
    'balance_too_low',
    `the Business Center has ${bc.balance} ${bc.currency}, the funding needs ${wanted}`,
  );
  return findings;
}
