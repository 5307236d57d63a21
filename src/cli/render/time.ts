const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** A duration in its largest unit, and the next one below ten: `2 d 4 h`, `35 min`, `0 s`. */
export function duration(durationMs: number): string {
  const at = UNITS.findIndex((unit) => durationMs >= unit.ms);
  const unit = UNITS[at];
  if (!unit) return '0 s';
  const count = Math.floor(durationMs / unit.ms);
  const below = UNITS[at + 1];
  const rest = below && count < 10 ? Math.floor((durationMs % unit.ms) / below.ms) : 0;
  return below && rest > 0 ? `${count} ${unit.name} ${rest} ${below.name}` : `${count} ${unit.name}`;
}

/** `5 min ago`, `in 2 d`, `now`. */
export function relative(iso: string, now: Date): string {
  const offMs = Date.parse(iso) - now.getTime();
  if (Number.isNaN(offMs)) return 'at an unknown time';
  if (Math.abs(offMs) < 1_000) return 'now';
  return offMs < 0 ? `${duration(-offMs)} ago` : `in ${duration(offMs)}`;
}

/** A sentence of the engine with its instants as people write them, to the minute in UTC: `2026-11-20 14:05 UTC`. */
export function withReadableInstants(text: string): string {
  return text.replaceAll(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z/g, '$1 $2 UTC');
}

/** The instant itself to the minute, in UTC, and how far away it is: `2026-11-20 14:05 UTC (5 min ago)`. */
export function instant(iso: string, now: Date): string {
  const parsed = Date.parse(iso);
  if (Number.isNaN(parsed)) return 'an unknown time';
  return `${new Date(parsed).toISOString().slice(0, 16).replace('T', ' ')} UTC (${relative(iso, now)})`;
}
