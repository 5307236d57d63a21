import { condition } from '@temporalio/workflow';
import type { OnboardingRun } from './run.js';

/**
 * Reads until the answer is no longer undefined: the first wait from the settings, doubling up to the last (30 s to 6 h as
 * Kobi works). `wake` ends a wait early when a person's act makes another look worth while.
 */
export async function poll<T>(
  run: OnboardingRun,
  summary: string,
  read: () => Promise<T | undefined>,
  wake: () => boolean = () => false,
): Promise<T> {
  const { firstMs, lastMs } = run.state.settings.poll;
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, lastMs)) {
    await run.whileNotPaused();
    const answer = await read();
    if (answer !== undefined) return answer;
    await condition(wake, waitMs, { summary });
  }
}
