import { setTimeout as sleep } from 'node:timers/promises';
import { TikTokError } from '../tiktok/error.js';
import { throttledForMs } from './failure.js';

/** What TikTok refused for its rate limit certainly did not happen; an HTTP 429 without its envelope tells nothing. */
function isThrottled(error: unknown): boolean {
  return error instanceof TikTokError && error.class === 'rate_limited' && error.certainty === 'refused';
}

/**
 * Makes a call whose activity has one attempt, and makes it again within that attempt when TikTok throttles it.
 *
 * @throws TikTok's last refusal when the signal ends the waiting, and whatever else the call throws
 */
export async function pastThrottling<Answer>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  for (let refusals = 1; ; refusals += 1) {
    try {
      return await call(signal);
    } catch (error) {
      if (!isThrottled(error)) throw error;
      const inTime = await sleep(throttledForMs(refusals), true, { signal }).catch(() => false);
      if (!inTime) throw error;
    }
  }
}
