import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { onboardingWorkflowId } from '../contract/ids.js';
import type { OnboardingInput } from '../contract/onboarding.js';
import type { Tenant } from '../contract/tenant.js';
import { type TenantDifference, tenantDifferences, tenantHash } from '../domain/amend.js';
import { appendToLedger } from '../store/ledger.js';
import { getOnboarding } from '../store/onboardings.js';
import type { ClientDependencies } from './onboarding-client.js';
import { clean } from './render/text.js';
import { isRunGone, read } from './run-access.js';
import { shellWord } from './shell-word.js';
import { startRun } from './start-run.js';
import { tenantOfRun } from './tenant-of-run.js';
import { refuseLargeTenant } from './tenant-size.js';
import { counted } from '../domain/counted.js';

const LOOK_TIMEOUT_MS = 10_000;

export interface StartAnswer {
  readonly slug: string;
  /** `refused`: one is running with another tenant file; `live`: there is nothing to start. Neither changed anything. */
  readonly outcome: 'started' | 'joined' | 'refused' | 'live';
  readonly workflowId: string;
  readonly runId: string | null;
  readonly message: string;
  readonly differences: readonly TenantDifference[];
}

/** The command that brings this file in where none may be started. */
function amending(slug: string, file: string | undefined): string {
  return `kobi amend ${slug} --file ${file === undefined ? 'FILE' : clean(shellWord(file))} --as PERSON --reason TEXT`;
}

function live(slug: string, since: string, file: string | undefined): StartAnswer {
  return {
    slug,
    outcome: 'live',
    workflowId: onboardingWorkflowId(slug),
    runId: null,
    message: `${slug} is live since ${since}; nothing was started. Change it with: ${amending(slug, file)}`,
    differences: [],
  };
}

/** By then a start is written down, if whoever made it lives. */
const WRITTEN_WITHIN_MS = 2_000;

async function join(deps: ClientDependencies, slug: string, tenant: Tenant, file: string | undefined): Promise<StartAnswer> {
  const { client } = deps;
  const known = await tenantOfRun(client, slug);
  const workflowId = onboardingWorkflowId(slug);
  const { runId, startTime } = await client.workflow.getHandle(workflowId).describe();
  // Whoever started it may have died before the row was written. Those who start at the same instant leave it to that one.
  const hadTime = Date.now() - startTime.getTime() > WRITTEN_WITHIN_MS;
  if (hadTime && known.input.carried === undefined) await recordStart(deps, known.input, runId);
  if (known.tenantHash === tenantHash(tenant)) {
    return {
      slug,
      outcome: 'joined',
      workflowId,
      runId,
      message: `the onboarding of ${slug} is running already with this very file; joined it`,
      differences: [],
    };
  }
  const differences = tenantDifferences(known.tenant, tenant);
  return {
    slug,
    outcome: 'refused',
    workflowId,
    runId,
    message: `the onboarding of ${slug} is running with another tenant file; this one differs in ${counted(differences.length, 'field')}. Apply it with: ${amending(slug, file)}`,
    differences,
  };
}

/** The row that tells who started it: by four eyes this person decides none of its gates. */
async function recordStart(
  { db }: ClientDependencies,
  { tenant, startedBy, tenantHash: hash }: OnboardingInput,
  runId: string,
): Promise<void> {
  await appendToLedger(db, {
    slug: tenant.slug,
    kind: 'onboarding_started',
    key: `started:${runId}`,
    actor: startedBy,
    payload: { runId, tenantHash: hash, requestedBy: tenant.requestedBy },
    at: new Date().toISOString(),
  });
}

/**
 * Starts a tenant's onboarding, or joins the running one. Who is live is PostgreSQL's word, because Temporal forgets closed runs
 * (design, section 6.1); the server's own reuse policy closes the gap between that look and the start.
 *
 * @param file what the caller calls the tenant file, so that the answer can name the whole command
 * @throws CommandFault (bad input) when the tenant is larger than a workflow's input may be; ServerAway within seconds without a server,
 *   and nothing is recorded then
 */
export async function startOnboarding(deps: ClientDependencies, tenant: Tenant, startedBy: string, file?: string): Promise<StartAnswer> {
  refuseLargeTenant(tenant);
  const { slug } = tenant;
  const saved = await getOnboarding(deps.db, slug);
  if (saved?.status.state === 'live') return live(slug, saved.updatedAt, file);
  const approvals = await deps.approvals.forNewRun();
  const input: OnboardingInput = { tenant, settings: deps.settings, startedBy, tenantHash: tenantHash(tenant), approvals };
  let cancelled = saved?.status.state === 'cancelled';
  for (let tries = 0; ; tries += 1) {
    try {
      const runId = await startRun(deps, input, cancelled);
      await recordStart(deps, input, runId);
      const message = cancelled
        ? `the onboarding of ${slug} is started again; it adopts what the cancelled one left`
        : `the onboarding of ${slug} is started`;
      return { slug, outcome: 'started', workflowId: onboardingWorkflowId(slug), runId, message, differences: [] };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || tries === 3) throw error;
    }
    try {
      const { client } = deps;
      const { status } = await read(client, LOOK_TIMEOUT_MS, () => client.workflow.getHandle(onboardingWorkflowId(slug)).describe());
      if (status.name === 'RUNNING') return await join(deps, slug, tenant, file);
    } catch (error) {
      if (!isRunGone(error)) throw error;
    }
    // It ended between our look and the start: its last projection says how.
    const ended = await getOnboarding(deps.db, slug);
    if (ended?.status.state === 'live') return live(slug, ended.updatedAt, file);
    cancelled = ended?.status.state === 'cancelled';
    await sleep(100);
  }
}
