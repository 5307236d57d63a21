import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { createApprovals } from '../../src/approvals/approvals.js';
import { createOnboardingClient, type OnboardingClient } from '../../src/cli/onboarding-client.js';
import { type People, peopleSchema } from '../../src/domain/people.js';
import { listLedger } from '../../src/store/ledger.js';
import { type Desk, startDesk } from '../web/desk.js';
import { eventually } from '../workflow/eventually.js';
import { type FakeActivities, fakeActivities } from '../workflow/fake-activities.js';
import type { Onboarding } from '../workflow/onboarding.js';
import { useOnboardings } from '../workflow/onboardings.js';
import { school, settings } from '../workflow/tenant.js';
import { type Caller, callerAt } from './caller.js';

export const PEOPLE: People = peopleSchema.parse({
  people: [
    { id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
    { id: 'ops-elsewhere', mail: 'ops-elsewhere@example.org', roles: ['ops'], tenants: ['another_tenant'] },
    { id: 'approver-a', mail: 'approver-a@example.org', roles: ['approver:creative_policy'], tenants: '*' },
    { id: 'approver-b', mail: 'approver-b@example.org', roles: ['approver:creative_policy'], tenants: '*' },
    { id: 'approver-elsewhere', mail: 'approver-elsewhere@example.org', roles: ['approver:creative_policy'], tenants: ['another_tenant'] },
    { id: 'approver-gone', mail: 'approver-gone@example.org', roles: ['approver:creative_policy'], tenants: '*' },
    { id: 'finance-a', mail: 'finance-a@example.org', roles: ['finance'], tenants: '*' },
    { id: 'finance-b', mail: 'finance-b@example.org', roles: ['finance'], tenants: '*' },
    { id: 'ops-finance-a', mail: 'ops-finance-a@example.org', roles: ['ops', 'finance', 'approver:creative_policy'], tenants: '*' },
    { id: 'viewer-a', mail: 'viewer-a@example.org', roles: ['viewer'], tenants: '*' },
  ],
});

const EXAMPLE = await readFile(resolve('examples', 'tenants', 'alpine_school.yaml'), 'utf8');

/** A desk on a real Temporal server and a real database, with a TikTok that answers at once. One per test file. */
export function useOffice() {
  const { client, enlist, taskQueue } = useOnboardings();
  let desk: Desk;
  let onboardings: OnboardingClient;
  const temporal: { away: Error | undefined } = { away: undefined };

  beforeAll(async () => {
    desk = await startDesk({ onboardings: () => (temporal.away ? Promise.reject(temporal.away) : Promise.resolve(onboardings)) });
    desk.people = PEOPLE;
    const { db } = desk.database;
    const people = () => Promise.resolve(desk.people);
    const approvals = createApprovals({ db, secretsKey: 'ab'.repeat(32), settings: { mode: 'signed' }, people });
    onboardings = createOnboardingClient({
      client: client(),
      db,
      secrets: { put: async () => undefined },
      taskQueue,
      approvals,
      settings: settings(),
    });
  });
  afterAll(() => desk.close());

  /** Readies the tenant's TikTok; nothing is started. */
  async function expectTenant(slug: string, change: Partial<FakeActivities> = {}): Promise<Onboarding> {
    const ledger = createLedgerActivities({
      db: desk.database.db,
      readPeople: () => Promise.resolve(desk.people),
      log: { warn: () => undefined, debug: () => undefined },
    });
    return enlist(slug, fakeActivities({ ...ledger, ...change }));
  }

  async function untilInInbox(slug: string): Promise<void> {
    await eventually(
      `${slug} in the inbox`,
      () => desk.database.db.selectFrom('gates').select('state').where('slug', '=', slug).execute(),
      (gates) => gates.some((gate) => gate.state === 'open'),
    );
  }

  return {
    desk: () => desk,
    onboardings: () => onboardings,
    /** What the desk hears when it asks for Temporal; undefined lets it through again. */
    temporal,
    expectTenant,
    untilInInbox,
    /** A program with the token of a person. */
    as: async (person: string): Promise<Caller> => callerAt(desk.origin, { authorization: `Bearer ${await desk.token(person)}` }),
    /** An onboarding that waits for `creative_policy` alone, started by ops-finance-a. */
    async atGate(slug: string): Promise<Onboarding> {
      const onboarding = await expectTenant(slug);
      await onboardings.start(school(slug, { billing: { initialFundingMinor: 0 } }), 'ops-finance-a');
      await onboarding.untilGate('creative_policy', 'open');
      await untilInInbox(slug);
      return onboarding;
    },
    rows: (slug: string, ...kinds: string[]) => listLedger(desk.database.db, { slug, ...(kinds.length > 0 ? { kinds } : {}) }),
  };
}

/** The example school as a tenant file of this slug. */
export function tenantFile(slug: string, changes: Readonly<Record<string, string>> = {}): string {
  let text = EXAMPLE.replaceAll('alpine_school', slug);
  for (const [before, after] of Object.entries(changes)) {
    if (!text.includes(before)) throw new Error(`the example holds no ${before}`);
    text = text.replaceAll(before, after);
  }
  return text;
}
