import { resolve } from 'node:path';
import type { Tenant } from '../src/contract/tenant.js';

/** Handle of the client's TikTok account, linked before anything is measured: TikTok answers at once. */
export const HANDLE = 'bench_school';
export const SITE = 'bench-school.example.org';
export const IMAGE = resolve('examples', 'assets', 'campus.jpg');

/** The tenant that is measured: a school with one creative, no Spark post, funding below the threshold. */
export function benchSchool(slug: string): Tenant {
  return {
    slug,
    legalName: 'Bench School',
    country: 'DE',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    vertical: 'private_school',
    industryId: '290303',
    website: `https://${SITE}`,
    landingPages: [`https://${SITE}/${slug}`],
    ga4: { measurementId: 'G-EXAMPLE1', keyEvents: [{ name: 'generate_lead', source: 'site' }] },
    objectives: ['LEAD_GENERATION'],
    optimisationEvent: 'Lead',
    mode: 'managed',
    contacts: [{ role: 'marketing', email: 'marketing@example.org' }],
    company: {},
    verification: 'inherited',
    tiktokAccount: { use: 'link', handle: HANDLE },
    pixel: { testEventCode: 'TEST00000' },
    billing: { initialFundingMinor: 5_000, budgetCapPerMonthMinor: 300_000 },
    creatives: [
      { id: 'campus', file: IMAGE, text: 'Visit our open day', music: { source: 'none' }, declarations: ['no_guaranteed_grades'] },
    ],
    sparkPosts: [],
    requestedBy: 'ops-a@example.org',
  };
}
