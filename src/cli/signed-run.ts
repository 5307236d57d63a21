import type { Decision } from '../contract/messages.js';
import type { OnboardingStatus } from '../contract/status.js';
import { getOnboarding } from '../store/onboardings.js';
import { CommandFault, EXIT } from './exit.js';
import type { ClientDependencies } from './onboarding-client.js';
import { readStatus } from './read-status.js';

/** What an envelope binds a decision to. */
export interface SignedRun {
  readonly tenant: string;
  readonly onboarding: string;
  readonly startedBy: string;
}

/** Whether a projection is surely of the present onboarding: it shows the very gate that is being decided, and has not ended. */
function shows({ state, gates }: OnboardingStatus, { gate, revision, evidenceHash }: Decision): boolean {
  if (state === 'live' || state === 'cancelled') return false;
  return gates.some(
    (each) => each.id === gate && each.revision === revision && each.evidenceHash === evidenceHash && each.state === 'open',
  );
}

/**
 * The onboarding that a decision is about, or undefined where no envelope is needed: it takes decisions as they come, or is not there.
 * Most decisions are about what the projection shows, which costs no worker anything.
 *
 * @throws CommandFault (failed) when its run waits for a worker
 */
export async function signedRun(deps: ClientDependencies, slug: string, decision: Decision): Promise<SignedRun | undefined> {
  const saved = await getOnboarding(deps.db, slug);
  const status = saved && shows(saved.status, decision) ? saved.status : await statusOrNothing(deps, slug);
  if (status?.approvals !== 'signed') return undefined;
  return { tenant: slug, onboarding: status.startedAt, startedBy: status.startedBy };
}

async function statusOrNothing(deps: ClientDependencies, slug: string): Promise<OnboardingStatus | undefined> {
  try {
    // With the patience of a command: what a page would show meanwhile may be older than the onboarding that is decided about.
    return (await readStatus({ client: deps.client, db: deps.db }, slug)).status;
  } catch (error) {
    // A tenant that was never started: the attempt is answered as such.
    if (error instanceof CommandFault && error.exitCode === EXIT.badInput) return undefined;
    throw error;
  }
}
