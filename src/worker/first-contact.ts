import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/**
 * Tries until something answers for the first time: after a reboot server and database may come up later than the worker.
 *
 * @param away whether an error says that nothing answers yet
 * @param forMs how long, in milliseconds
 * @param stop ends the waiting
 * @throws what the last attempt threw: another error, or the time is over, or `stop` fired
 */
export async function firstContact<Result>(
  attempt: () => Promise<Result>,
  away: (error: unknown) => boolean,
  { forMs, log, stop }: { forMs: number; log: Pick<Logger, 'warn'>; stop: AbortSignal },
): Promise<Result> {
  const until = Date.now() + forMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(2 * pauseMs, 4_000)) {
    try {
      return await attempt();
    } catch (error) {
      if (!away(error) || stop.aborted || Date.now() + pauseMs > until) throw error;
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'not there yet; trying again');
      await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
