import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const recordsSchema = z.array(z.array(z.string()));

/** The delimiter of a head: whichever of comma, semicolon and tab stands in it most often outside quotes. */
export function delimiterOf(head: string): ',' | ';' | '\t' {
  const bare = head.replaceAll(/"[^"]*"/g, '');
  const count = (one: string): number => bare.split(one).length;
  if (count(';') > count(',') && count(';') >= count('\t')) return ';';
  return count('\t') > count(',') ? '\t' : ',';
}

/** Whether a quote is still open at the end of a text; a quote within a cell is written twice, so that a whole row has an even number. */
export function isOpen(text: string): boolean {
  let open = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) open = !open;
  return open;
}

/**
 * The cells of one row; a quote in the middle of a cell that is not quoted is a quote.
 * @returns undefined where the text is not exactly one row
 */
export function cellsOf(text: string, delimiter: string): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const records = recordsSchema.parse(parse(text, { delimiter, relax_column_count: true, relax_quotes: true }));
    return records.length === 1 ? records[0] : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
