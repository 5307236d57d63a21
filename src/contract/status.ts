import type { Ball, GateId, GateStateName, Mode, OnboardingStateName, StepId, StepState } from './checklist.js';
import type { RunApprovals } from './envelope.js';
import type { Failure } from './failures.js';
import type { Verdict } from './messages.js';

/** What `kobi status --json`, the query `status` and the projection in PostgreSQL all answer. Instants are ISO 8601 in UTC. */
export interface OnboardingStatus {
  readonly slug: string;
  readonly legalName: string;
  readonly vertical: string;
  readonly mode: Mode;
  /** The tenant's IANA zone; absent in what earlier releases saved. */
  readonly timeZone?: string;
  readonly state: OnboardingStateName;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly tenantHash: string;
  /** `signed`: only decisions with our envelope count. Absent in projections from before decisions were signed; those were open. */
  readonly approvals?: RunApprovals['mode'];
  readonly steps: readonly StepStatus[];
  readonly gates: readonly GateStatus[];
  /** What cancel could not undo. */
  readonly leftBehind: readonly string[];
}

/** Something that will show at TikTok by itself; nothing waits for it. */
export interface Expectation {
  readonly what: string;
  readonly by: string;
}

export interface StepStatus {
  readonly id: StepId;
  readonly state: StepState;
  readonly ball: Ball | null;
  readonly since: string;
  readonly expectedBy: string | null;
  readonly attempts: number;
  /** TikTok's ids by name, such as `advertiserId`. */
  readonly remoteIds: Readonly<Record<string, string>>;
  /** One sentence: what was done, or what is waited for, or why it was skipped. */
  readonly note: string;
  /** Absent where nothing is expected beyond what was done. */
  readonly expects?: Expectation;
  readonly failure: (Failure & { readonly mend: string }) | null;
}

export interface GateDecision {
  readonly decisionId: string;
  readonly actor: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly at: string;
}

export interface GateStatus {
  readonly id: GateId;
  readonly revision: number;
  readonly state: GateStateName;
  readonly evidenceHash: string;
  /** Whoever amended what it shows; absent when nobody did. */
  readonly amendedBy?: readonly string[];
  readonly evidence: unknown;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly expiresAt: string;
  readonly needed: number;
  readonly candidates: readonly string[];
  readonly decisions: readonly GateDecision[];
}
