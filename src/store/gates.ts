import type { GateId, OnboardingStateName } from '../contract/checklist.js';
import type { Database } from './database.js';

/** One open gate in the inbox. Instants are ISO 8601 in UTC. */
export interface OpenGate {
  readonly slug: string;
  readonly legalName: string;
  readonly onboardingState: OnboardingStateName;
  readonly startedBy: string;
  readonly gate: GateId;
  readonly revision: number;
  readonly evidenceHash: string;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly expiresAt: string;
  readonly needed: number;
  readonly approvals: number;
  readonly candidates: readonly string[];
}

export interface OpenGateFilter {
  readonly slug?: string;
  readonly gate?: GateId;
  /** Only gates that this person could decide when they opened. */
  readonly candidate?: string;
  /** ISO 8601. */
  readonly dueBefore?: string;
  /** At most this many, 500 unless told. */
  readonly limit?: number;
}

/** Gates that wait for people, over all tenants, most urgent first. */
export async function listOpenGates(db: Database, filter: OpenGateFilter = {}): Promise<OpenGate[]> {
  let query = db
    .selectFrom('gates')
    .innerJoin('onboardings', 'onboardings.slug', 'gates.slug')
    .selectAll('gates')
    .select(['onboardings.legal_name', 'onboardings.state as onboarding_state', 'onboardings.started_by'])
    .where('gates.state', '=', 'open')
    .where('onboardings.state', 'not in', ['live', 'cancelling', 'cancelled'])
    .orderBy('gates.due_at')
    .orderBy('gates.slug')
    .orderBy('gates.gate')
    .limit(filter.limit ?? 500);
  if (filter.slug !== undefined) query = query.where('gates.slug', '=', filter.slug);
  if (filter.gate !== undefined) query = query.where('gates.gate', '=', filter.gate);
  if (filter.dueBefore !== undefined) query = query.where('gates.due_at', '<', new Date(filter.dueBefore));
  const { candidate } = filter;
  if (candidate !== undefined) query = query.where((where) => where(where.val(candidate), '=', where.fn.any('gates.candidates')));
  return (await query.execute()).map((row) => ({
    slug: row.slug,
    legalName: row.legal_name,
    onboardingState: row.onboarding_state,
    startedBy: row.started_by,
    gate: row.gate,
    revision: row.revision,
    evidenceHash: row.evidence_hash,
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    needed: row.needed,
    approvals: row.approvals,
    candidates: row.candidates,
  }));
}
