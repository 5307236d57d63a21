import type { Tenant } from '../contract/tenant.js';
import type { Fault, SparkCode } from '../domain/tenant-intake.js';
import { badInput } from './exit.js';
import { renderFaults } from './render/faults.js';
import { tenantFromFile } from './tenant-from-file.js';
import { counted } from '../domain/counted.js';

export interface NamedTenant {
  readonly file: string;
  readonly tenant: Tenant;
  readonly sparkCodes: readonly SparkCode[];
  readonly warnings: readonly Fault[];
}

/**
 * The tenants of several files, all or none.
 * @throws CommandFault (bad input) with every fault of every file
 */
export async function tenantsOfFiles(files: readonly string[]): Promise<NamedTenant[]> {
  const read = await Promise.all(files.map(async (file) => ({ file, result: await tenantFromFile(file) })));
  const faults = read.flatMap(({ file, result }) => (result.ok ? [] : [{ file, faults: result.faults }]));
  if (faults.length > 0) throw faultyFiles(faults);
  const tenants = read.flatMap(({ file, result }) =>
    result.ok ? [{ file, tenant: result.tenant, sparkCodes: result.sparkCodes, warnings: result.warnings }] : [],
  );
  const first = new Map<string, string>();
  for (const { file, tenant } of tenants) {
    const other = first.get(tenant.slug);
    if (other !== undefined) throw badInput(`${file} and ${other} are both of the tenant ${tenant.slug}; nothing was started`);
    first.set(tenant.slug, file);
  }
  return tenants;
}

/** Every fault of some tenant files, as bad input with which nothing was started. */
export function faultyFiles(files: readonly { readonly file: string; readonly faults: readonly Fault[] }[]) {
  const count = files.reduce((sum, { faults }) => sum + faults.length, 0);
  const lines = files.map(({ file, faults }) => renderFaults(faults, file));
  return badInput(`${lines.join('\n')}\n${counted(count, 'fault')}; nothing was started`, { files });
}

/** Warnings of a tenant file as notes on standard error. */
export function warningNotes({ file, warnings }: Pick<NamedTenant, 'file' | 'warnings'>): string[] {
  return warnings.length === 0 ? [] : [`warnings:\n${renderFaults(warnings, file)}`];
}
