import { DateTime } from 'luxon';

/** Minutes after midnight by the tenant's clock; `from` later than `to` spans midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/**
 * The first instant at or after `at` at which a message to people may go out: `at` itself, or the end of the quiet hours that it falls
 * into by the clock of that zone. An unknown zone counts as UTC.
 */
export function afterQuietHours(at: Date, zone: string, quiet: QuietHours | undefined): Date {
  if (!quiet || quiet.from === quiet.to) return at;
  const named = DateTime.fromJSDate(at, { zone });
  const local = named.isValid ? named : DateTime.fromJSDate(at, { zone: 'utc' });
  const minute = local.hour * 60 + local.minute;
  const overMidnight = quiet.from > quiet.to;
  const within = overMidnight ? minute >= quiet.from || minute < quiet.to : minute >= quiet.from && minute < quiet.to;
  if (!within) return at;
  const day = overMidnight && minute >= quiet.from ? local.plus({ days: 1 }) : local;
  // By the wall clock, so that a night in which the clocks change ends at the same hour as any other.
  return day.set({ hour: Math.floor(quiet.to / 60), minute: quiet.to % 60, second: 0, millisecond: 0 }).toJSDate();
}
