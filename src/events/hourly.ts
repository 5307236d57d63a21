import { setTimeout as delay } from 'node:timers/promises';

const HOUR_MS = 3_600_000;

/**
 * Does work now and every hour, until `stop`. Work that fails is told and done again, because what looks after the events of a process must
 * not end it.
 *
 * @param settings.againMs milliseconds after which failed work is done again
 * @param settings.failed is told the reason
 */
export async function hourly(
  work: () => Promise<void>,
  { stop, againMs, failed }: { readonly stop: AbortSignal; readonly againMs: number; readonly failed: (reason: string) => void },
): Promise<void> {
  while (!stop.aborted) {
    let pause = HOUR_MS;
    try {
      await work();
    } catch (error) {
      pause = againMs;
      failed(error instanceof Error ? error.message : String(error));
    }
    await delay(pause, undefined, { signal: stop }).catch(() => undefined);
  }
}
