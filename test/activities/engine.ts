import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { act, type PersonAction, personAction } from '../../simulator/people.js';
import { SEED } from '../../simulator/seed.js';
import { type Simulator, startSimulator } from '../../simulator/server.js';
import { createOnboardingActivities } from '../../src/activities/index.js';
import type { OnboardingActivities } from '../../src/contract/onboarding-activities.js';
import { advertiserName } from '../../src/domain/naming.js';
import type { Database } from '../../src/store/database.js';
import { createSecretStore } from '../../src/store/secrets.js';
import { createTikTokClient, type TikTokClient } from '../../src/tiktok/client.js';
import { usePostgres } from '../store/postgres.js';
import { school } from '../workflow/tenant.js';

export interface Engine {
  readonly simulator: Simulator;
  readonly db: Database;
  readonly activities: OnboardingActivities;
  /** The same activities where conversion events have a database of their own. */
  withEventsIn(eventsDb: Database): OnboardingActivities;
  /** Another database, empty. */
  another(): Promise<Database>;
  readonly secrets: ReturnType<typeof createSecretStore>;
  /** Runs one activity as a worker would: a new attempt with its own context. */
  attempt<Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output>;
  /** What somebody outside of Kobi's systems does. */
  person(action: PersonAction): void;
  /** An advertiser of the tenant, made by the engine's own activities. */
  advertiser(slug: string): Promise<{ slug: string; bcId: string; advertiserId: string }>;
  /** Mutations of one path that changed TikTok's state. */
  committed(path: string): ReturnType<Simulator['store']['ledger']['find']>;
}

const SECRETS_KEY = '0'.repeat(64);

/** Failing tests read better when the fault is the whole message. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ code: string; message: string; retryable: boolean; details: readonly string[] }> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error) || !('type' in error)) throw error;
    const [failure] = 'details' in error && Array.isArray(error.details) ? error.details : [];
    const details: unknown = failure?.details;
    return {
      code: String(error.type),
      message: error.message,
      retryable: 'nonRetryable' in error && error.nonRetryable === false,
      details: Array.isArray(details) ? details.map(String) : [],
    };
  }
  throw new Error('the activity did not fail');
}

/** The activities over the real client, a simulator of TikTok over HTTP, and a PostgreSQL; all anew for every test. */
export function useEngine(): () => Engine {
  const postgres = usePostgres();
  let simulator: Simulator;
  let tiktok: TikTokClient;
  let engine: Engine;

  beforeAll(async () => {
    simulator = await startSimulator({ rateLimit: 'off' });
    tiktok = createTikTokClient({ baseUrl: simulator.apiUrl, accessToken: SEED.token, appId: SEED.appId, appSecret: SEED.appSecret });
  });
  afterAll(async () => {
    tiktok.close();
    await simulator.close();
  });

  beforeEach(async () => {
    simulator.store.reset({});
    simulator.faults.clear();
    const db = await postgres.open();
    const secrets = createSecretStore(db, SECRETS_KEY);
    const withEventsIn = (eventsDb: Database) =>
      createOnboardingActivities({
        tiktok,
        eventsDb,
        db,
        secrets,
        clock: () => new Date(simulator.store.clock.now()),
        log: { info: () => undefined, warn: () => undefined },
        reconcile: { spreadMs: 300, reads: 3 },
        allowLoopback: true,
      });
    const activities = withEventsIn(db);
    engine = {
      simulator,
      withEventsIn,
      another: () => postgres.open(),
      db,
      activities,
      secrets,
      attempt: (activity, input) =>
        new MockActivityEnvironment({ startToCloseTimeoutMs: 30_000 }, { logger: new DefaultLogger('ERROR') }).run(() => activity(input)),
      person: (action) => {
        act(simulator.store.state, personAction.parse(action), simulator.store.clock.now());
      },
      async advertiser(slug) {
        const tenant = school(slug);
        const name = advertiserName(slug);
        const bc = await engine.attempt(activities.inspectBusinessCenter, {
          slug,
          bcId: SEED.bcId,
          currency: 'EUR',
          advertiserName: name,
          mode: 'managed',
        });
        const { advertiserId } = await engine.attempt(activities.createAdvertiser, { slug, tenant, bc, name });
        const of = { slug, bcId: SEED.bcId, advertiserId };
        await engine.attempt(activities.assignAdvertiser, { ...of, userIds: [SEED.tokenUserId] });
        return of;
      },
      committed: (path) => simulator.store.ledger.find({ path, committed: true }),
    };
  });
  afterEach(() => {
    // A field that TikTok does not document would pass unseen, because TikTok ignores it.
    expect(simulator.violations).toEqual([]);
  });
  return () => engine;
}
