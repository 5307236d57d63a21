import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { z } from 'zod';
import { onboardingWorkflowId } from '../contract/ids.js';
import { amendSchema, UPDATE } from '../contract/messages.js';
import { type OnboardingInput, onboardingInputSchema } from '../contract/onboarding.js';
import type { Tenant } from '../contract/tenant.js';
import { tenantHash } from '../domain/amend.js';

export interface RunTenant {
  readonly tenant: Tenant;
  readonly tenantHash: string;
  /** What its newest run was given; `carried` is there when that one continued another. */
  readonly input: OnboardingInput;
}

const accepted = z.object({ accepted: z.boolean() });

/**
 * The tenant with which an onboarding works now: the input of its newest run and every amendment that run accepted. Read from the
 * history, so that it needs no worker.
 *
 * @throws WorkflowNotFoundError when the run is gone
 */
export async function tenantOfRun(client: Client, slug: string): Promise<RunTenant> {
  const converter = client.options.loadedDataConverter;
  const history = await client.workflow.getHandle(onboardingWorkflowId(slug)).fetchHistory();
  let tenant: Tenant | undefined;
  let given: OnboardingInput | undefined;
  const amendments = new Map<string, Tenant>();
  for (const event of history.events ?? []) {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) {
      const [input] = await decodeArrayFromPayloads(converter, started.input?.payloads);
      given = onboardingInputSchema().parse(input);
      tenant = given.tenant;
    }
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (request?.input?.name === UPDATE.amend && request.meta?.updateId) {
      const [input] = await decodeArrayFromPayloads(converter, request.input.args?.payloads);
      const amend = amendSchema().safeParse(input);
      if (amend.success) amendments.set(request.meta.updateId, amend.data.tenant);
    }
    const completed = event.workflowExecutionUpdateCompletedEventAttributes;
    const amended = amendments.get(completed?.meta?.updateId ?? '');
    if (amended && completed?.outcome?.success) {
      const [answer] = await decodeArrayFromPayloads(converter, completed.outcome.success.payloads);
      if (accepted.safeParse(answer).data?.accepted === true) tenant = amended;
    }
  }
  if (!tenant || !given) throw new Error(`the history of ${onboardingWorkflowId(slug)} has no start event`);
  return { tenant, tenantHash: tenantHash(tenant), input: given };
}
