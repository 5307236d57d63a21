import { Instant } from './instants.js';

/** An instant as programs write it, to the second or finer: `2026-03-01T12:00:00.000Z`. */
const INSTANT = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A sentence of the engine in which instants are times by the viewer's clock, with UTC on hover. */
export function Told({ text, zone }: { readonly text: string; readonly zone: string }) {
  return <>{text.split(INSTANT).map((part, index) => (index % 2 === 1 ? <Instant at={part} zone={zone} /> : part))}</>;
}
