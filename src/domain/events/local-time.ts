import { DateTime } from 'luxon';
import { textOf } from './plain-values.js';

const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)$/;

/**
 * A moment that names no zone, such as `2026-11-20 14:33`, as ISO 8601 with the one that it was written in. In the hour that a clock goes
 * through twice it is the first, as nobody can tell.
 * @returns everything else as it is: the judge tells what is wrong with it
 */
export function inZone(written: unknown, zone: string | null): unknown {
  const parts = zone === null ? null : WITHOUT_ZONE.exec(textOf(written) ?? '');
  if (!parts || zone === null) return written;
  const moment = DateTime.fromISO(`${parts[1]}T${parts[2]}`, { zone });
  return moment.isValid ? moment.toISO() : written;
}
