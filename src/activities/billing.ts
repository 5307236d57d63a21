import { z } from 'zod';
import type { BillingFacts, OnboardingActivities } from '../contract/onboarding-activities.js';
import { evidenceHash } from '../domain/evidence.js';
import { amountText, fromMinorUnits, toMinorUnits } from '../domain/money.js';
import { paymentModelOf } from '../domain/payment-model.js';
import { attemptSignal } from './attempts.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { once, reconcileByReading } from './once.js';
import { pastThrottling } from './past-throttling.js';
import { fundedTodayMinor, initialFundingKey, RECHARGE, rechargesSince, transferIds } from './transfers.js';
import type { TikTokCalls } from '../tiktok/calls.js';
import { readIntent } from '../store/intents.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile' | 'clock'>;
type Step = Pick<OnboardingActivities, 'readBilling' | 'applyBilling' | 'transferFunds' | 'reconcileTransfer'>;

/** What an onboarding's one funding is kept under (src/workflows/steps/billing.ts). */
const INITIAL_FUNDING = 'initial_funding';

/** What a gated billing action must agree with; the evidence's other fields are covered by its hash. */
const fundingEvidenceSchema = z.looseObject({
  kind: z.literal(INITIAL_FUNDING),
  advertiserId: z.string(),
  bcId: z.string(),
  currency: z.string(),
  amountMinor: z.int().nonnegative(),
  budgetCapMinor: z.int().nonnegative().nullable(),
  thresholdMinor: z.int().nonnegative(),
  paymentModel: z.enum(['NON_SHARED', 'SHARED', 'CREDIT_LINE']),
});
type FundingEvidence = z.infer<typeof fundingEvidenceSchema>;

async function businessCenter(tiktok: TikTokCalls, bcId: string) {
  const { list } = await tiktok.bcGet({ bc_id: bcId, page: 1, page_size: 50 });
  const row = list.find((center) => center.bc_info.bc_id === bcId);
  if (!row) throw stepFailure('business_center_role', `our token's user is no member of the Business Center ${bcId}`);
  return row;
}

interface Wallet {
  readonly paymentModel: BillingFacts['paymentModel'];
  readonly availableMinor: number;
}

async function wallet(tiktok: TikTokCalls, bcId: string, bcType: string, currency: string): Promise<Wallet> {
  const balance = await tiktok.bcBalance({ bc_id: bcId });
  return {
    paymentModel: paymentModelOf(balance.payment_portfolio_type, bcType),
    availableMinor: toMinorUnits(balance.valid_cash_balance ?? balance.valid_account_balance, currency),
  };
}

/** Evidence that differs from what was approved, or from the facts of now, voids the approval (design, section 6.3). */
function agreedEvidence(
  input: { bcId: string; advertiserId: string; currency: string; evidence?: unknown; approvedHash: string | null },
  live: Wallet,
): FundingEvidence {
  const parsed = fundingEvidenceSchema.safeParse(input.evidence);
  if (!parsed.success) throw stepFailure('gate_withdrawn', 'the evidence of the funding is not complete, so the approval holds no longer');
  const evidence = parsed.data;
  const differences = [
    ...(input.approvedHash !== null && evidenceHash(input.evidence) !== input.approvedHash ? ['its hash is not the approved one'] : []),
    ...(evidence.advertiserId === input.advertiserId ? [] : [`it names the advertiser ${evidence.advertiserId}`]),
    ...(evidence.bcId === input.bcId ? [] : [`it names the Business Center ${evidence.bcId}`]),
    ...(evidence.currency === input.currency ? [] : [`its currency is ${evidence.currency}`]),
    ...(evidence.paymentModel === live.paymentModel ? [] : [`it says ${evidence.paymentModel}, TikTok now says ${live.paymentModel}`]),
  ];
  if (differences.length > 0)
    throw stepFailure('gate_withdrawn', `the funding's evidence changed since it was approved: ${differences.join('; ')}`, {
      details: differences,
    });
  return evidence;
}

async function setBudgetCap(
  tiktok: TikTokCalls,
  { bcId, advertiserId, capMinor, currency }: { bcId: string; advertiserId: string; capMinor: number; currency: string },
): Promise<void> {
  const { list } = await tiktok.advertiserUpdateBudget({
    bc_id: bcId,
    budget_update_type: 'UPDATE',
    advertiser_budgets: [{ advertiser_id: advertiserId, budget_mode: 'MONTHLY_BUDGET', budget: fromMinorUnits(capMinor, currency) }],
  });
  const answer = list.find((row) => row.advertiser_id === advertiserId);
  if (answer?.status !== 'SUCCESS')
    throw stepFailure('tiktok_bad_input', `TikTok did not set the budget cap: ${answer?.error_msg ?? 'no reason given'}`);
}

