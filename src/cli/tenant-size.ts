import type { Tenant } from '../contract/tenant.js';
import { badInput } from './exit.js';

/** Far below the server's 2 MiB per payload, far above any honest tenant file. */
const MAX_TENANT_BYTES = 256 * 1024;

/**
 * Keeps what is larger than a workflow should carry out of Temporal, on the way in and when it is amended.
 *
 * @throws CommandFault (bad input)
 */
export function refuseLargeTenant(tenant: Tenant): void {
  const bytes = Buffer.byteLength(JSON.stringify(tenant));
  if (bytes > MAX_TENANT_BYTES)
    throw badInput(
      `the tenant ${tenant.slug} is ${bytes} bytes as JSON, at most ${MAX_TENANT_BYTES} are taken; refer to files instead of quoting them`,
    );
}
