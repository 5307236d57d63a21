import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect } from 'vitest';
import { HANDLE, SITE } from '../../bench/school.js';
import { serveBenchSite } from '../../bench/site.js';
import { pixelCodeOf } from '../../scripts/stack/pixel-codes.js';
import { act, personAction } from '../../simulator/people.js';
import { SEED } from '../../simulator/seed.js';
import { type Simulator, startSimulator } from '../../simulator/server.js';
import { createOnboardingActivities } from '../../src/activities/index.js';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { createApprovals } from '../../src/approvals/approvals.js';
import { createOnboardingClient, type OnboardingClient } from '../../src/cli/onboarding-client.js';
import { DEFAULT_WAITS, type OnboardingSettings } from '../../src/contract/settings.js';
import type { People } from '../../src/domain/people.js';
import type { Database } from '../../src/store/database.js';
import { readPeopleFile } from '../../src/store/people-file.js';
import { createSecretStore } from '../../src/store/secrets.js';
import type { TemporalClient } from '../../src/temporal/connection.js';
import { createTikTokClient, type TikTokClient } from '../../src/tiktok/client.js';
import { workflowBundle } from '../faults/bundle.js';
import { connectToTestServer, connectWorkerToTestServer, freshDatabase } from '../harness/temporal.js';

const SETTINGS: OnboardingSettings = {
  bcId: SEED.bcId,
  operatorUserIds: [SEED.tokenUserId, SEED.operatorOneUserId, SEED.operatorTwoUserId],
  billingGroupId: SEED.billingGroupId,
  fundingThresholdMinor: { EUR: 100_000 },
  fundingDailyLimitMinor: { EUR: 1_000_000 },
  ...DEFAULT_WAITS,
  allowLoopback: true,
};

export interface LiveEngine {
  readonly temporal: TemporalClient;
  readonly db: Database;
  /** The way in that the command line takes. */
  readonly onboardings: OnboardingClient;
  readonly settings: OnboardingSettings;
  readonly tiktok: TikTokClient;
  readonly simulator: Simulator;
  readonly databaseUrl: string;
  /** The same way in, over connections that another process would have. */
  over(parts: { readonly client: Client; readonly db: Database }): OnboardingClient;
}

/**
 * The engine as it runs in production, in this process and for one test file: the real worker, PostgreSQL, and the simulator over
 * HTTP, whose reviewers and clients have agreed to everything beforehand, so that TikTok answers at once.
 *
 * @param people who there is at the moment of asking; those of the examples unless told
 */
export function useLiveEngine(people: () => Promise<People> = () => readPeopleFile(resolve('examples', 'people.yaml'))): () => LiveEngine {
  const stops: (() => Promise<unknown> | void)[] = [];
  let engine: LiveEngine | undefined;

  beforeAll(async () => {
    const logger = new DefaultLogger('ERROR');
    Runtime.install({ logger });
    const simulator = await startSimulator({ rateLimit: 'off' });
    stops.push(() => simulator.close());
    act(
      simulator.store.state,
      personAction.parse({ action: 'link-tiktok-account', bcId: SEED.bcId, handle: HANDLE }),
      simulator.store.clock.now(),
    );
    const { db, url: databaseUrl, close } = await freshDatabase();
    stops.push(close);
    const site = await serveBenchSite((slug) => pixelCodeOf(db, slug));
    stops.push(() => site.close());
    const tiktok = createTikTokClient({
      baseUrl: simulator.apiUrl,
      accessToken: SEED.token,
      appId: SEED.appId,
      appSecret: SEED.appSecret,
    });
    stops.push(() => tiktok.close());
    const log = { info: () => undefined, warn: () => undefined, debug: () => undefined };
    const secretsKey = '0'.repeat(64);
    const secrets = createSecretStore(db, secretsKey);
    const approvalsOf = (database: Database) => createApprovals({ db: database, secretsKey, settings: { mode: 'signed' }, people });
    const taskQueue = `test-${randomUUID()}`;
    const { connection, namespace } = await connectWorkerToTestServer();
    stops.push(() => connection.close());
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      workflowBundle: { codePath: await workflowBundle() },
      activities: {
        ...createOnboardingActivities({
          tiktok,
          db,
          secrets,
          clock: () => new Date(),
          log,
          hosts: { [SITE]: site.address },
          allowLoopback: true,
        }),
        ...createLedgerActivities({ db, readPeople: people, log }),
      },
    });
    const running = worker.run();
    stops.push(async () => {
      worker.shutdown();
      await running;
    });
    const temporal = await connectToTestServer();
    stops.push(() => temporal.close());
    const over: LiveEngine['over'] = (parts) =>
      createOnboardingClient({ ...parts, secrets, taskQueue, approvals: approvalsOf(parts.db), settings: SETTINGS });
    engine = {
      temporal,
      db,
      databaseUrl,
      over,
      onboardings: over({ client: temporal.client, db }),
      settings: SETTINGS,
      tiktok,
      simulator,
    };
    stops.push(() => expect(simulator.violations).toEqual([]));
  });
  afterAll(async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  });

  return () => {
    if (!engine) throw new Error('the engine is started by beforeAll: use it inside a test');
    return engine;
  };
}
