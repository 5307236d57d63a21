import { type EventVerdict, MAX_EVENT_BYTES } from '../contract/events.js';
import { judgeLine, tooLarge } from '../domain/events/judge.js';
import type { PreparedMap } from '../domain/events/prepared-map.js';
import { createUnmappedCount, type UnmappedName } from '../domain/events/unmapped.js';
import { jsonLines } from './json-lines.js';
import type { PreviewCounts } from './render/events.js';

/** What was counted while the file went by. */
export interface Previewed {
  readonly counts: PreviewCounts;
  readonly unmapped: readonly UnmappedName[];
  /** No line was a JSON object: most likely another kind of file. */
  readonly noneReadable: boolean;
}

/**
 * Judges a file of events, one JSON object per line, and tells each verdict at once; the file may be larger than memory.
 *
 * @param at when the events are taken to have come in
 * @throws CommandFault (bad input) when the file cannot be read
 */
export async function previewEvents(
  file: string,
  prepared: PreparedMap,
  at: Date,
  tell: (line: number, verdict: EventVerdict) => void,
): Promise<Previewed> {
  const rejectReasons = new Map<string, number>();
  const counts = { events: 0, send: 0, unmapped: 0, reject: 0, drop: 0, rejectReasons };
  const unmapped = createUnmappedCount();
  for await (const { number, text, problem } of jsonLines(file, MAX_EVENT_BYTES)) {
    const verdict = problem === 'too_long' ? tooLarge() : judgeLine(prepared, text ?? '', at);
    counts.events += 1;
    counts[verdict.verdict] += 1;
    if (verdict.verdict === 'reject') rejectReasons.set(verdict.reason, (rejectReasons.get(verdict.reason) ?? 0) + 1);
    if (verdict.verdict === 'unmapped' && verdict.name !== null && verdict.source !== null)
      unmapped.add(verdict.source, verdict.name, verdict.suggestion);
    tell(number, verdict);
  }
  const malformed = rejectReasons.get('malformed') ?? 0;
  return { counts, unmapped: unmapped.names(), noneReadable: counts.events > 0 && malformed === counts.events };
}
