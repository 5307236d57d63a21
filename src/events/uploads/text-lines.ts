/** One line of a file. */
export interface TextLine {
  /** Counted from 1; blank lines count, but are not handed out. */
  readonly number: number;
  /** Undefined for a line that is longer than allowed, or not UTF-8. */
  readonly text: string | undefined;
  readonly problem?: 'too_long' | 'not_utf8';
}

const NEWLINE = 0x0a;

function lineOf(
  number: number,
  parts: readonly Buffer[],
  tooLong: boolean,
  decoder: InstanceType<typeof TextDecoder>,
): TextLine | undefined {
  if (tooLong) return { number, text: undefined, problem: 'too_long' };
  try {
    const text = decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)).replace(/\r$/, '');
    return text.trim() === '' ? undefined : { number, text };
  } catch {
    return { number, text: undefined, problem: 'not_utf8' };
  }
}

/**
 * The lines of a file, one after the other; never more than a piece of the file and one line are in memory, however long the file or a
 * line of it is. A byte order mark is taken off.
 *
 * @param maxBytes of one line
 */
export async function* textLines(chunks: AsyncIterable<unknown>, maxBytes: number): AsyncGenerator<TextLine> {
  // Fatal: a broken byte would be hashed as another person's address.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let parts: Buffer[] = [];
  let size = 0;
  const take = (piece: Buffer): void => {
    size += piece.length;
    if (size <= maxBytes) parts.push(piece);
    else parts = [];
  };
  for await (const chunk of chunks) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      take(bytes.subarray(from, end));
      from = end + 1;
      const line = lineOf(number, parts, size > maxBytes, decoder);
      if (line) yield line;
      number += 1;
      parts = [];
      size = 0;
    }
    // Copied: a piece of a chunk would keep the whole chunk alive.
    if (from < bytes.length) take(Buffer.from(bytes.subarray(from)));
  }
  const last = size === 0 ? undefined : lineOf(number, parts, size > maxBytes, decoder);
  if (last) yield last;
}
