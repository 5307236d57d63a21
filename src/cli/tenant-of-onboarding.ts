import type { Tenant } from '../contract/tenant.js';
import { readLiveState } from '../store/live-states.js';
import { failed } from './exit.js';
import { savedOnboarding } from './known-onboarding.js';
import { isRunGone } from './run-access.js';
import type { Session } from './session.js';

export interface KnownTenant {
  readonly tenant: Tenant;
  /** Undefined until the onboarding has made or found the pixel. */
  readonly pixelCode: string | undefined;
}

/**
 * The tenant of an onboarding and its pixel: of a live one from what is kept, of a running one from its run.
 * @throws CommandFault bad input: never started; failed: neither is there any more
 */
export async function tenantOfOnboarding(session: Session, slug: string): Promise<KnownTenant> {
  const db = session.database();
  const { status } = await savedOnboarding(db, slug);
  const pixelCode = status.steps.find(({ id }) => id === 'pixel')?.remoteIds.pixelCode;
  const live = await readLiveState(db, slug);
  if (status.state === 'live' && live) return { tenant: live.tenant, pixelCode };
  // Loaded when needed: the SDK takes longer to load than most commands to run.
  const { tenantOfRun } = await import('./tenant-of-run.js');
  try {
    const { client } = await session.temporal();
    return { tenant: (await tenantOfRun(client, slug)).tenant, pixelCode };
  } catch (error) {
    if (!isRunGone(error)) throw error;
    if (live) return { tenant: live.tenant, pixelCode };
    throw failed(`Temporal no longer keeps the run of ${slug}, and it never went live; kobi plan FILE shows what a tenant file means`, {
      slug,
    });
  }
}
