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

function refused(problem: string): Candidate[] {
  return [{ where: 'the text', intake: { ok: false, faults: [fault([], problem)] } }];
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
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, delimiter: [',', ';'], skip_empty_lines: true, trim: true, relax_column_count: false });
  } catch (error) {
    return refused(`is no CSV that can be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (rows.length > MOST_ROWS) return refused(`has ${rows.length} rows; at most ${MOST_ROWS} are taken at once`);
  const checked = await Promise.all(
    rows.map(async (row, index) => ({ where: `row ${index + 1}`, intake: await tenantFromData(tenantOfRow(row), place) })),
  );
  const first = new Map<string, string>();
  return checked.map((each) => {
    if (!each.intake.ok) return each;
    const { slug } = each.intake.tenant;
    const other = first.get(slug);
    first.set(slug, other ?? each.where);
    return other === undefined ? each : { ...each, intake: { ok: false, faults: [fault(['slug'], `${slug} is in ${other} already`)] } };
  });
}
