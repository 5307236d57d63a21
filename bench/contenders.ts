import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCause } from '@temporalio/common';
import { createApprovals } from '../src/approvals/approvals.js';
import { createOnboardingClient, type OnboardingClient } from '../src/cli/onboarding-client.js';
import { readConfig } from '../src/config.js';
import { onboardingWorkflowId } from '../src/contract/ids.js';
import { readPeopleFile } from '../src/store/people-file.js';
import { createSecretStore } from '../src/store/secrets.js';
import { workflowSources } from '../src/worker/workflow-code.js';
import type { Child } from '../scripts/stack/child.js';
import type { BareInput } from './bare/workflow.js';
import { placeOf } from './business-centers.js';
import type { GateWatch } from './gate-watch.js';
import { benchSchool, HANDLE, IMAGE } from './school.js';
import type { SimulatedTikTok } from './simulated-tiktok.js';
import type { BenchStack, ContenderName } from './stack.js';
import { bundled } from './bundles.js';

/** Waits for the end. @throws Error naming what made the workflow fail */
async function ended(stack: BenchStack, workflowId: string): Promise<void> {
  try {
    await stack.client.workflow.getHandle(workflowId).result();
  } catch (error) {
    throw new Error(`${workflowId}: ${rootCause(error instanceof Error ? error.cause : error) ?? String(error)}`, { cause: error });
  }
}

/** One of the two that are compared. `index` says in which Business Center an onboarding belongs. */
export interface Contender {
  readonly name: ContenderName;
  readonly tiktok: SimulatedTikTok;
  startWorker(): Promise<Child>;
  workflowId(slug: string): string;
  start(slug: string, index: number): Promise<void>;
  /** Settles when the gate may be decided. */
  atGate(slug: string): Promise<void>;
  decide(slug: string): Promise<void>;
  ended(slug: string): Promise<void>;
}

const APPROVER = 'approver-a@example.org';
const REASON = 'the creative shows what the school offers';

/** The engine, driven through the one way in that the command line uses too. */
export async function engineOf(stack: BenchStack, watch: GateWatch): Promise<Contender> {
  const config = readConfig({ ...stack.env.engine });
  const bundle = await bundled(workflowSources());
  const approvals = createApprovals({
    db: stack.db,
    secretsKey: config.secretsKey,
    settings: config.approvals,
    people: () => readPeopleFile(config.peopleFile),
  });
  const inPlace = (index: number): OnboardingClient => {
    const { bcId, billingGroupId, userIds } = placeOf(index);
    return createOnboardingClient({
      client: stack.client,
      db: stack.db,
      secrets: createSecretStore(stack.db, config.secretsKey),
      taskQueue: config.temporal.taskQueue,
      approvals,
      settings: { ...config.onboarding, bcId, billingGroupId, operatorUserIds: [...userIds] },
    });
  };
  const anywhere = inPlace(0);
  const workflowId = onboardingWorkflowId;
  const open = new Map<string, { readonly revision: number; readonly evidenceHash: string }>();
  return {
    name: 'engine',
    tiktok: stack.tiktok.engine,
    startWorker: () => stack.worker('engine', 'src/worker.ts', { KOBI_WORKFLOW_BUNDLE: bundle }),
    workflowId,
    async start(slug, index) {
      const { outcome, message } = await inPlace(index).start(benchSchool(slug), 'ops-a@example.org');
      if (outcome !== 'started') throw new Error(message);
    },
    async atGate(slug) {
      const { revision, evidence_hash: evidenceHash } = await watch.opened(slug);
      open.set(slug, { revision, evidenceHash });
    },
    async decide(slug) {
      const gate = open.get(slug);
      if (!gate) throw new Error(`the gate of ${slug} was not seen open`);
      const answer = await anywhere.decide(slug, { gate: 'creative_policy', verdict: 'approve', actor: APPROVER, reason: REASON, ...gate });
      if (!answer.accepted) throw new Error(answer.message);
    },
    ended: (slug) => ended(stack, workflowId(slug)),
  };
}

/** The bare workflow. Its signal may come at any time, so its gate is always open. */
export async function bareOf(stack: BenchStack): Promise<Contender> {
  const taskQueue = 'bare';
  const bundle = await bundled({ workflowsPath: join(import.meta.dirname, 'bare', 'workflow.ts') });
  const md5 = createHash('md5').update(readFileSync(IMAGE)).digest('hex');
  const workflowId = (slug: string): string => `bare:${slug}`;
  return {
    name: 'bare',
    tiktok: stack.tiktok.bare,
    startWorker: () =>
      stack.worker('bare', 'bench/bare/worker.ts', { KOBI_TASK_QUEUE: taskQueue, KOBI_WORKFLOW_BUNDLE: bundle, BENCH_SITE: stack.site }),
    workflowId,
    async start(slug, index) {
      const input: BareInput = { slug, ...placeOf(index), handle: HANDLE, image: { path: IMAGE, md5 } };
      await stack.client.workflow.start('bareOnboarding', { workflowId: workflowId(slug), taskQueue, args: [input] });
    },
    atGate: () => Promise.resolve(),
    async decide(slug) {
      await stack.client.workflow.getHandle(workflowId(slug)).signal('approve');
    },
    ended: (slug) => ended(stack, workflowId(slug)),
  };
}
