import { afterAll, beforeAll } from 'vitest';
import { createLedgerActivities, type LedgerDependencies } from '../../src/activities/ledger.js';
import type { LedgerActivities } from '../../src/contract/onboarding-activities.js';
import { peopleSchema, type People } from '../../src/domain/people.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { freshDatabase, type FreshDatabase } from '../harness/temporal.js';

type LedgerRows = Awaited<ReturnType<typeof listLedger>>;

const GATES = ['approver:creative_policy', 'approver:spark_ads', 'approver:business_verification'];

/** Two approvers of everything, one who looks after other tenants only, one who has left, and operators. */
export function everybody(): People {
  return peopleSchema.parse({
    people: [
      { id: 'approver-a@example.org', mail: 'a@example.org', roles: [...GATES, 'finance'], tenants: '*' },
      { id: 'approver-b@example.org', mail: 'b@example.org', roles: [...GATES, 'finance'], tenants: '*' },
      { id: 'approver-elsewhere@example.org', mail: 'elsewhere@example.org', roles: GATES, tenants: ['another_tenant'] },
      { id: 'approver-gone@example.org', mail: 'gone@example.org', roles: GATES, tenants: '*', disabled: true },
      { id: 'ops-a@example.org', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
    ],
  });
}

/** The engine's own ledger on the real PostgreSQL, for onboardings whose decisions are judged by the people of now. */
export function useLedger() {
  let database: FreshDatabase;
  const silent = { warn: () => undefined, debug: () => undefined };

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.close());

  return {
    /** @param people who there is at the moment of asking */
    activities(people: () => People = everybody, hours: Pick<LedgerDependencies, 'businessHours'> = {}): LedgerActivities {
      return createLedgerActivities({ db: database.db, readPeople: () => Promise.resolve(people()), ...hours, log: silent });
    },
    rows(slug: string, ...kinds: string[]): Promise<LedgerRows> {
      return listLedger(database.db, { slug, ...(kinds.length > 0 ? { kinds } : {}) });
    },
    /** Recomputes the tenant's chain; the fault is null when every row stands on the one before. */
    async fault(slug: string): Promise<unknown> {
      const [report] = await verifyChain(database.db, slug);
      if (!report) throw new Error(`${slug} has no rows`);
      return report.fault;
    },
  };
}
