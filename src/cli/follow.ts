import { setTimeout as sleep } from 'node:timers/promises';
import type { OnboardingStatus } from '../contract/status.js';
import { DEPENDS_ON } from '../domain/checklist.js';
import { EXIT, type ExitCode } from './exit.js';
import type { OnboardingClient } from './onboarding-client.js';

/** Whether anything goes on by itself: a step at work or about to be, or TikTok at work for us. */
function moves({ steps }: OnboardingStatus): boolean {
  const settled = new Set(steps.filter((step) => step.state === 'done' || step.state === 'skipped').map((step) => step.id));
  return steps.some((step) => {
    if (step.state === 'running') return true;
    if (step.state === 'waiting') return DEPENDS_ON[step.id].every((dependency) => settled.has(dependency));
    return step.state === 'waiting_on' && step.ball === 'tiktok';
  });
}

/**
 * The exit code with which waiting for an onboarding ends: live 0, cancelled or only parked steps left 1, people asked 3; undefined
 * while it goes on by itself.
 */
export function endOfWait(status: OnboardingStatus): ExitCode | undefined {
  if (status.state === 'live') return EXIT.done;
  if (status.state === 'cancelled') return EXIT.failed;
  if (status.state === 'paused') return EXIT.waitingForPeople;
  if (status.state === 'cancelling' || moves(status)) return undefined;
  return status.steps.some((step) => step.state === 'waiting_on') ? EXIT.waitingForPeople : EXIT.failed;
}

/** Whether an onboarding has ended for good. */
export function hasEnded({ state }: OnboardingStatus): boolean {
  return state === 'live' || state === 'cancelled';
}

const EVERY_MS = 1_000;

/**
 * Looks at an onboarding every second and tells each look, until `enough` says so twice in a row: between two steps a single look may
 * see neither.
 */
export async function follow(
  onboardings: Pick<OnboardingClient, 'status'>,
  slug: string,
  told: (status: OnboardingStatus) => void,
  enough: (status: OnboardingStatus) => boolean,
): Promise<OnboardingStatus> {
  for (let agreed = 0; ; ) {
    const { status } = await onboardings.status(slug);
    told(status);
    agreed = enough(status) ? agreed + 1 : 0;
    if (agreed === 2 || (agreed === 1 && hasEnded(status))) return status;
    await sleep(EVERY_MS);
  }
}
