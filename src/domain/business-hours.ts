import { DateTime } from 'luxon';

/** When people at Kobi work. Minutes count from midnight of `zone`. */
export interface BusinessHours {
  /** ISO weekdays: 1 is Monday, 7 Sunday. */
  readonly days: readonly number[];
  readonly from: number;
  /** Later than `from`. */
  readonly to: number;
  /** IANA name. */
  readonly zone: string;
  /** Days on which nobody works, as `2026-12-25`. */
  readonly holidays: readonly string[];
}

/** Nobody is away for longer; whoever writes that is told a date all the same. */
const FURTHEST_DAYS = 1_000;

/** The instant at which so many milliseconds of business hours have gone by since `start`; those that run then count from now on. */
export function afterBusinessHours(start: Date, ms: number, { days, from, to, zone, holidays }: BusinessHours): Date {
  const began = DateTime.fromJSDate(start, { zone });
  let left = ms;
  for (let count = 0; count < FURTHEST_DAYS; count += 1) {
    const day = began.startOf('day').plus({ days: count });
    if (!days.includes(day.weekday) || holidays.includes(day.toFormat('yyyy-MM-dd'))) continue;
    const at = (minutes: number): number => day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis();
    const opens = Math.max(at(from), start.getTime());
    const open = at(to) - opens;
    if (open <= 0) continue;
    if (left <= open) return new Date(opens + left);
    left -= open;
  }
  return new Date(start.getTime() + ms);
}
