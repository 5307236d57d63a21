const FIRST_MS = 5_000;
const LAST_MS = 3_600_000;
/** Three days: whoever could not be reached for so long finds the desk as it is, and later messages tell the rest. */
const GIVE_UP_AFTER_MS = 3 * 86_400_000;

/**
 * When a delivery that failed is tried again: 5 s after the first attempt, four times as long after each further one, at most an hour,
 * and up to a fifth longer so that many do not come back at the same moment.
 *
 * @param attempt the attempt that failed: 1, 2, 3 …
 * @param atLeastMs what the other side asked for, in milliseconds
 * @param spread 0 to 1
 * @returns undefined when it is given up
 */
export function nextAttemptAt(
  { attempt, createdAt, now, atLeastMs = 0 }: { attempt: number; createdAt: Date; now: Date; atLeastMs?: number },
  spread: number,
): Date | undefined {
  if (now.getTime() - createdAt.getTime() >= GIVE_UP_AFTER_MS) return undefined;
  const waitMs = Math.min(LAST_MS, FIRST_MS * 4 ** Math.min(attempt - 1, 10));
  return new Date(now.getTime() + Math.max(waitMs * (1 + spread / 5), Math.min(atLeastMs, GIVE_UP_AFTER_MS)));
}
