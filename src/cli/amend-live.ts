import type { VerbAnswer } from '../contract/messages.js';
import type { OnboardingInput } from '../contract/onboarding.js';
import type { Tenant } from '../contract/tenant.js';
import { fixedDifferences, tenantDifferences, tenantHash } from '../domain/amend.js';
import { amendedState } from '../domain/amended-run.js';
import { appendToLedger } from '../store/ledger.js';
import { readLiveState } from '../store/live-states.js';
import type { ClientDependencies } from './onboarding-client.js';
import { startRun } from './start-run.js';

interface LiveAmendment {
  readonly verbId: string;
  readonly actor: string;
  readonly reason: string;
  readonly tenant: Tenant;
}

/**
 * Amends a tenant that is live: a new run of only the steps that the change affects, from what the last one knew. The ledger's row
 * comes first, as for every verb.
 *
 * @throws WorkflowExecutionAlreadyStartedError when a run is under way after all
 */
export async function amendLive(deps: ClientDependencies, { verbId, actor, reason, tenant }: LiveAmendment): Promise<VerbAnswer> {
  const { slug } = tenant;
  const live = await readLiveState(deps.db, slug);
  if (!live)
    return {
      accepted: false,
      message: `what the run of ${slug} knew when it went live is not kept, so it cannot be amended; nothing was changed`,
    };
  const fixed = fixedDifferences(live.tenant, tenant, live.progress);
  if (fixed.length > 0)
    return { accepted: false, code: 'fixed_field', message: `${fixed.join(', ')} cannot change any more; nothing was changed` };
  const now = new Date().toISOString();
  const { state, steps } = amendedState(live, tenant, deps.settings, actor, now);
  if (steps.length === 0)
    return { accepted: true, message: `${slug} is live and nothing that a step reads differs; nothing was started`, steps: [] };
  await appendToLedger(deps.db, {
    slug,
    kind: 'verb_amend',
    key: `verb:${verbId}`,
    actor,
    payload: { reason, steps, differences: tenantDifferences(live.tenant, tenant) },
    at: now,
  });
  const input: OnboardingInput = {
    tenant,
    settings: deps.settings,
    startedBy: actor,
    tenantHash: tenantHash(tenant),
    approvals: await deps.approvals.forNewRun(),
    carried: state,
  };
  await startRun(deps, input, true);
  return { accepted: true, message: `${slug} was live; a run of only these steps is started: ${steps.join(', ')}`, steps };
}
