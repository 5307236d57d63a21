import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type TextLine, textLines } from '../events/uploads/text-lines.js';
import { badInput } from './exit.js';

/**
 * The lines of a file, one after the other, without white space around them.
 *
 * @param maxBytes of one line
 * @throws CommandFault (bad input) when the file cannot be read
 */
export async function* jsonLines(path: string, maxBytes: number): AsyncGenerator<TextLine> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts) throw badInput(`${path} is not there`);
  if (facts.isDirectory()) throw badInput(`${path} is a folder, not a file`);
  try {
    for await (const line of textLines(createReadStream(path), maxBytes))
      yield line.text === undefined ? line : { ...line, text: line.text.trim() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'syscall' in error) throw badInput(`${path} cannot be read: ${String(error.code)}`);
    throw error;
  }
}
