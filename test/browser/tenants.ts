import { SEED } from '../../simulator/seed.js';
import { benchSchool } from '../../bench/school.js';
import type { Tenant } from '../../src/contract/tenant.js';
import type { SparkCode } from '../../src/domain/tenant-intake.js';

/** A school whose one gate asks for its creative. */
export const schoolWithOneGate = (slug: string, change: Partial<Tenant> = {}): Tenant => ({
  ...benchSchool(slug),
  billing: { initialFundingMinor: 0 },
  ...change,
});

/** A tenant whose one gate asks two people for money. */
export const funded = (slug: string, change: Partial<Tenant> = {}): Tenant => ({
  ...benchSchool(slug),
  billing: { initialFundingMinor: 250_000, budgetCapPerMonthMinor: 1_000_000 },
  creatives: [],
  ...change,
});

const POSTS = ['7300000000000000501', '7300000000000000502'];
export const SUNRISE = SEED.sparkCodes.tourismOne;
export const TWO_DAYS = SEED.sparkCodes.tourismTwo;

/** A tourism operator whose ads are two posts of a creator; the codes of both are missing. */
export const tours = (slug: string, change: Partial<Tenant> = {}): Tenant => ({
  ...benchSchool(slug),
  vertical: 'tourism',
  ga4: { measurementId: 'G-EXAMPLE1', keyEvents: [{ name: 'purchase', source: 'events_api' }] },
  objectives: ['WEB_CONVERSIONS'],
  optimisationEvent: 'Purchase',
  tiktokAccount: { use: 'spark_posts' },
  billing: { initialFundingMinor: 0 },
  creatives: [],
  sparkPosts: ['sunrise', 'two-days'].map((id, index) => ({
    id,
    handle: 'alpen_touren',
    link: `https://www.tiktok.com/@alpen_touren/video/${POSTS[index]}`,
  })),
  ...change,
});

/** The tenant with its first post only, and that one's code. */
export function sunriseOnly(slug: string): { readonly tenant: Tenant; readonly codes: readonly SparkCode[] } {
  const ref = `${slug}-sunrise`;
  const { sparkPosts, ...rest } = tours(slug);
  return {
    tenant: { ...rest, sparkPosts: sparkPosts.slice(0, 1).map((post) => ({ ...post, authCodeRef: ref })) },
    codes: [{ post: 'sunrise', ref, code: SUNRISE }],
  };
}
