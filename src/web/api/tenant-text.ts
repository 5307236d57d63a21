import { z } from '@hono/zod-openapi';
import { tenantFromText } from '../../cli/tenant-from-file.js';
import type { Tenant } from '../../contract/tenant.js';
import type { Fault } from '../../domain/faults.js';
import type { BusinessCenterTraits, SparkCode } from '../../domain/tenant-intake.js';
import type { DeskDependencies } from '../environment.js';
import { candidatesIn } from '../pages/start/candidates.js';
import { faulty } from './problem.js';
import { tenantPlace } from '../tenant-place.js';

/** One tenant file, as people write it. */
export const tenantText = z.string().min(1).max(1_000_000).openapi({
  description:
    'the text of a tenant file, YAML or JSON (schema/tenant.schema.json); the files that it names are those in the folder of the desk',
});

export interface CheckedTenant {
  readonly tenant: Tenant;
  readonly sparkCodes: readonly SparkCode[];
  readonly warnings: readonly Fault[];
}

export interface NamedTenant extends CheckedTenant {
  /** By which people know it: its file, and its row in a CSV. */
  readonly name: string;
  /** Only of a file that holds this tenant alone. */
  readonly file?: string;
}

/**
 * @param bc the live Business Center, where it was read
 * @throws Problem 400 with every fault of the text, by line and column
 */
export async function tenantOfText(deps: DeskDependencies, text: string, bc?: BusinessCenterTraits): Promise<CheckedTenant> {
  const result = await tenantFromText(text, tenantPlace(deps), bc);
  if (!result.ok) throw faulty(result.faults);
  return result;
}

/**
 * The tenants of several texts, each a tenant file or a CSV of many; all or none, as on the command line.
 * @throws Problem 400 with every fault of every text, each with the name of its file
 */
export async function tenantsOfTexts(
  deps: DeskDependencies,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<NamedTenant[]> {
  const faults: (Fault & { readonly file: string })[] = [];
  const tenants: NamedTenant[] = [];
  const first = new Map<string, string>();
  for (const { name: file, text } of files) {
    const candidates = await candidatesIn(text, tenantPlace(deps));
    for (const { where, intake } of candidates) {
      const alone = candidates.length === 1;
      const name = alone ? file : `${file}, ${where}`;
      if (!intake.ok) {
        faults.push(...intake.faults.map((fault) => ({ ...fault, file: name })));
        continue;
      }
      const other = first.get(intake.tenant.slug);
      if (other !== undefined) faults.push({ path: 'slug', problem: `${intake.tenant.slug} is in ${other} already`, file: name });
      first.set(intake.tenant.slug, other ?? name);
      tenants.push({ name, tenant: intake.tenant, sparkCodes: intake.sparkCodes, warnings: intake.warnings, ...(alone ? { file } : {}) });
    }
  }
  if (faults.length > 0) throw faulty(faults);
  return tenants;
}
