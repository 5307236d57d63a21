import { ONBOARD_TENANT, onboardingWorkflowId } from '../contract/ids.js';
import type { OnboardingInput } from '../contract/onboarding.js';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.js';
import type { Tenant } from '../contract/tenant.js';
import { escapeMarkdown } from '../domain/current-details.js';
import type { ClientDependencies } from './onboarding-client.js';
import { change, isTooLate, ServerAway } from './run-access.js';

const START_TIMEOUT_MS = 15_000;

function staticDetails(tenant: Tenant, startedBy: string): string {
  return [
    `**${escapeMarkdown(tenant.legalName)}** (\`${tenant.slug}\`, ${tenant.mode}, ${escapeMarkdown(tenant.vertical)})`,
    `asked for by ${escapeMarkdown(tenant.requestedBy)}, started by ${escapeMarkdown(startedBy)}`,
    `objectives ${tenant.objectives.map(escapeMarkdown).join(', ')}, optimised for ${escapeMarkdown(tenant.optimisationEvent)}`,
    `\`kobi status ${tenant.slug}\` · \`kobi gates ${tenant.slug}\``,
  ].join('\n\n');
}

/**
 * Starts one run of the workflow.
 *
 * @param afterCompleted whether a run may follow one that completed: a cancelled one, or a live tenant's amendment
 * @returns the run id
 * @throws ServerAway within seconds when there is no server; WorkflowExecutionAlreadyStartedError when one is running, or has completed and none may follow
 */
export async function startRun(
  { client, taskQueue }: ClientDependencies,
  input: OnboardingInput,
  afterCompleted: boolean,
): Promise<string> {
  const { tenant } = input;
  const start = () =>
    client.workflow.start(ONBOARD_TENANT, {
      workflowId: onboardingWorkflowId(tenant.slug),
      taskQueue,
      args: [input],
      // Failing on a running one is how "started" and "joined" are told apart: exactly one of many starters hears "started".
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: afterCompleted ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.tenant, value: tenant.slug },
        { key: SEARCH_ATTRIBUTES.state, value: 'running' },
        { key: SEARCH_ATTRIBUTES.mode, value: tenant.mode },
        { key: SEARCH_ATTRIBUTES.vertical, value: tenant.vertical },
      ],
      staticSummary: `onboarding of ${tenant.slug}: ${tenant.mode}, ${tenant.vertical}`,
      staticDetails: staticDetails(tenant, input.startedBy),
      priority: { fairnessKey: tenant.slug },
    });
  try {
    return (await change(client, START_TIMEOUT_MS, start)).firstExecutionRunId;
  } catch (error) {
    // A start waits for no worker: without an answer it is the server that is away.
    throw isTooLate(error) ? new ServerAway() : error;
  }
}
