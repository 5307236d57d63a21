import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Fault, fault, shown } from '../domain/faults.js';
import { namedFiles } from '../domain/intake/named-files.js';
import { intake, type Intake, type IntakeContext } from '../domain/tenant-intake.js';
import { readTenantFile, readTenantText, type TenantFileRead } from './tenant-file-reader.js';

/** Where the files of a tenant are that came from elsewhere; both absolute. */
export interface TenantPlace {
  /** Relative paths count from it. */
  readonly folder: string;
  /** No file outside of it is looked at, and nobody learns what is there. */
  readonly within: string;
}

function isBelow(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Whether a file is there and, where it has to be within a folder, does not lead out of it by a link either. */
async function isThere(file: string, within: string | undefined): Promise<boolean> {
  try {
    if (within !== undefined && !isBelow(await realpath(file), await realpath(within))) return false;
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function missingFiles(content: unknown, folder: string, within: string | undefined): Promise<Fault[]> {
  const looked = await Promise.all(
    namedFiles(content, folder).map(async ([path, file]) => {
      // What our disk looks like is nobody's business who hands a file in from elsewhere.
      const named = shown(within === undefined ? file : relative(folder, file), 300);
      if (within !== undefined && !isBelow(file, resolve(within)))
        return [fault(path, `names ${named}, which is outside of the folder for the files of tenants; have it put there`)];
      return (await isThere(file, within)) ? [] : [fault(path, `names ${named}, which is no file that can be read`)];
    }),
  );
  return looked.flat();
}

async function tenantOfRead(read: TenantFileRead, bc?: IntakeContext['bc'], within?: string): Promise<Intake> {
  if (!read.ok) return read;
  const placed = (one: Fault): Fault => ({ ...one, ...read.place(one.path) });
  const result = intake(read.content, { folder: read.folder, ...(bc ? { bc } : {}) });
  const known = result.ok ? [] : result.faults;
  const missing = (await missingFiles(read.content, read.folder, within)).filter(({ path }) => !known.some((one) => one.path === path));
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

/** The same for a text that was pasted, uploaded or sent: whoever does that must not choose from all files of this machine. */
export async function tenantFromText(text: string, { folder, within }: TenantPlace, bc?: IntakeContext['bc']): Promise<Intake> {
  return tenantOfRead(readTenantText(text, folder), bc, within);
}

/** The same for data that was read already, such as a row of a CSV; faults have no line. */
export async function tenantFromData(content: unknown, { folder, within }: TenantPlace, bc?: IntakeContext['bc']): Promise<Intake> {
  return tenantOfRead({ ok: true, content, folder, place: () => undefined }, bc, within);
}
