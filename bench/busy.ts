/** One look at an endpoint's queue. */
export interface Sample {
  readonly atMs: number;
  /** Endpoints for which calls waited at this instant. */
  readonly waiting: ReadonlySet<string>;
}

export interface CallTimes {
  /** When each call arrived, in epoch milliseconds. */
  readonly arrivedMs: readonly number[];
  /** The limit. */
  readonly perSecond: number;
}

/**
 * How busy an endpoint was while calls waited for it: the calls that arrived between two looks that both saw somebody wait, by those
 * that the limit allows in that time. 1 is the most that there can be.
 */
export function busyWhileWaiting(
  { arrivedMs, perSecond }: CallTimes,
  endpoint: string,
  samples: readonly Sample[],
): { readonly waitingSeconds: number; readonly busy: number } {
  let waitingMs = 0;
  let calls = 0;
  for (const [index, after] of samples.entries()) {
    const before = samples[index - 1];
    if (!before?.waiting.has(endpoint) || !after.waiting.has(endpoint)) continue;
    waitingMs += after.atMs - before.atMs;
    calls += arrivedMs.filter((at) => at > before.atMs && at <= after.atMs).length;
  }
  const waitingSeconds = waitingMs / 1_000;
  return { waitingSeconds, busy: waitingSeconds === 0 ? 0 : calls / (waitingSeconds * perSecond) };
}
