import type { StepId } from '../contract/checklist.js';
import type { Tenant } from '../contract/tenant.js';
import { affectedSteps, fixedDifferences, type TenantDifference, tenantDifferences } from '../domain/amend.js';
import { getOnboarding } from '../store/onboardings.js';
import { readLiveState } from '../store/live-states.js';
import { badInput } from './exit.js';
import type { ClientDependencies } from './onboarding-client.js';
import { isRunGone } from './run-access.js';
import { tenantOfRun } from './tenant-of-run.js';

export interface AmendmentPreview {
  readonly differences: readonly TenantDifference[];
  /** Steps that would run again. */
  readonly steps: readonly StepId[];
  /** Fields that differ and can no longer change; with any of them the amendment is refused. */
  readonly fixed: readonly string[];
}

/** The tenant with which an onboarding works now, or went live with. */
async function tenantNow({ client, db }: ClientDependencies, slug: string): Promise<Tenant> {
  const saved = await getOnboarding(db, slug);
  if (saved?.status.state === 'live') {
    const live = await readLiveState(db, slug);
    if (live) return live.tenant;
  }
  try {
    return (await tenantOfRun(client, slug)).tenant;
  } catch (error) {
    if (!isRunGone(error)) throw error;
    throw badInput(`nobody knows any more with what ${slug} was started, so there is nothing to compare with`, { slug });
  }
}

/**
 * What an amendment would change, without changing anything.
 * @throws CommandFault (bad input) when the file is of another tenant, or the run is gone
 */
export async function previewAmendment(deps: ClientDependencies, slug: string, tenant: Tenant): Promise<AmendmentPreview> {
  if (tenant.slug !== slug) throw badInput(`the file is of tenant ${tenant.slug}, not of ${slug}`, { slug });
  const before = await tenantNow(deps, slug);
  const ids = (await getOnboarding(deps.db, slug))?.status.steps.map(({ remoteIds }) => remoteIds['advertiserId']) ?? [];
  const advertiserId = ids.find((id) => id !== undefined);
  return {
    differences: tenantDifferences(before, tenant),
    steps: affectedSteps(before, tenant),
    fixed: fixedDifferences(before, tenant, advertiserId === undefined ? {} : { advertiserId }),
  };
}
