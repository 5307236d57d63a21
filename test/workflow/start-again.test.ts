import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import type { ClientDependencies } from '../../src/cli/onboarding-client.js';
import { createOnboardingClient, type OnboardingClient } from '../../src/cli/onboarding-client.js';
import { peopleSchema } from '../../src/domain/people.js';
import { listLedger } from '../../src/store/ledger.js';
import { freshDatabase, type FreshDatabase } from '../harness/temporal.js';
import { fakeActivities, type FakeActivities } from './fake-activities.js';
import { openApprovals } from './open-approvals.js';
import { useOnboardings } from './onboardings.js';
import { school, settings } from './tenant.js';

const { client, enlist, taskQueue } = useOnboardings();
const people = peopleSchema.parse({
  people: [{ id: 'approver-a@example.org', mail: 'a@example.org', roles: ['approver:creative_policy'], tenants: '*' }],
});
const silent = { warn: () => undefined, debug: () => undefined };

let database: FreshDatabase;
let onboardings: OnboardingClient;

beforeAll(async () => {
  database = await freshDatabase();
  const deps: ClientDependencies = {
    client: client(),
    db: database.db,
    secrets: { put: async () => undefined },
    taskQueue,
    approvals: openApprovals,
    settings: settings(),
  };
  onboardings = createOnboardingClient(deps);
});
afterAll(() => database.close());

/** A tenant whose calls are answered and whose rows and projection are kept in PostgreSQL; nothing is started yet. */
function awaited(slug: string, activities: Partial<FakeActivities> = {}) {
  const ledger = createLedgerActivities({ db: database.db, readPeople: async () => people, log: silent });
  return enlist(slug, fakeActivities({ ...ledger, ...activities }));
}

describe('the same tenant started again', () => {
  it('joins the running onboarding, 20 times at once', async () => {
    const tenant = school('again_joined');
    const onboarding = await awaited(tenant.slug);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => onboardings.start(tenant, 'ops-a@example.org')));
    expect(answers.map((answer) => answer.outcome).sort()).toEqual([...Array.from({ length: 19 }, () => 'joined'), 'started']);
    expect(new Set(answers.map((answer) => answer.runId)).size).toBe(1);
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(onboarding.fakes.calls.filter((call) => call === 'createAdvertiser')).toHaveLength(1);
  });

  it('with a changed file is refused with the difference, and nothing changes', async () => {
    const tenant = school('again_changed');
    const onboarding = await awaited(tenant.slug);
    await onboardings.start(tenant, 'ops-a@example.org');
    await onboarding.untilGate('creative_policy', 'open');
    const changed = { ...tenant, legalName: 'Example School Ltd', landingPages: ['https://school.example/spring'] };
    expect(await onboardings.start(changed, 'ops-a@example.org')).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('kobi amend again_changed'),
      differences: [
        { path: 'landingPages.0', before: 'https://school.example/open-day', after: 'https://school.example/spring' },
        { path: 'legalName', before: 'Example School', after: 'Example School Ltd' },
      ],
    });
    expect((await onboarding.status()).legalName).toBe('Example School');

    const verb = { actor: 'ops-a@example.org', reason: 'the school was renamed', verbId: randomUUID() };
    expect(await onboardings.amend(tenant.slug, { ...verb, tenant: changed })).toMatchObject({ accepted: true });
    expect(await onboardings.start(changed, 'ops-a@example.org'), 'amended, it is the same file').toMatchObject({ outcome: 'joined' });
    expect(await onboardings.start(tenant, 'ops-a@example.org'), 'the first file is the other one now').toMatchObject({
      outcome: 'refused',
    });
    await onboarding.approve('creative_policy');
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('once it is live starts nothing; an amendment then runs only what it touches', async () => {
    const tenant = school('again_live');
    const first = await awaited(tenant.slug);
    await onboardings.start(tenant, 'ops-a@example.org');
    await first.approve('creative_policy');
    await first.handle.result();
    expect(await onboardings.start(tenant, 'ops-a@example.org')).toMatchObject({ outcome: 'live', runId: null });

    const second = await awaited(tenant.slug);
    const verb = {
      actor: 'ops-b@example.org',
      reason: 'a new page',
      tenant: { ...tenant, landingPages: ['https://school.example/spring'] },
    };
    expect(await onboardings.amend(tenant.slug, { ...verb, tenant: { ...tenant, timeZone: 'Europe/Zurich' } })).toMatchObject({
      accepted: false,
      code: 'fixed_field',
    });
    expect(await onboardings.amend(tenant.slug, verb)).toMatchObject({ accepted: true, steps: ['launch_check'] });
    expect((await second.handle.result()).state).toBe('live');
    expect(new Set(second.fakes.calls)).toEqual(new Set(['saveStatus', 'checkLaunch']));
    expect(await listLedger(database.db, { slug: tenant.slug, kinds: ['verb_amend'] })).toMatchObject([
      { actor: 'ops-b@example.org', payload: { reason: 'a new page' } },
    ]);
  });

  it('after it was cancelled begins anew; what was left at TikTok is adopted', async () => {
    const tenant = school('again_cancelled');
    const first = await awaited(tenant.slug);
    const { runId } = await onboardings.start(tenant, 'ops-a@example.org');
    await first.untilGate('creative_policy', 'open');
    await onboardings.cancel(tenant.slug, { actor: 'ops-a@example.org', reason: 'the school hesitates' });
    expect((await first.handle.result()).state).toBe('cancelled');
    expect(await onboardings.retry(tenant.slug, { actor: 'ops-a@example.org', reason: 'too late' })).toMatchObject({
      accepted: false,
      code: 'onboarding_ended',
    });

    const { inspectBusinessCenter } = fakeActivities().activities;
    const second = await awaited(tenant.slug, {
      inspectBusinessCenter: async (input) => ({ ...(await inspectBusinessCenter(input)), advertiserId: '7300000000000000200' }),
    });
    const again = await onboardings.start(tenant, 'ops-a@example.org');
    expect(again).toMatchObject({ outcome: 'started', message: expect.stringContaining('adopts what the cancelled one left') });
    expect(again.runId).not.toBe(runId);
    await second.approve('creative_policy');
    expect((await second.handle.result()).state).toBe('live');
    expect(second.fakes.calls).not.toContain('createAdvertiser');
    expect((await onboardings.status(tenant.slug)).status.state).toBe('live');
  });
});
