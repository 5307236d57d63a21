import { setTimeout as delay } from 'node:timers/promises';
import { ConfigInvalid, type Config } from '../../config.js';
import type { Fault } from '../../domain/faults.js';
import type { People } from '../../domain/people.js';
import { getOnboarding } from '../../store/onboardings.js';
import { failed } from '../exit.js';
import type { Session } from '../session.js';
import { faultyFiles } from '../tenant-files.js';
import { tenantFromFile } from '../tenant-from-file.js';
import { readBusinessCenterNow, readTenantNow } from './live-facts.js';
import { type KnownOnboarding, type Plan, planOnboarding } from './plan.js';

/** Offline, configuration and people are welcome but not needed. */
function configIfAny(session: Session): Config | undefined {
  try {
    return session.config();
  } catch (error) {
    if (error instanceof ConfigInvalid) return undefined;
    throw error;
  }
}

async function peopleIfAny(session: Session): Promise<People | undefined> {
  if (!configIfAny(session)) return undefined;
  try {
    return await session.people();
  } catch {
    return undefined;
  }
}

async function readLive(session: Session, file: string) {
  const { bcId, billingGroupId } = session.config().onboarding;
  const tiktok = await session.tiktok();
  const bc = await readBusinessCenterNow(tiktok, bcId, billingGroupId);
  if (!bc) throw failed(`our token's user is no member of the Business Center ${bcId}; kobi doctor says what is missing`);
  // Once more with the Business Center, so that its rules speak with the file's lines.
  const again = await tenantFromFile(file, bc);
  if (!again.ok) throw faultyFiles([{ file, faults: again.faults }]);
  return { bc, tenant: await readTenantNow(tiktok, bcId, again.tenant) };
}

async function knownOnboarding(session: Session, slug: string): Promise<KnownOnboarding | undefined> {
  const saved = await getOnboarding(session.database(), slug);
  return saved && { state: saved.status.state, updatedAt: saved.updatedAt };
}

/** How long the Business Center is waited for when the file is wrong anyway. */
const TRAITS_WITHIN_MS = 5_000;

/** Every fault of a wrong file: also those that only the live Business Center can tell, where it answers. */
async function everyFault(session: Session, file: string, known: readonly Fault[]): Promise<readonly Fault[]> {
  // Of a file that cannot be read at all there is nothing to compare.
  if (known.every(({ path }) => path === '')) return known;
  try {
    const { bcId, billingGroupId } = session.config().onboarding;
    const bc = await Promise.race([
      readBusinessCenterNow(await session.tiktok(), bcId, billingGroupId),
      delay(TRAITS_WITHIN_MS, undefined, { ref: false }),
    ]);
    const again = bc && (await tenantFromFile(file, bc));
    return again && !again.ok ? again.faults : known;
  } catch {
    return known;
  }
}

export interface PlanOptions {
  /** Without asking TikTok, our database or anybody. */
  readonly offline: boolean;
  /** Id or mail of whoever would start it; left out, requested_by of the file. */
  readonly as: string | undefined;
}

/**
 * The plan of a tenant file, by the rules and settings of this machine.
 * @throws CommandFault (bad input) with every fault of the file, also those that only the live Business Center can tell
 */
export async function planOfFile(
  session: Session,
  file: string,
  { offline, as }: PlanOptions,
): Promise<{ readonly file: string; readonly warnings: readonly Fault[]; readonly plan: Plan }> {
  const read = await tenantFromFile(file);
  if (!read.ok) throw faultyFiles([{ file, faults: offline ? read.faults : await everyFault(session, file, read.faults) }]);
  const { tenant, warnings } = read;
  const live = offline ? undefined : await readLive(session, file);
  const plan = planOnboarding({
    tenant,
    settings: configIfAny(session)?.onboarding,
    people: offline ? await peopleIfAny(session) : await session.people(),
    startedBy: as ?? tenant.requestedBy,
    onboarding: offline ? undefined : await knownOnboarding(session, tenant.slug),
    live,
  });
  return { file, warnings, plan };
}
