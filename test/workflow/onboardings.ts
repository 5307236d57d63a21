import { randomUUID } from 'node:crypto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll } from 'vitest';
import { onboardingWorkflowId, ONBOARD_TENANT } from '../../src/contract/ids.js';
import type { OnboardingInput } from '../../src/contract/onboarding.js';
import type { OnboardingSettings } from '../../src/contract/settings.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { connectTemporal, connectWorker, type TemporalClient } from '../../src/temporal/connection.js';
import type { onboardTenant } from '../../src/workflows/onboard-tenant.js';
import { workflowBundle } from '../faults/bundle.js';
import { collectHistory, temporalAddress } from '../harness/temporal.js';
import { fakeActivities, type FakeActivities, type Fakes } from './fake-activities.js';
import { byTenant } from './fakes-by-tenant.js';
import { Onboarding } from './onboarding.js';
import { onboardingInput, school } from './tenant.js';

export interface StartOptions {
  readonly tenant?: Partial<Tenant>;
  readonly settings?: Partial<OnboardingSettings>;
  readonly activities?: Partial<FakeActivities>;
  readonly input?: Partial<OnboardingInput>;
}

/**
 * One worker on the real server for a test file. `start` begins an onboarding with its own fakes; when the file is over, the history
 * of every run is kept, to be replayed when all tests are over.
 */
export function useOnboardings(addressOf: () => string = temporalAddress) {
  const taskQueue = `test-${randomUUID()}`;
  const tenants = byTenant();
  const started: Onboarding[] = [];
  let server: TemporalClient;
  let worker: Worker;
  let running: Promise<void>;
  let stopWorker: () => Promise<void>;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const codePath = await workflowBundle();
    const address = addressOf();
    server = await connectTemporal({ address, env: {} });
    const { connection, namespace } = await connectWorker({ address, env: {} });
    worker = await Worker.create({ connection, namespace, taskQueue, workflowBundle: { codePath }, activities: tenants.activities });
    running = worker.run();
    stopWorker = async () => {
      worker.shutdown();
      await running;
      await connection.close();
    };
  });

  afterAll(async () => {
    await Promise.all(started.map(({ handle }) => collectHistory(server.client, handle)));
    await stopWorker();
    await server.close();
  });

  /** Readies the tenant's fakes; a run of the same tenant that has ended is kept before another one hides it. */
  async function enlist(slug: string, fakes: Fakes): Promise<Onboarding> {
    const handle = server.client.workflow.getHandle<typeof onboardTenant>(onboardingWorkflowId(slug));
    const earlier = started.findIndex((each) => each.handle.workflowId === handle.workflowId);
    if (earlier >= 0) {
      await collectHistory(server.client, handle);
      started.splice(earlier, 1);
    }
    tenants.add(slug, fakes);
    const onboarding = new Onboarding(server.client, handle, fakes);
    started.push(onboarding);
    return onboarding;
  }

  return {
    taskQueue,
    client: () => server.client,
    enlist,
    /** Begins an onboarding of the school; slugs are unique in the whole test run. */
    async start(slug: string, { tenant = {}, settings = {}, activities = {}, input = {} }: StartOptions = {}): Promise<Onboarding> {
      const onboarding = await enlist(slug, fakeActivities(activities));
      await server.client.workflow.start<typeof onboardTenant>(ONBOARD_TENANT, {
        workflowId: onboardingWorkflowId(slug),
        taskQueue,
        args: [{ ...onboardingInput(school(slug, tenant), settings), ...input }],
      });
      return onboarding;
    },
  };
}
