import { STEP_IDS, type StepId } from '../contract/checklist.js';

/** What must be done or skipped before a step may start (design, section 3). */
export const DEPENDS_ON: Readonly<Record<StepId, readonly StepId[]>> = {
  advertiser_account: [],
  business_verification: ['advertiser_account'],
  tiktok_account: ['advertiser_account'],
  pixel: ['advertiser_account'],
  catalog: ['pixel'],
  conversion_events: ['pixel'],
  billing: ['business_verification'],
  creative_policy: ['advertiser_account'],
  spark_ads: ['advertiser_account'],
  launch_check: STEP_IDS.filter((step) => step !== 'launch_check'),
};

/** Every step that needs one of `changed`, together with `changed` itself, in checklist order. */
export function withDependents(changed: Iterable<StepId>): StepId[] {
  const affected = new Set<StepId>(changed);
  for (const step of STEP_IDS) {
    if (DEPENDS_ON[step].some((dependency) => affected.has(dependency))) affected.add(step);
  }
  return STEP_IDS.filter((step) => affected.has(step));
}

/**
 * Steps an operator may skip with a reason. The account, its verification, the wallet and the launch check are what "live"
 * means; leaving one out would make the word a lie.
 */
export const SKIPPABLE: ReadonlySet<StepId> = new Set<StepId>([
  'tiktok_account',
  'catalog',
  'conversion_events',
  'creative_policy',
  'spark_ads',
]);
