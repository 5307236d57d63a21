import type { StepId } from '../contract/checklist.js';
import type { Tenant } from '../contract/tenant.js';
import { canonicalJson } from './canonical-json.js';
import { withDependents } from './checklist.js';
import { evidenceHash } from './evidence.js';
import type { OnboardingState, Progress } from './onboarding-state.js';

/** The steps that read each field of a tenant; a field that no step reads changes nothing at TikTok. */
const READ_BY: Readonly<Record<keyof Tenant, readonly StepId[]>> = {
  slug: [],
  legalName: ['business_verification'],
  country: ['advertiser_account'],
  currency: ['advertiser_account'],
  timeZone: ['advertiser_account'],
  vertical: ['creative_policy'],
  industryId: ['advertiser_account'],
  website: ['conversion_events', 'launch_check'],
  landingPages: ['launch_check'],
  ga4: ['conversion_events'],
  objectives: ['conversion_events'],
  optimisationEvent: ['conversion_events'],
  mode: ['advertiser_account'],
  contacts: [],
  company: ['advertiser_account'],
  verification: ['business_verification'],
  tiktokAccount: ['tiktok_account'],
  pixel: ['pixel'],
  eventUploads: ['conversion_events'],
  catalog: ['catalog'],
  billing: ['billing'],
  creatives: ['creative_policy'],
  sparkPosts: ['spark_ads'],
  requestedBy: [],
};

export interface TenantDifference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** SHA-256 of the tenant's canonical JSON: what a second start compares. */
export function tenantHash(tenant: Tenant): string {
  return evidenceHash(tenant);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function differences(path: string, before: unknown, after: unknown): TenantDifference[] {
  if (isObject(before) && isObject(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(path === '' ? key : `${path}.${key}`, before[key], after[key]));
  }
  return canonicalJson(before ?? null) === canonicalJson(after ?? null) ? [] : [{ path, before: before ?? null, after: after ?? null }];
}

/** Every field in which two versions of a tenant differ, by path, such as `creatives.0.text`. */
export function tenantDifferences(before: Tenant, after: Tenant): TenantDifference[] {
  return differences('', before, after);
}

function isTenantField(name: string): name is keyof Tenant {
  return Object.hasOwn(READ_BY, name);
}

/** The steps that read what an amendment changes. */
function touchedSteps(before: Tenant, after: Tenant): StepId[] {
  const changed = new Set(tenantDifferences(before, after).map((difference) => difference.path.split('.')[0] ?? ''));
  return [...changed].flatMap((field) => (isTenantField(field) ? READ_BY[field] : []));
}

/** The steps that must run again after an amendment: those that read what changed, and all that depend on them. */
export function affectedSteps(before: Tenant, after: Tenant): StepId[] {
  return withDependents(touchedSteps(before, after));
}

/**
 * Of those the steps that a person has skipped and that read nothing of the change: what somebody decided with a reason stays, although
 * a step that they depend on runs again.
 */
export function skipsThatStay(steps: OnboardingState['steps'], before: Tenant, after: Tenant): StepId[] {
  const touched = touchedSteps(before, after);
  return affectedSteps(before, after).filter((step) => steps[step].state === 'skipped' && steps[step].skippedBy && !touched.includes(step));
}

/** What TikTok fixes when it makes the account (facts 3.2). */
const FIXED_WITH_ACCOUNT: readonly (keyof Tenant)[] = ['mode', 'currency', 'timeZone'];

/** The fields that an amendment asks to change although they no longer can: the slug never, some not once the account exists. */
export function fixedDifferences(before: Tenant, after: Tenant, { advertiserId }: Pick<Progress, 'advertiserId'>): (keyof Tenant)[] {
  const fixed: readonly (keyof Tenant)[] = advertiserId === undefined ? ['slug'] : ['slug', ...FIXED_WITH_ACCOUNT];
  return fixed.filter((field) => before[field] !== after[field]);
}

/** Forgets what was handed in or done for the tenant as it was, so that the steps work with what the amendment says. */
export function forgetOutdated(progress: Progress, before: Tenant, after: Tenant): void {
  if (affectedSteps(before, after).includes('catalog')) delete progress.feed;
  if (before.pixel.testEventCode !== after.pixel.testEventCode) delete progress.testEventCode;
  const posts = new Map(before.sparkPosts.map((post) => [post.id, canonicalJson(post)]));
  for (const post of after.sparkPosts) if (posts.get(post.id) !== canonicalJson(post)) delete progress.sparkCodes[post.id];
}
