const RELATIVE = new Intl.RelativeTimeFormat('en', { style: 'long', numeric: 'always' });
const UNITS = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** How far away an instant is, in words and whole units, two of a unit at least: `in 2 days`, `in 47 hours`, `3 minutes ago`. */
export function distance(instant: string, now: Date): string {
  const ms = Date.parse(instant) - now.getTime();
  if (Number.isNaN(ms)) return instant;
  const [unit, length] = UNITS.find(([, each]) => Math.abs(ms) >= 2 * each) ?? (['second', 1_000] as const);
  return RELATIVE.format(Math.trunc(ms / length), unit);
}

/** Made once for each zone: making one takes longer than a page may. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-01 13:00` by the clock of a zone; Swedish writes dates that way. */
export function localTime(instant: string, zone: string): string {
  let format = FORMATS.get(zone);
  if (format === undefined)
    FORMATS.set(zone, (format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone })));
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : format.format(at);
}

/**
 * A time in the viewer's zone, with UTC on hover and for machines; with `now`, how far away it is, and both clocks on hover.
 * @param props.at ISO 8601
 * @param props.zone a valid IANA zone
 */
export function Instant({ at, zone, now }: { readonly at: string; readonly zone: string; readonly now?: Date }) {
  const utc = `${localTime(at, 'UTC')} UTC`;
  const local = zone === 'UTC' ? utc : localTime(at, zone);
  return (
    <time datetime={at} title={now === undefined || zone === 'UTC' ? utc : `${local} (${zone}), ${utc}`}>
      {now === undefined ? local : distance(at, now)}
    </time>
  );
}
