import { Duration } from 'luxon';

/** Milliseconds as people say them, in the two largest units: `2 d 4 h`, `3 min 5 s`. */
export function durationText(ms: number): string {
  const { days, hours, minutes, seconds } = Duration.fromMillis(Math.max(0, ms)).shiftTo('days', 'hours', 'minutes', 'seconds').toObject();
  const parts: [number, string][] = [
    [days ?? 0, 'd'],
    [hours ?? 0, 'h'],
    [minutes ?? 0, 'min'],
    [Math.floor(seconds ?? 0), 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return 'under 1 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
