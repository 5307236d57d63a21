import { setTimeout as delay } from 'node:timers/promises';
import { makeEventDays } from '../store/event-days.js';
import { forgetOldKeys } from '../store/events.js';
import type { GatewayDependencies } from './dependencies.js';

const HOUR_MS = 3_600_000;
const RETRY_MS = 60_000;

/**
 * Makes the coming days' partitions and forgets keys of deduplication that are over, now and every hour, until `stop`. Several gateways
 * may do so at once. A failure is told and tried again in a minute: events come in all the same.
 *
 * @param more what else is looked after at that pace
 */
export async function runUpkeep(
  { eventsDb: db, clock, log }: Pick<GatewayDependencies, 'eventsDb' | 'clock' | 'log'>,
  stop: AbortSignal,
  more: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  while (!stop.aborted) {
    let pause = HOUR_MS;
    try {
      const now = clock();
      const made = await makeEventDays(db, now);
      if (made.length > 0) log.info({ days: made }, 'partitions of coming days were made');
      const forgotten = await forgetOldKeys(db, now);
      if (forgotten > 0) log.info({ forgotten }, 'keys of deduplication older than 48 hours were forgotten');
      await more();
    } catch (error) {
      pause = RETRY_MS;
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the upkeep of events failed; trying again in a minute');
    }
    await delay(pause, undefined, { signal: stop }).catch(() => undefined);
  }
}
