import { stat } from 'node:fs/promises';
import type { Tenant } from '../contract/tenant.js';
import { type Fault, fault, shown } from '../domain/faults.js';
import { intake, type Intake, type IntakeContext } from '../domain/tenant-intake.js';
import { readTenantFile, readTenantText, type TenantFileRead } from './tenant-file-reader.js';

/** The files that a tenant names, by their path in the tenant file. */
function namedFiles(tenant: Tenant): (readonly [path: readonly (string | number)[], file: string])[] {
  const { company, catalog, creatives } = tenant;
  return [
    ...(company.licenceImage === undefined ? [] : [[['company', 'licence_image'], company.licenceImage] as const]),
    ...(company.qualificationImages ?? []).map((file, index) => [['company', 'qualification_images', index], file] as const),
    ...(catalog?.feed.kind === 'file' ? [[['catalog', 'feed', 'file'], catalog.feed.file] as const] : []),
    ...creatives.map(({ file }, index) => [['creatives', index, 'file'], file] as const),
  ];
}

async function missingFiles(tenant: Tenant): Promise<Fault[]> {
  const looked = await Promise.all(
    namedFiles(tenant).map(async ([path, file]) => {
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
  if (!result.ok) return { ok: false, faults: result.faults.map(placed) };
  const missing = await missingFiles(result.tenant);
  if (missing.length > 0) return { ok: false, faults: missing.map(placed) };
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
