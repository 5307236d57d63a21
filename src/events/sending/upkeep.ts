import type { Database } from '../../store/database.js';
import { forgetOldAttempts } from '../../store/event-attempts.js';
import { type Dropped, dropEventDays, makeEventDays } from '../../store/event-days.js';
import { addUpHours } from '../../store/event-hours.js';
import { forgetOldKeys } from '../../store/events.js';
import { hourly } from '../hourly.js';
import type { SendingLog } from './dependencies.js';

const DAY_MS = 86_400_000;
const AGAIN_MS = 3_600_000;

/**
 * Makes the coming days' partitions, takes whole days away that are older than events are kept, forgets keys older than TikTok's window, and
 * adds up what the events of each hour came to.
 * Several processes may do it at once.
 * @returns the days taken away, and what on them had never reached TikTok
 */
export async function upkeep(db: Database, { now, keepDays }: { readonly now: Date; readonly keepDays: number }): Promise<Dropped> {
  const before = new Date(now.getTime() - keepDays * DAY_MS);
  await makeEventDays(db, now);
  const gone = await dropEventDays(db, before, now);
  await forgetOldAttempts(db, before);
  await forgetOldKeys(db, now);
  await addUpHours(db, now);
  return gone;
}

/** Does the upkeep every hour until `stop`; what fails is logged and done the next time. */
export async function keepUp(
  { db, keepDays, clock, log }: { readonly db: Database; readonly keepDays: number; readonly clock: () => Date; readonly log: SendingLog },
  stop: AbortSignal,
): Promise<void> {
  const work = async (): Promise<void> => {
    const { days, unsent } = await upkeep(db, { now: clock(), keepDays });
    if (days.length > 0) log.info({ days, keepDays }, 'days of events were taken away, being older than events are kept');
    for (const events of unsent)
      log.warn({ ...events }, 'events were taken away that never reached TikTok, which would not take them any more, being too old');
  };
  const failed = (reason: string): void => log.warn({ reason }, 'the upkeep of events failed; it is done again in an hour');
  await hourly(work, { stop, againMs: AGAIN_MS, failed });
}
