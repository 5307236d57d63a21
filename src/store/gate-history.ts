import { z } from 'zod';
import type { GateId } from '../contract/checklist.js';
import type { LedgerRow } from '../domain/ledger-chain.js';
import type { Database } from './database.js';

/** What happened at a gate, newest last, from the ledger. Instants are ISO 8601 in UTC. */
export interface GateEvent {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly kind: 'opened' | 'accepted' | 'refused' | 'unanswered' | 'other';
  readonly revision: number | null;
  /** The verdict, the refusal's code, or the row's kind in words. */
  readonly what: string;
  readonly reason: string;
  /** Only of `opened`: the evidence of that revision. */
  readonly evidence?: unknown;
}

const payloadSchema = z.looseObject({
  gate: z.string().optional(),
  revision: z.int().optional(),
  verdict: z.string().optional(),
  refusal: z.string().nullish(),
  reason: z.string().optional(),
  unanswered: z.string().optional(),
  message: z.string().optional(),
  evidence: z.unknown().optional(),
});

function eventOf(row: Pick<LedgerRow, 'seq' | 'at' | 'actor' | 'kind' | 'payload'>): GateEvent | undefined {
  const {
    gate: _gate,
    revision = null,
    verdict = '',
    refusal,
    reason = '',
    unanswered,
    message = '',
    evidence,
  } = payloadSchema.parse(row.payload);
  const base = { seq: row.seq, at: row.at, actor: row.actor, revision };
  switch (row.kind) {
    case 'gate_opened':
      return { ...base, kind: 'opened', what: 'opened', reason: '', evidence };
    case 'decision_accepted':
      return { ...base, kind: 'accepted', what: verdict.replaceAll('_', ' '), reason };
    case 'decision_refused':
      return { ...base, kind: 'refused', what: `${verdict.replaceAll('_', ' ')} refused: ${refusal ?? ''}`, reason };
    case 'decision_outcome':
      return unanswered === undefined ? undefined : { ...base, kind: 'unanswered', what: unanswered.replaceAll('_', ' '), reason: message };
    case 'decision_attempted':
      return undefined;
    default:
      return { ...base, kind: 'other', what: row.kind.replaceAll('_', ' '), reason };
  }
}

/** Everything that the ledger knows of one gate of a tenant, at most the newest 500 rows. */
export async function gateHistory(db: Database, slug: string, gate: GateId): Promise<GateEvent[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(['seq', 'at', 'actor', 'kind', 'payload'])
    .where('slug', '=', slug)
    .where((where) => where(where.ref('payload', '->>').key('gate'), '=', gate))
    .orderBy('seq', 'desc')
    .limit(500)
    .execute();
  return rows.flatMap((row) => eventOf({ ...row, at: row.at.toISOString() }) ?? []).toReversed();
}
