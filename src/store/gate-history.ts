import { z } from 'zod';
import type { GateId } from '../contract/checklist.js';
import type { LedgerRow } from '../domain/ledger-chain.js';
import type { Database } from './database.js';

/** What happened at a gate, from the ledger. Instants are ISO 8601 in UTC. */
export interface GateEvent {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly kind: 'opened' | 'other';
  readonly revision: number | null;
  /** Only of `opened`: the evidence of that revision. */
  readonly evidence?: unknown;
  /** The row itself. */
  readonly row: Pick<LedgerRow, 'kind' | 'payload'>;
}

const payloadSchema = z.looseObject({ revision: z.int().nullish(), evidence: z.unknown().optional() });

/** Everything that the ledger knows of one gate of a tenant, at most the newest 500 rows, newest last. */
export async function gateHistory(db: Database, slug: string, gate: GateId): Promise<GateEvent[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(['seq', 'at', 'actor', 'kind', 'payload'])
    .where('slug', '=', slug)
    .where((where) => where(where.ref('payload', '->>').key('gate'), '=', gate))
    .orderBy('seq', 'desc')
    .limit(500)
    .execute();
  return rows.toReversed().map(({ seq, at, actor, kind, payload }) => {
    const { revision, evidence } = payloadSchema.parse(payload);
    const base = { seq, at: at.toISOString(), actor, revision: revision ?? null, row: { kind, payload } };
    return kind === 'gate_opened' ? { ...base, kind: 'opened', evidence } : { ...base, kind: 'other' };
  });
}
