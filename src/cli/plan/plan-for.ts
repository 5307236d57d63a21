import type { Tenant } from '../../contract/tenant.js';
import { getOnboarding } from '../../store/onboardings.js';
import { failed } from '../exit.js';
import type { Session } from '../session.js';
import { readBusinessCenterNow, readTenantNow } from './live-facts.js';
import { type Plan, planOnboarding } from './plan.js';

/**
 * The plan of a tenant that was checked already, against TikTok's state now.
 * @throws CommandFault (failed) when our token's user is no member of the Business Center; TikTok's errors as they come
 */
export async function planFor(session: Session, tenant: Tenant, startedBy: string): Promise<Plan> {
  const { onboarding: settings } = session.config();
  const tiktok = await session.tiktok();
  const bc = await readBusinessCenterNow(tiktok, settings.bcId, settings.billingGroupId);
  if (!bc) throw failed(`our token's user is no member of the Business Center ${settings.bcId}; kobi doctor says what is missing`);
  const [now, people, saved] = await Promise.all([
    readTenantNow(tiktok, settings.bcId, tenant),
    session.people(),
    getOnboarding(session.database(), tenant.slug),
  ]);
  return planOnboarding({
    tenant,
    settings,
    people,
    startedBy,
    onboarding: saved && { state: saved.status.state, updatedAt: saved.updatedAt },
    live: { bc, tenant: now },
  });
}
