import type { Client } from '@temporalio/client';
import type { GateId } from '../contract/checklist.js';
import type { Tenant } from '../contract/tenant.js';
import { isRunGone } from './run-access.js';
import { tenantOfRun } from './tenant-of-run.js';

/** The thing itself, which the evidence names only by its hash or its id. */
export interface Exhibit {
  /** As the tenant file names it. */
  readonly id: string;
  /** A file's path, or the address of a post. */
  readonly at: string;
}

function exhibitsIn({ creatives, sparkPosts }: Tenant, gate: GateId): Exhibit[] {
  if (gate === 'creative_policy') return creatives.map(({ id, file }) => ({ id, at: file }));
  return gate === 'spark_ads' ? sparkPosts.map(({ id, link }) => ({ id, at: link })) : [];
}

/** What an approver opens before deciding a gate; nothing when Temporal no longer keeps the run. */
export async function exhibitsOf(client: Client, slug: string, gate: GateId): Promise<Exhibit[]> {
  try {
    return exhibitsIn((await tenantOfRun(client, slug)).tenant, gate);
  } catch (error) {
    if (isRunGone(error)) return [];
    throw error;
  }
}
