import { readTenantFile } from '../src/cli/tenant-file-reader.js';
import { intake, type SparkCode } from '../src/domain/tenant-intake.js';
import type { Tenant } from '../src/contract/tenant.js';

/**
 * A tenant file of the examples.
 * @throws Error with every fault when it is not valid
 */
export async function tenantOfExample(path: string): Promise<{ tenant: Tenant; sparkCodes: readonly SparkCode[] }> {
  const file = await readTenantFile(path);
  const read = file.ok ? intake(file.content, { folder: file.folder }) : file;
  if (!read.ok) throw new Error(`${path} is not valid:\n${read.faults.map((fault) => `  ${fault.path}: ${fault.problem}`).join('\n')}`);
  return read;
}
