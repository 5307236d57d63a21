import type { GateId } from '../../src/contract/checklist.js';

export const OPS = 'ops-a@example.org';

/** The tenant whose creatives are rejected first, and the corrected file that follows. */
export const REJECTED = { slug: 'alpine_school', gate: 'creative_policy', amended: 'examples/tenants/alpine_school.amended.yaml' } as const;

/** The tenant in whose shop something is bought. */
export const SHOP = 'peak_gear';

export const TENANT_FILES = [
  'examples/tenants/alpine_school.yaml',
  'examples/tenants/coast_tours.yaml',
  'examples/tenants/peak_gear.yaml',
] as const;

/** What the example approvers say when they approve. */
const REASONS: Readonly<Record<GateId, string>> = {
  business_verification: 'papers seen and in order',
  initial_funding: 'amount agreed with the tenant in the signed offer',
  creative_policy: 'looked at every file; specifications, rights and declarations are in order',
  spark_ads: 'posts seen; the creator agreed to ads until the date shown',
};

export interface ScriptedDecision {
  readonly verdict: 'approve' | 'reject';
  readonly reason: string;
}

/** What the approvers decide about a revision of a gate: everything is approved, but one that is rejected first. */
export function decisionFor(slug: string, gate: GateId, revision: number): ScriptedDecision {
  if (slug === REJECTED.slug && gate === REJECTED.gate && revision === 1) {
    return { verdict: 'reject', reason: 'the text promises what the school cannot prove; please say it without the promise' };
  }
  return { verdict: 'approve', reason: REASONS[gate] };
}
