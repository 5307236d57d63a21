import { setImmediate as othersFirst } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { tenantFromData, tenantFromText, type TenantPlace } from '../../../cli/tenant-from-file.js';
import { fault } from '../../../domain/faults.js';
import type { Intake } from '../../../domain/tenant-intake.js';
import { tenantOfRow } from '../../../domain/tenant-rows.js';

/** One tenant that somebody handed in, checked: `where` names it for people, such as `row 3`. */
export interface Candidate {
  readonly where: string;
  readonly intake: Intake;
}

const MOST_ROWS = 500;
/** Several times what a tenant file with everything in it has. */
const MOST_COLUMNS = 200;
const LONGEST_COLUMN = 100;

function refused(problem: string): Candidate[] {
  return [{ where: 'the text', intake: { ok: false, faults: [fault([], problem)] } }];
}

/** Why a table is not read at all: its fields nest by their names, and each is judged for each row. */
function tooMuch(table: readonly (readonly string[])[]): string | undefined {
  const [head = [], ...rows] = table;
  if (rows.length > MOST_ROWS) return `has more than ${MOST_ROWS} rows; at most ${MOST_ROWS} are taken at once`;
  if (head.length > MOST_COLUMNS) return `has ${head.length} columns; at most ${MOST_COLUMNS} are taken`;
  if (head.some((name) => name.length > LONGEST_COLUMN)) return `has a column whose name is longer than ${LONGEST_COLUMN} characters`;
  return undefined;
}

function looksLikeCsv(text: string): boolean {
  return /^\uFEFF?"?slug"?\s*[,;]/.test(text);
}

/**
 * What a text holds: one tenant file (YAML or JSON), or a CSV whose first column is `slug` and whose other columns are paths of the
 * tenant file. Never throws for what a person wrote.
 *
 * @param place where the files are that a tenant names
 */
export async function candidatesIn(text: string, place: TenantPlace): Promise<Candidate[]> {
  if (text.trim() === '') return refused('is empty: paste a tenant file, or choose a file');
  if (!looksLikeCsv(text)) return [{ where: 'the tenant file', intake: await tenantFromText(text, place) }];
  const headLength = text.search(/[\r\n]|$/);
  if (headLength > MOST_COLUMNS * LONGEST_COLUMN) return refused(`has a first line of ${headLength} characters; it names the columns`);
  let table: string[][];
  try {
    // One more than is taken, so that nobody waits for a million of them.
    table = parse(text, {
      bom: true,
      delimiter: [',', ';'],
      skip_empty_lines: true,
      trim: true,
      relax_column_count: false,
      to: MOST_ROWS + 2,
    });
  } catch (error) {
    return refused(`is no CSV that can be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const excess = tooMuch(table);
  if (excess !== undefined) return refused(excess);
  const [head = [], ...rows] = table;
  const checked: Candidate[] = [];
  for (const [index, cells] of rows.entries()) {
    const row = Object.fromEntries(head.map((name, column) => [name, cells[column] ?? '']));
    checked.push({ where: `row ${index + 1}`, intake: await tenantFromData(tenantOfRow(row), place) });
    await othersFirst();
  }
  const first = new Map<string, string>();
  return checked.map((each) => {
    if (!each.intake.ok) return each;
    const { slug } = each.intake.tenant;
    const other = first.get(slug);
    first.set(slug, other ?? each.where);
    return other === undefined ? each : { ...each, intake: { ok: false, faults: [fault(['slug'], `${slug} is in ${other} already`)] } };
  });
}