/** Kobi's billing group on the account, the budget cap, and the initial funding. */
export function createBillingActivities(deps: Deps): Step {
  const { tiktok, db, clock } = deps;
  return {
    async readBilling({ slug, bcId, advertiserId, billingGroupId, currency }) {
      const center = await businessCenter(tiktok, bcId);
      const financeRole = center.ext_user_role?.finance_role ?? '';
      if (financeRole !== 'MANAGER')
        throw stepFailure('finance_role', `our finance role in the Business Center ${bcId} is ${financeRole || 'none'}, not MANAGER`);
      const [{ paymentModel, availableMinor }, groups, accounts] = await Promise.all([
        wallet(tiktok, bcId, center.bc_info.type, currency),
        tiktok.billingGroupGet({ bc_id: bcId, filtering: { billing_group_id: billingGroupId }, page: 1, page_size: 50 }),
        tiktok.advertiserBalance({ bc_id: bcId, filtering: { keyword: advertiserId }, page: 1, page_size: 50 }),
      ]);
      const group = groups.list.find((row) => row.billing_group_id === billingGroupId);
      if (!group) throw stepFailure('billing_group_missing', `the billing group ${billingGroupId} is not in the Business Center ${bcId}`);
      if (group.status !== 'VALID') throw stepFailure('billing_group_missing', `the billing group ${billingGroupId} is ${group.status}`);
      const account = accounts.advertiser_account_list.find((row) => row.advertiser_id === advertiserId);
      const key = await initialFundingKey(db, slug, advertiserId, INITIAL_FUNDING);
      const capped = account?.budget_mode === 'MONTHLY_BUDGET' && typeof account.budget === 'number';
      return {
        financeRole,
        paymentModel,
        availableMinor,
        inBillingGroup: (group.advertisers ?? []).some((row) => row.advertiser_id === advertiserId),
        budgetCapMinor: capped ? toMinorUnits(account.budget ?? 0, currency) : null,
        fundedTodayMinor: await fundedTodayMinor(db, slug, currency, clock(), key),
      };
    },

    async applyBilling({ bcId, advertiserId, currency, joinBillingGroupId, capMinor, approvedHash, evidence }) {
      if (approvedHash !== undefined) {
        const center = await businessCenter(tiktok, bcId);
        const agreed = agreedEvidence(
          { bcId, advertiserId, currency, evidence, approvedHash },
          await wallet(tiktok, bcId, center.bc_info.type, currency),
        );
        if (capMinor !== undefined && agreed.budgetCapMinor !== capMinor) {
          throw stepFailure(
            'gate_withdrawn',
            `the approved cap is ${agreed.budgetCapMinor === null ? 'none' : amountText(agreed.budgetCapMinor, currency)}, this one ${amountText(capMinor, currency)}`,
          );
        }
      }
      if (joinBillingGroupId !== undefined)
        await tiktok.billingGroupUpdate({ bc_id: bcId, billing_group_id: joinBillingGroupId, add_advertiser_ids: [advertiserId] });
      if (capMinor !== undefined) await setBudgetCap(tiktok, { bcId, advertiserId, capMinor, currency });
      return { applied: true };
    },

    async transferFunds(input) {
      const { slug, bcId, advertiserId, intentKey, amountMinor, currency, approvedHash, dailyLimitMinor } = input;
      const key = await initialFundingKey(db, slug, advertiserId, intentKey);
      const known = await readIntent(db, key);
      if (known && known.state !== 'absent' && known.request.amountMinor !== amountMinor) {
        throw stepFailure(
          'transfer_ambiguous',
          `a transfer of ${amountText(Number(known.request.amountMinor), currency)} is ${known.state} already; this one asks for ${amountText(amountMinor, currency)}`,
        );
      }
      if (known?.state === 'confirmed') return transferIds(known.remoteIds);

      const signal = attemptSignal();
      const center = await pastThrottling(signal, () => businessCenter(tiktok, bcId));
      const live = await pastThrottling(signal, () => wallet(tiktok, bcId, center.bc_info.type, currency));
      const evidence = agreedEvidence(input, live);
      if (evidence.amountMinor !== amountMinor)
        throw stepFailure(
          'gate_withdrawn',
          `the evidence is about ${amountText(evidence.amountMinor, currency)}, the transfer about ${amountText(amountMinor, currency)}`,
        );
      const today = await fundedTodayMinor(db, slug, currency, clock(), key);
      if (approvedHash === null && today + amountMinor > evidence.thresholdMinor) {
        const besides = today === 0 ? '' : `, with ${amountText(today, currency)} funded today already,`;
        throw stepFailure(
          'gate_withdrawn',
          `${amountText(amountMinor, currency)}${besides} is above the threshold ${amountText(evidence.thresholdMinor, currency)} and nobody approved it`,
        );
      }
      if (live.paymentModel !== 'NON_SHARED')
        throw stepFailure('gate_withdrawn', `the Business Center pays ${live.paymentModel}; nothing can be transferred`);
      if (live.availableMinor < amountMinor) {
        throw stepFailure(
          'balance_too_low',
          `the Business Center has ${amountText(live.availableMinor, currency)}, the funding needs ${amountText(amountMinor, currency)}`,
        );
      }
      if (dailyLimitMinor !== null && today + amountMinor > dailyLimitMinor) {
        throw stepFailure(
          'funding_limit',
          `${amountText(today, currency)} were funded today; ${amountText(amountMinor, currency)} more would pass the limit of ${amountText(dailyLimitMinor, currency)} a day`,
        );
      }
      const plan = { key, slug, kind: RECHARGE, request: { bcId, advertiserId, amountMinor, currency } };
      const ids = await once(deps, plan, async (signal) => {
        const answer = await tiktok.bcTransfer(
          {
            bc_id: bcId,
            transfer_level: 'ADVERTISER',
            advertiser_id: advertiserId,
            transfer_type: 'RECHARGE',
            cash_amount: fromMinorUnits(amountMinor, currency),
          },
          { signal },
        );
        return { transactionIds: answer.transaction_infos.map((row) => row.transaction_id).join(' ') };
      });
      return transferIds(ids);
    },

    async reconcileTransfer({ slug, bcId, advertiserId, intentKey, amountMinor, currency }) {
      const key = await initialFundingKey(db, slug, advertiserId, intentKey);
      const recharge = { bcId, advertiserId, amountMinor, currency, transactionType: 'INCREASE_BALANCE' } as const;
      const settled = await reconcileByReading(
        deps,
        key,
        (intent) => rechargesSince(tiktok, { ...recharge, since: intent.plannedAt }),
        'transfer_ambiguous',
      );
      return settled.found ? { found: true, value: transferIds(settled.value) } : { found: false };
    },
  };
}
