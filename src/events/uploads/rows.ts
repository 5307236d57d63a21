import { MAX_EVENT_BYTES } from '../../contract/events.js';
import { csvHead } from '../../domain/events/forms/csv-columns.js';
import { cellsOf, delimiterOf, isOpen } from './csv-cells.js';
import { type TextLine, textLines } from './text-lines.js';

/** One row of a file, at the line where it begins and the line where it ends. */
export interface UploadRow {
  readonly line: number;
  readonly lastLine: number;
  readonly read: { readonly event: unknown } | { readonly problem: 'malformed' | 'too_large' | 'not_utf8' | 'row_unreadable' };
}

/** A file of which nothing more can be read; the sentence holds no value of it. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';
}

/** Lines over which one quoted cell may go; more is a quote that somebody forgot. */
const MOST_LINES = 100;

function problemOf({ problem }: TextLine): 'too_large' | 'not_utf8' {
  return problem === 'not_utf8' ? 'not_utf8' : 'too_large';
}

async function* guarded(chunks: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  let first = true;
  for await (const chunk of chunks) {
    if (first && Buffer.isBuffer(chunk) && chunk.length > 1 && (chunk.readUInt16BE(0) === 0xfffe || chunk.readUInt16BE(0) === 0xfeff))
      throw new FileUnreadable('the file is UTF-16, not UTF-8: save it as CSV UTF-8');
    first = false;
    yield chunk;
  }
}

/** The rows of a file of JSON lines. */
export async function* jsonRows(chunks: AsyncIterable<unknown>): AsyncGenerator<UploadRow> {
  for await (const line of textLines(guarded(chunks), MAX_EVENT_BYTES)) {
    const at = { line: line.number, lastLine: line.number };
    if (line.text === undefined) yield { ...at, read: { problem: problemOf(line) } };
    else {
      try {
        yield { ...at, read: { event: JSON.parse(line.text) as unknown } };
      } catch {
        yield { ...at, read: { problem: 'malformed' } };
      }
    }
  }
}

/** Lines that can be put back. */
function turnable(lines: AsyncGenerator<TextLine>) {
  const back: TextLine[] = [];
  return {
    async next(): Promise<TextLine | undefined> {
      const waiting = back.shift();
      if (waiting) return waiting;
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    },
    putBack: (some: readonly TextLine[]) => void back.unshift(...some),
  };
}

type Turnable = ReturnType<typeof turnable>;

/** The cells of a row that begins with this line; where its quote is never closed, the lines after it are rows of their own. */
async function rowFrom(
  first: TextLine & { readonly text: string },
  rest: Turnable,
  delimiter: string,
): Promise<{ cells: string[] | undefined; lastLine: number }> {
  const more: TextLine[] = [];
  let text = first.text;
  while (isOpen(text) && more.length < MOST_LINES && text.length < MAX_EVENT_BYTES) {
    const next = await rest.next();
    if (!next) break;
    more.push(next);
    if (next.text === undefined) break;
    text = `${text}\n${next.text}`;
  }
  const whole = isOpen(text) ? undefined : cellsOf(text, delimiter);
  if (whole) return { cells: whole, lastLine: more.at(-1)?.number ?? first.number };
  rest.putBack(more);
  return { cells: cellsOf(first.text, delimiter), lastLine: first.number };
}

/**
 * The rows of a CSV file, whose first line names the columns.
 *
 * @param namesEvent false where every row is an event of one name, so that the head need not name it
 * @param head hears which columns nothing is made of, once
 * @throws FileUnreadable where no column names the event
 */
export async function* csvRows(
  chunks: AsyncIterable<unknown>,
  { namesEvent, head: tell }: { readonly namesEvent: boolean; readonly head: (unknown: readonly string[]) => void },
): AsyncGenerator<UploadRow> {
  const lines = turnable(textLines(guarded(chunks), MAX_EVENT_BYTES));
  let first = await lines.next();
  // Excel's own way to name the delimiter.
  const told = /^sep=([,;\t])$/i.exec(first?.text ?? '')?.[1];
  if (told !== undefined) first = await lines.next();
  if (!first) return;
  const delimiter = told ?? delimiterOf(first.text ?? '');
  const names = first.text === undefined ? undefined : cellsOf(first.text, delimiter);
  if (!names) throw new FileUnreadable('the first line, which names the columns, cannot be read: save the file as CSV UTF-8');
  const head = csvHead(names);
  if (namesEvent && !head.namesEvent)
    throw new FileUnreadable(
      'no column of the first line names the event (event, event_name): name it there, or say which event every row is',
    );
  tell(head.unknown);
  for (let line = await lines.next(); line; line = await lines.next()) {
    const { number, text } = line;
    if (text === undefined) {
      yield { line: number, lastLine: number, read: { problem: problemOf(line) } };
      continue;
    }
    const { cells, lastLine } = await rowFrom({ ...line, text }, lines, delimiter);
    yield { line: number, lastLine, read: cells ? { event: head.event(cells) } : { problem: 'row_unreadable' } };
  }
}
