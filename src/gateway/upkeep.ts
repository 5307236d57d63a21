import { hourly } from '../events/hourly.js';
import { makeEventDays } from '../store/event-days.js';
import { forgetOldKeys } from '../store/events.js';
import type { GatewayDependencies } from './dependencies.js';

const AGAIN_MS = 60_000;

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
  const work = async (): Promise<void> => {
    const now = clock();
    const made = await makeEventDays(db, now);
    if (made.length > 0) log.info({ days: made }, 'partitions of coming days were made');
    await more();
    const forgotten = await forgetOldKeys(db, now);
    if (forgotten > 0) log.info({ forgotten }, 'keys of deduplication older than 48 hours were forgotten');
  };
  const failed = (reason: string): void => log.warn({ reason }, 'the upkeep of events failed; trying again in a minute');
  await hourly(work, { stop, againMs: AGAIN_MS, failed });
}
