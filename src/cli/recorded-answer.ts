import { z } from 'zod';
import { type Decision, type DecisionAnswer, REFUSALS } from '../contract/messages.js';
import type { GateStatus } from '../contract/status.js';
import { decisionHash, refusalInWords } from '../domain/gate-policy.js';
import type { Database } from '../store/database.js';
import { ledgerRows } from '../store/ledger.js';

const decidedPayload = z.object({ decisionId: z.string(), contentHash: z.string(), refusal: z.enum(REFUSALS).nullable() });

/**
 * The answer that a decision got while its onboarding ran, from the ledger; undefined when it got none.
 *
 * @param gate as it stood at the end; undefined when it was never opened
 */
export async function recordedAnswer(
  db: Database,
  slug: string,
  decision: Decision,
  gate: GateStatus | undefined,
): Promise<DecisionAnswer | undefined> {
  for await (const row of ledgerRows(db, slug)) {
    if (row.kind !== 'decision_accepted' && row.kind !== 'decision_refused') continue;
    const payload = decidedPayload.safeParse(row.payload);
    if (!payload.success || payload.data.decisionId !== decision.decisionId || payload.data.contentHash !== decisionHash(decision))
      continue;
    const { refusal } = payload.data;
    const asItWas = gate?.revision === decision.revision ? gate : undefined;
    const said = { decisionId: decision.decisionId, ledgerSeq: row.seq, gateState: gate?.state ?? 'scheduled' };
    return refusal === null
      ? {
          ...said,
          accepted: true,
          message: `recorded as row ${row.seq} of the ledger: ${decision.verdict} of ${decision.gate}, revision ${decision.revision}`,
        }
      : { ...said, accepted: false, code: refusal, message: refusalInWords(refusal, asItWas) };
  }
  return undefined;
}
