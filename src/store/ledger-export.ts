import type { LedgerRow } from '../domain/ledger-chain.js';
import type { Database } from './database.js';
import { ledgerRows } from './ledger.js';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = ['slug', 'seq', 'at', 'kind', 'key', 'actor', 'payload', 'prev', 'hash'] as const;

/** Control characters but tab and line ends, written as JSON writes them: a terminal would obey them. */
const UNPRINTED = /(?![\t\r\n])\p{Cc}/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * One cell of CSV (RFC 4180), always quoted. A spreadsheet would run a cell that begins like a formula, also after blanks, so such a
 * cell gets an apostrophe in front.
 */
export function csvCell(text: string): string {
  const printed = text.replaceAll(UNPRINTED, escaped);
  const harmless = /^[\s\p{Cf}]*[=+\-@|\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text) ? `'${printed}` : printed;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** The same JSON: what `JSON.stringify` leaves as it is although terminals obey it is escaped. */
function printable(json: string): string {
  return json.replaceAll(UNPRINTED, escaped);
}

function csvLine(row: LedgerRow): string {
  return COLUMNS.map((column) =>
    column === 'seq' ? String(row.seq) : csvCell(column === 'payload' ? JSON.stringify(row.payload) : row[column]),
  ).join(',');
}

/** The ledger of one tenant or of all, line by line, without line ends; JSON Lines hold all that a check of the chain needs. */
export async function* exportLedger(db: Database, format: ExportFormat, slug?: string): AsyncGenerator<string> {
  if (format === 'csv') yield COLUMNS.join(',');
  for await (const row of ledgerRows(db, slug)) yield format === 'csv' ? csvLine(row) : printable(JSON.stringify(row));
}
