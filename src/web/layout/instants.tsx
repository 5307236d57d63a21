import { DateTime } from 'luxon';

/** How far away an instant is, in words: `in 2 days`, `3 minutes ago`. */
export function distance(instant: string, now: Date): string {
  return DateTime.fromISO(instant).toRelative({ base: DateTime.fromJSDate(now), style: 'long' }) ?? instant;
}

/** A time in the viewer's zone, with UTC on hover and for machines. */
export function Instant({ at, zone, now }: { readonly at: string; readonly zone: string; readonly now?: Date }) {
  const local = DateTime.fromISO(at, { zone });
  const shown = local.toFormat('yyyy-MM-dd HH:mm');
  return (
    <time datetime={at} title={`${at.slice(0, 16).replace('T', ' ')} UTC`}>
      {now === undefined ? `${shown}${zone === 'UTC' ? ' UTC' : ''}` : distance(at, now)}
    </time>
  );
}
