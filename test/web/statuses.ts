import { STEP_IDS } from '../../src/contract/checklist.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../../src/contract/status.js';
import type { Database } from '../../src/store/database.js';
import { saveStatus } from '../../src/store/onboardings.js';

export const STARTED_AT = '2026-03-01T12:00:00.000Z';

/** A status as a run would save it. */
export function statusOf(
  slug: string,
  change: Partial<OnboardingStatus> = {},
  steps: Partial<Record<string, Partial<StepStatus>>> = {},
): OnboardingStatus {
  return {
    slug,
    legalName: `${slug} GmbH`,
    vertical: 'private_school',
    mode: 'managed',
    state: 'running',
    startedBy: 'ops-a',
    startedAt: STARTED_AT,
    tenantHash: 'b'.repeat(64),
    steps: STEP_IDS.map((id) => ({
      id,
      state: 'waiting',
      ball: null,
      since: STARTED_AT,
      expectedBy: null,
      attempts: 0,
      remoteIds: {},
      note: '',
      failure: null,
      ...steps[id],
    })),
    gates: [],
    leftBehind: [],
    ...change,
  };
}

export function openGate(change: Partial<GateStatus> = {}): GateStatus {
  return {
    id: 'creative_policy',
    revision: 1,
    state: 'open',
    evidenceHash: 'a'.repeat(64),
    evidence: {},
    openedAt: STARTED_AT,
    dueAt: '2026-03-03T12:00:00.000Z',
    expiresAt: '2026-03-15T12:00:00.000Z',
    needed: 1,
    candidates: ['approver-a'],
    decisions: [],
    ...change,
  };
}

let versions = 0;

/** Saves a status as the projection of a run would. */
export async function save(db: Database, status: OnboardingStatus): Promise<void> {
  versions += 1;
  await saveStatus(db, { status, version: versions, workflowId: `onboarding:${status.slug}`, runId: `run-${versions}` });
}
