import { z } from 'zod';
import type { Database } from '../../src/store/database.js';
import { listLedger } from '../../src/store/ledger.js';
import type { DecisionRow } from './summary.js';

const payload = z.object({ gate: z.string(), revision: z.int(), verdict: z.string(), reason: z.string() });

/** The decisions about a tenant that were accepted, oldest first, out of the ledger. */
export async function decisionsOf(db: Database, slug: string): Promise<DecisionRow[]> {
  const rows = await listLedger(db, { slug, kinds: ['decision_accepted'] });
  return rows.map((row) => ({ ...payload.parse(row.payload), actor: row.actor }));
}
