import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { benchSchool } from '../../bench/school.js';
import { SEED } from '../../simulator/seed.js';
import { readBusinessCenterNow, readTenantNow } from '../../src/cli/plan/live-facts.js';
import { type Plan, planOnboarding } from '../../src/cli/plan/plan.js';
import type { OnboardingStatus } from '../../src/contract/status.js';
import type { Tenant } from '../../src/contract/tenant.js';
import type { SparkCode } from '../../src/domain/tenant-intake.js';
import { useLiveEngine } from './live-engine.js';

const engine = useLiveEngine();
/** Nobody is waited for: TikTok has taken in and reviewed products as soon as they are there. */
beforeAll(() => {
  Object.assign(engine().simulator.store.state.timings, { feedSeconds: 0, productReviewSeconds: 0 });
});

const shop: Tenant = {
  ...benchSchool('plan_shop'),
  vertical: 'ecommerce',
  objectives: ['PRODUCT_SALES'],
  optimisationEvent: 'Purchase',
  ga4: { measurementId: 'G-EXAMPLE1', keyEvents: [{ name: 'purchase', source: 'events_api' }] },
  catalog: { feed: { kind: 'file', file: resolve('examples', 'assets', 'peak_gear_products.csv') } },
  billing: { initialFundingMinor: 500_000 },
  creatives: [],
};
const tours: Tenant = {
  ...benchSchool('plan_tours'),
  vertical: 'tourism',
  ga4: {
    measurementId: 'G-EXAMPLE1',
    keyEvents: [
      {
        name: 'generate_lead',
        source: 'pixel_rule',
        rule: { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'EQUALS', variable: 'PAGE_PATH', value: '/thanks' },
      },
    ],
  },
  tiktokAccount: { use: 'spark_posts' },
  billing: { initialFundingMinor: 0 },
  creatives: [],
  sparkPosts: [
    {
      id: 'summit',
      handle: 'alpen_touren',
      link: 'https://www.tiktok.com/@alpen_touren/video/7300000000000000501',
      authCodeRef: 'plan-summit',
    },
  ],
};
const code: SparkCode = { post: 'summit', ref: 'plan-summit', code: SEED.sparkCodes.tourismOne };

async function plan(tenant: Tenant): Promise<Plan> {
  const { tiktok, settings } = engine();
  const bc = await readBusinessCenterNow(tiktok, settings.bcId, settings.billingGroupId);
  if (!bc) throw new Error('no Business Center');
  return planOnboarding({ tenant, settings, live: { bc, tenant: await readTenantNow(tiktok, settings.bcId, tenant) } });
}

/** Takes the tenant to live; every gate is approved by as many people as it needs. @returns the last status, and TikTok's calls by path */
async function run(tenant: Tenant): Promise<{ status: OnboardingStatus; calls: Record<string, number> }> {
  const { onboardings, simulator } = engine();
  const before = simulator.store.ledger.find({}).length;
  await onboardings.start(tenant, 'ops-a@example.org', [code]);
  for (;;) {
    const { status } = await onboardings.status(tenant.slug);
    if (status.state === 'live') {
      const calls: Record<string, number> = {};
      for (const { path } of simulator.store.ledger.find({}).slice(before)) calls[path] = (calls[path] ?? 0) + 1;
      return { status, calls };
    }
    expect(status.steps.filter((step) => step.state === 'parked')).toEqual([]);
    for (const gate of status.gates) {
      const actor = gate.candidates.find((person) => !gate.decisions.some((decision) => decision.actor === person));
      if (gate.state !== 'open' || actor === undefined) continue;
      const { id, revision, evidenceHash } = gate;
      const amount = id === 'initial_funding' ? { amountMinor: tenant.billing.initialFundingMinor } : {};
      await onboardings.decide(tenant.slug, {
        gate: id,
        revision,
        evidenceHash,
        verdict: 'approve',
        actor,
        reason: 'looks right',
        ...amount,
      });
    }
    await delay(50);
  }
}

describe('kobi plan foretells', () => {
  it.each([
    ['a school with one creative', benchSchool('plan_school'), ['creative_policy']],
    ['a shop with a product file and a funding above the threshold', shop, ['initial_funding']],
    ['a tourism operator with a Spark post and a pixel rule', tours, ['spark_ads']],
  ])('%s: its gates, what is skipped, and every call to TikTok', async (_, tenant, gates) => {
    const planned = await plan(tenant);
    const { status, calls } = await run(tenant);

    expect(planned.findings).toEqual([]);
    expect(planned.gates.filter((gate) => gate.opens === 'yes').map((gate) => gate.gate)).toEqual(gates);
    expect(status.gates.filter((gate) => gate.state === 'approved').map((gate) => gate.id)).toEqual(gates);
    const skipped = planned.steps.filter((step) => step.action === 'skip').map((step) => step.step);
    expect(status.steps.filter((step) => step.state === 'skipped').map((step) => step.id)).toEqual(skipped);
    const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
    expect(planned.calls, JSON.stringify({ planned: planned.steps.map(({ step, calls: n }) => `${step} ${n}`), calls }, null, 1)).toBe(
      total,
    );
  });

  it('that a funding above the limit of a day is approved in vain', async () => {
    const { settings } = engine();
    const school = benchSchool('plan_limit');
    const daily = settings.fundingDailyLimitMinor[school.currency];
    if (daily === undefined) throw new Error(`no limit of a day for ${school.currency}`);
    const funded = async (initialFundingMinor: number): Promise<readonly string[]> =>
      (await plan({ ...school, billing: { initialFundingMinor } })).findings.map(({ code: found }) => found);
    expect(await funded(daily)).not.toContain('funding_limit');
    expect(await funded(daily + 1)).toContain('funding_limit');
  });
});
