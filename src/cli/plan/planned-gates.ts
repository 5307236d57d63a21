import type { GateId } from '../../contract/checklist.js';
import { candidatesFor, neededDecisions } from '../../domain/people.js';
import { amountText } from '../../domain/money.js';
import type { PlanInput, PlannedGate } from './plan.js';
import { plannedFunding } from './planned-funding.js';
import { counted } from '../../domain/counted.js';

type Opening = Pick<PlannedGate, 'opens' | 'why'>;

function funding(input: PlanInput): Opening {
  const { settings, tenant } = input;
  const { transfers, guardedMinor } = plannedFunding(input);
  if (guardedMinor === 0) return { opens: 'no', why: 'no money is asked for' };
  if (!settings) return { opens: 'perhaps', why: 'the threshold is not known here (KOBI_FUNDING_THRESHOLDS)' };
  const threshold = settings.fundingThresholdMinor[tenant.currency] ?? 0;
  const amounts = `${amountText(guardedMinor, tenant.currency)}, threshold ${amountText(threshold, tenant.currency)}`;
  return guardedMinor > threshold
    ? { opens: 'yes', why: `${transfers ? 'funding of' : 'the cap is'} ${amounts}` }
    : { opens: 'no', why: `within the threshold: ${amounts}` };
}

function verification({ tenant, live }: PlanInput): Opening {
  if (tenant.verification === 'own') return { opens: 'yes', why: "the tenant's own verification is not inherited" };
  if (live?.bc.type === 'DIRECT') return { opens: 'yes', why: 'a DIRECT Business Center hands no qualification on to its accounts' };
  if (live && live.bc.verificationStatus === 'VERIFIED') return { opens: 'no', why: "inherited from Kobi's verified Business Center" };
  return { opens: 'perhaps', why: "inherited, while Kobi's Business Center and its qualification stay VERIFIED" };
}

const OPENING: Readonly<Record<GateId, (input: PlanInput) => Opening>> = {
  business_verification: verification,
  initial_funding: funding,
  creative_policy: ({ tenant }) =>
    tenant.creatives.length === 0
      ? { opens: 'no', why: 'no creatives' }
      : { opens: 'yes', why: `${counted(tenant.creatives.length, 'creative')} to look at` },
  spark_ads: ({ tenant }) =>
    tenant.sparkPosts.length === 0
      ? { opens: 'no', why: 'no Spark posts' }
      : { opens: 'yes', why: `${counted(tenant.sparkPosts.length, 'Spark post')} to release` },
};

const GATES = ['business_verification', 'initial_funding', 'creative_policy', 'spark_ads'] as const;

/** Which gates will open, why, and who may decide each. */
export function plannedGates(input: PlanInput): PlannedGate[] {
  const { people, startedBy = '', tenant } = input;
  return GATES.map((gate) => ({
    gate,
    ...OPENING[gate](input),
    needed: neededDecisions(gate, true),
    candidates: people ? candidatesFor(gate, tenant.slug, people, startedBy) : null,
  }));
}
