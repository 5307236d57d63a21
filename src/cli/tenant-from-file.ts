import { stat } from 'node:fs/promises';
import { type Fault, fault, shown } from '../domain/faults.js';
import { namedFiles } from '../domain/intake/named-files.js';
import { intake, type Intake, type IntakeContext } from '../domain/tenant-intake.js';
import { readTenantFile, readTenantText, type TenantFileRead } from './tenant-file-reader.js';

async function missingFiles(content: unknown, folder: string): Promise<Fault[]> {
  const looked = await Promise.all(
    namedFiles(content, folder).map(async ([path, file]) => {
      const found = await stat(file).then(
        (facts) => facts.isFile(),
        () => false,
      );
      return found ? [] : [fault(path, `names ${shown(file, 300)}, which is no file that can be read`)];
    }),
  );
  return looked.flat();
}

async function tenantOfRead(read: TenantFileRead, bc?: IntakeContext['bc']): Promise<Intake> {
  if (!read.ok) return read;
  const placed = (one: Fault): Fault => ({ ...one, ...read.place(one.path) });
  const result = intake(read.content, { folder: read.folder, ...(bc ? { bc } : {}) });
  const known = result.ok ? [] : result.faults;
  const missing = (await missingFiles(read.content, read.folder)).filter(({ path }) => !known.some((one) => one.path === path));
  const faults = [...known, ...missing];
  if (!result.ok || faults.length > 0) return { ok: false, faults: faults.map(placed) };
  return { ...result, warnings: result.warnings.map(placed) };
}

/**
 * The tenant of a file: read, checked by all rules, its files looked for. Faults and warnings carry line and column.
 * @param bc the live Business Center, where it was read
 */
export async function tenantFromFile(path: string, bc?: IntakeContext['bc']): Promise<Intake> {
  return tenantOfRead(await readTenantFile(path), bc);
}

/** The same for a text that was pasted or uploaded; the files that it names count from `folder` (absolute). */
export async function tenantFromText(text: string, folder: string, bc?: IntakeContext['bc']): Promise<Intake> {
  return tenantOfRead(readTenantText(text, folder), bc);
}

/** The same for data that was read already, such as a row of a CSV; faults have no line. */
export async function tenantFromData(content: unknown, folder: string, bc?: IntakeContext['bc']): Promise<Intake> {
  return tenantOfRead({ ok: true, content, folder, place: () => undefined }, bc);
}
