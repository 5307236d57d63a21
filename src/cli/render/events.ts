import { EVENT_NOTES } from '../../contract/event-reasons.js';
import { EVENT_SOURCES, type EventVerdict } from '../../contract/events.js';
import { type OptimisationStanding, VALUE_OPTIMISATION } from '../../domain/events/optimisation.js';
import type { UnmappedName } from '../../domain/events/unmapped.js';
import { table } from './table.js';
import { clean, type Paint, type Tone } from './text.js';

const TONE: Readonly<Record<EventVerdict['verdict'], Tone>> = { send: 'good', unmapped: 'warn', reject: 'bad', drop: 'calm' };

function why(verdict: EventVerdict): string {
  switch (verdict.verdict) {
    case 'send': {
      const notes = verdict.notes.map(({ code, field }) => `${field}: ${EVENT_NOTES[code]}`);
      return [...(verdict.standard ? [] : ['custom: it cannot be optimised for']), ...notes].join('; ');
    }
    case 'unmapped':
      return verdict.suggestion;
    case 'reject':
      return `${verdict.reason}${verdict.field === '' ? '' : ` (${verdict.field})`}: ${verdict.sentence} ${verdict.mend}`;
    case 'drop':
      return `${verdict.reason}: ${verdict.sentence}`;
  }
}

/** Columns have fixed widths, because the lines are written while the file is read. */
function columns(cells: readonly [string, string, string, string, string], last: string): string {
  const widths = [8, 9, 22, 21, 22];
  return `${cells.map((cell, index) => `${cell.padEnd((widths[index] ?? 0) - 1)} `).join('')}${last}`.trimEnd();
}

/** The head of the preview's table. */
export function verdictHead(): string {
  return columns(['line', 'verdict', 'name', 'TikTok event', 'event id'], 'why');
}

/** One event as a line of the preview's table: no identifier of a person stands in it. */
export function verdictLine(line: number, verdict: EventVerdict, paint: Paint): string {
  const { name, event_id: id } = verdict;
  const event = verdict.verdict === 'send' ? verdict.event : '-';
  const plain = columns([String(line), verdict.verdict, clean(name ?? '-'), event, clean(id ?? '-')], why(verdict));
  return plain.replace(verdict.verdict, paint(TONE[verdict.verdict], verdict.verdict));
}

/** Names that nobody knows, with what to do about each. */
export function unmappedTable(unmapped: readonly UnmappedName[]): string[] {
  return table(
    ['unmapped', 'source', 'events', 'what to do'],
    unmapped.map(({ name, source, count, suggestion }) => [clean(name), source, String(count), suggestion]),
  );
}

/** For what ads can optimise by the event settings, what that waits for, and how far it is to the value of payments. */
export function optimisationLines({ choice, findings, payments }: OptimisationStanding, paint: Paint): string[] {
  const source = choice?.source ?? 'web';
  const { counted, needed } = payments[source];
  const progress = `${counted} of ${needed} attributed payments with a value within ${VALUE_OPTIMISATION.days} days (${source})`;
  return [
    ...(choice === null
      ? []
      : [`settings: ${choice.byValue ? 'the value of ' : ''}${clean(choice.event)} under ${clean(choice.objective)}, ${source}`]),
    ...findings.map(({ kind, text }) => paint(kind === 'waiting' ? 'warn' : 'bad', clean(text))),
    ...(choice?.byValue === true && findings.length > 0 ? [] : [`value optimisation: ${progress}`]),
  ];
}

export interface PreviewCounts {
  readonly events: number;
  readonly send: number;
  readonly unmapped: number;
  readonly reject: number;
  readonly drop: number;
  readonly rejectReasons: ReadonlyMap<string, number>;
}

/** How many of each, and every unmapped name with what to do about it. */
export function previewSummary(counts: PreviewCounts, unmapped: readonly UnmappedName[]): string[] {
  const { events, send, reject, drop, rejectReasons } = counts;
  const reasons = [...rejectReasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
  return [
    `${events} event(s): ${send} to send, ${counts.unmapped} unmapped, ${reject} refused${reasons === '' ? '' : ` (${reasons})`}, ${drop} dropped; nothing was sent`,
    ...(unmapped.length === 0 ? [] : unmappedTable(unmapped)),
  ];
}

/** A map's rows: what each name means on each source; `-` where it is not sent. */
export function mapTable(
  rows: readonly { readonly name: string; readonly targets: Readonly<Record<(typeof EVENT_SOURCES)[number], string | null>> }[],
) {
  return table(
    ['name', ...EVENT_SOURCES],
    rows.map(({ name, targets }) => [clean(name), ...EVENT_SOURCES.map((source) => targets[source] ?? '-')]),
  );
}
