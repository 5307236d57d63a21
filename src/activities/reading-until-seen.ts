import { Context } from '@temporalio/activity';
import { beat } from './attempts.js';
import type { ActivityDependencies } from './dependencies.js';

const HEARTBEAT_MS = 5_000;

/** Waits in pieces that beat the heart, and ends at once when the activity is cancelled. */
async function wait(waitMs: number): Promise<void> {
  const context = Context.current();
  for (let leftMs = waitMs; leftMs > 0; leftMs -= HEARTBEAT_MS) {
    beat();
    await context.sleep(Math.min(leftMs, HEARTBEAT_MS));
  }
}

/**
 * Reads until something shows. Lookups of TikTok may lag by 30 s, so absence is believed only after reads spread over 90 s
 * (`deps.reconcile`) all found nothing: then the answer is undefined.
 */
export async function readUntilSeen<T>(
  deps: Pick<ActivityDependencies, 'reconcile'>,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { spreadMs, reads } = deps.reconcile;
  for (let count = 1; ; count += 1) {
    const seen = await read();
    if (seen !== undefined) return seen;
    if (count >= reads) return undefined;
    await wait(spreadMs / Math.max(1, reads - 1));
  }
}
