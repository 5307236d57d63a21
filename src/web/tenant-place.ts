import type { TenantPlace } from '../cli/tenant-from-file.js';
import type { DeskDependencies } from './environment.js';

/** Where the files are that tenants handed in at the desk or over the API name. */
export function tenantPlace({
  tenantFolder,
  tenantFilesWithin = tenantFolder,
}: Pick<DeskDependencies, 'tenantFolder' | 'tenantFilesWithin'>): TenantPlace {
  return { folder: tenantFolder, within: tenantFilesWithin };
}
