import { z } from 'zod';
import { type Decision, type DecisionAnswer, REFUSALS } from '../contract/messages.js';
import { decisionHash, REFUSAL_SENTENCES } from '../domain/gate-policy.js';
import type { Database } from '../store/database.js';
import { ledgerRows } from '../store/ledger.js';

const decidedPayload = z.object({ decisionId: z.string(), contentHash: z.string(), refusal: z.enum(REFUSALS).nullable() });

/** The answer that a decision got while its onboarding ran, from the ledger; undefined when it got none. */
export async function recordedAnswer(
  db: Database,
  slug: string,
  decision: Decision,
  gateState: string,
): Promise<DecisionAnswer | undefined> {
  for await (const row of ledgerRows(db, slug)) {
    if (row.kind !== 'decision_accepted' && row.kind !== 'decision_refused') continue;
    const payload = decidedPayload.safeParse(row.payload);
    if (!payload.success || payload.data.decisionId !== decision.decisionId || payload.data.contentHash !== decisionHash(decision))
      continue;
    const { refusal } = payload.data;
    const said = { decisionId: decision.decisionId, ledgerSeq: row.seq, gateState };
    return refusal === null
      ? {
          ...said,
          accepted: true,
          message: `recorded as row ${row.seq} of the ledger: ${decision.verdict} of ${decision.gate}, revision ${decision.revision}`,
        }
      : { ...said, accepted: false, code: refusal, message: REFUSAL_SENTENCES[refusal] };
  }
  return undefined;
}
