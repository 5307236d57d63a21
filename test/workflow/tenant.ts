import type { OnboardingInput } from '../../src/contract/onboarding.js';
import { DEFAULT_WAITS, type OnboardingSettings } from '../../src/contract/settings.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { evidenceHash } from '../../src/domain/evidence.js';

/** A school with one creative: everything applies but catalog and Spark posts. */
export function school(slug: string, change: Partial<Tenant> = {}): Tenant {
  return {
    slug,
    legalName: 'Example School',
    country: 'DE',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    vertical: 'private_school',
    industryId: '290303',
    website: 'https://school.example',
    landingPages: ['https://school.example/open-day'],
    ga4: { measurementId: 'G-EXAMPLE1', keyEvents: [{ name: 'generate_lead', source: 'site' }] },
    objectives: ['LEAD_GENERATION'],
    optimisationEvent: 'Lead',
    mode: 'managed',
    contacts: [{ role: 'marketing', email: 'marketing@example.org' }],
    company: {},
    verification: 'inherited',
    tiktokAccount: { use: 'link', handle: 'example_school' },
    pixel: { testEventCode: 'TEST00000' },
    billing: { initialFundingMinor: 50_000, budgetCapPerMonthMinor: 300_000 },
    creatives: [
      {
        id: 'open-day',
        file: '/creatives/open-day.mp4',
        text: 'Visit our open day',
        music: { source: 'commercial_library' },
        declarations: ['no_guaranteed_grades'],
      },
    ],
    sparkPosts: [],
    requestedBy: 'ops-a@example.org',
    ...change,
  };
}

export function settings(change: Partial<OnboardingSettings> = {}): OnboardingSettings {
  return {
    bcId: '7300000000000000001',
    operatorUserIds: ['7300000000000000011'],
    billingGroupId: '7300000000000000050',
    fundingThresholdMinor: { EUR: 100_000 },
    fundingDailyLimitMinor: { EUR: 1_000_000 },
    ...DEFAULT_WAITS,
    allowLoopback: false,
    ...change,
  };
}

export function onboardingInput(tenant: Tenant, change: Partial<OnboardingSettings> = {}): OnboardingInput {
  return { tenant, settings: settings(change), startedBy: 'ops-a@example.org', tenantHash: evidenceHash(tenant) };
}
