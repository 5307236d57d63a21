import { evidenceChanges, type EvidenceChange } from '../domain/evidence-changes.js';
import { evidenceHash } from '../domain/evidence.js';
import type { GateStatus } from '../contract/status.js';
import type { Database } from '../store/database.js';
import { gateHistory } from '../store/gate-history.js';

/** What somebody looked at: by its hash where it is known, else by its revision. */
export interface Seen {
  readonly revision?: number | undefined;
  readonly evidenceHash?: string | undefined;
}

/** What is different in a gate's evidence since somebody looked at it; empty when the ledger never had what they name. */
export async function changesSince(db: Database, slug: string, gate: GateStatus, seen: Seen): Promise<EvidenceChange[]> {
  const opened = (await gateHistory(db, slug, gate.id)).filter((event) => event.kind === 'opened');
  const before =
    opened.findLast((event) => evidenceHash(event.evidence) === seen.evidenceHash) ??
    opened.findLast((event) => event.revision === seen.revision);
  return before === undefined ? [] : evidenceChanges(before.evidence, gate.evidence);
}
