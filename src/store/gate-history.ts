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
  via: z.string().optional(),
  breakGlass: z.boolean().optional(),
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
    via,
    breakGlass = false,
    reason = '',
    unanswered,
    message = '',
    evidence,
  } = payloadSchema.parse(row.payload);
  // A signal is how decisions are typed into the Temporal UI.
  const bySignal = via === 'signal' ? ' (by signal)' : '';
  const base = { seq: row.seq, at: row.at, actor: row.actor, revision };
  switch (row.kind) {
    case 'gate_opened':
      return { ...base, kind: 'opened', what: 'opened', reason: '', evidence };
    case 'decision_accepted':
      return {
        ...base,
        kind: 'accepted',
        what: `${verdict.replaceAll('_', ' ')}${breakGlass ? ', the glass broken' : ''}${bySignal}`,
        reason,
      };
    case 'decision_refused':
      return { ...base, kind: 'refused', what: `${verdict.replaceAll('_', ' ')} refused: ${refusal ?? ''}${bySignal}`, reason };
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
