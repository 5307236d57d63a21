import {
  GATE_IDS,
  STEP_IDS,
  type Ball,
  type GateId,
  type OnboardingStateName,
  type StepId,
  type StepState,
} from '../contract/checklist.js';
import type { RunApprovals } from '../contract/envelope.js';
import { mendingCommand, type Failure } from '../contract/failures.js';
import type { DecisionAnswer, VerbAnswer } from '../contract/messages.js';
import type {
  AccountReview,
  BusinessCenterFacts,
  EventProof,
  EventSets,
  LoadedFeed,
  Pixel,
  SparkPostFacts,
  TikTokAccountLink,
  Undo,
} from '../contract/onboarding-activities.js';
import type { OnboardingInput } from '../contract/onboarding.js';
import type { OnboardingSettings } from '../contract/settings.js';
import type { Expectation, GateStatus, OnboardingStatus, StepStatus } from '../contract/status.js';
import type { Tenant } from '../contract/tenant.js';

export interface StepRecord {
  state: StepState;
  ball: Ball | null;
  since: string;
  expectedBy: string | null;
  attempts: number;
  remoteIds: Record<string, string>;
  note: string;
  failure: Failure | null;
  /** What shows at TikTok by itself. */
  expects?: Expectation | null;
  /** Who skipped it; a step that does not apply has none. */
  skippedBy?: string | null;
}

/** A gate's record adds to what people see the instants at which it acts by itself; all absolute, so that continuing as new moves none. */
export interface GateRecord extends Omit<GateStatus, 'decisions' | 'candidates'> {
  state: GateStatus['state'];
  candidates: readonly string[];
  decisions: GateStatus['decisions'][number][];
  nextReminderAt: string;
  escalateAt: string;
  escalated: boolean;
  /** The client has answered, or an operator asks anew: the same evidence is shown as a new revision. */
  reopens: boolean;
}

/** What the steps have achieved at TikTok; kept over retries, amendments and runs, so that nothing is done twice. */
export interface Progress {
  bc?: BusinessCenterFacts;
  advertiserId?: string;
  assigned?: boolean;
  review?: AccountReview;
  verificationRequested?: boolean;
  tiktokAccountLink?: string;
  tiktokAccount?: TikTokAccountLink;
  pixel?: Pixel;
  pixelLinked?: boolean;
  testEventCode?: string;
  testEventId?: string;
  /** SHA-256 of the part of the tenant by which its event settings were last saved; absent in runs from before they were. */
  eventsAligned?: string;
  /** The same without its event sets, of the test events that TikTok accepted last. */
  eventsProven?: string;
  /** Ids of the event sets by source. */
  eventSets?: EventSets;
  /** The test events that TikTok accepted last. */
  eventProof?: EventProof;
  catalogId?: string;
  feed?: LoadedFeed;
  catalogBound?: boolean;
  billingGroupJoined?: boolean;
  budgetCapMinor?: number;
  transfer?: { transactionIds: readonly string[]; amountMinor: number };
  launched?: boolean;
  creativeFileIds?: Readonly<Record<string, string>>;
  sparkCodes: Record<string, string>;
  /** Authorised posts, each with the link and the code's reference that it was authorised by. */
  sparkPosts: Record<string, SparkPostFacts & { link: string; authCodeRef: string; outdated?: boolean }>;
  sparkReleased?: readonly string[];
  /** The step was skipped, and posts that were authorised for it are still to be unbound. */
  sparkToUnbind?: true;
  /** What was asked of TikTok, cannot be taken back, and has no answer yet: it may be there. */
  unanswered?: { budgetCapMinor?: number; creatives?: true };
}

/** Everything a run knows, as JSON: it is what continue-as-new carries. */
export interface OnboardingState {
  tenant: Tenant;
  settings: OnboardingSettings;
  startedBy: string;
  startedAt: string;
  tenantHash: string;
  /** From the input of each run, never carried; absent in runs from before decisions were signed, which take them as they come. */
  approvals?: RunApprovals;
  phase: 'open' | 'live' | 'cancelling' | 'cancelled';
  paused: boolean;
  steps: Record<StepId, StepRecord>;
  gates: Partial<Record<GateId, GateRecord>>;
  /** Refused decisions recorded for each gate's current revision, or before its first; from 20 on none is recorded. */
  refused: Partial<Record<GateId, number>>;
  /** Whoever amended what a gate shows, by gate, since the onboarding was started; they may not approve their own words. */
  amendedBy?: Partial<Record<GateId, readonly string[]>>;
  /** Signals recorded that were no decision; from 20 on none is recorded. */
  unreadableSignals?: number;
  progress: Progress;
  undos: { step: StepId; undo: Undo }[];
  leftBehind: string[];
  /** Answers by decision id with the decision's hash: the same id again hears the same answer. */
  decided: Record<string, { hash: string; answer: DecisionAnswer }>;
  /** The same for the operator's verbs, by verb id. */
  verbs: Record<string, { hash: string; answer: VerbAnswer }>;
  /** Counts projections, so that an old one never overwrites a newer. */
  version: number;
}

/** Whether a value that was kept as JSON (by continue-as-new, or for an amendment) is a state; its fields are the contract of this file. */
export function isOnboardingState(value: unknown): value is OnboardingState {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['tenant', 'settings', 'steps', 'gates', 'progress', 'decided'].every((field) => field in value)
  );
}

export function initialState(input: OnboardingInput, now: string): OnboardingState {
  const record = (): StepRecord => ({
    state: 'waiting',
    ball: null,
    since: now,
    expectedBy: null,
    attempts: 0,
    remoteIds: {},
    note: 'waits for earlier steps',
    failure: null,
  });
  return {
    tenant: input.tenant,
    settings: input.settings,
    startedBy: input.startedBy,
    startedAt: now,
    tenantHash: input.tenantHash,
    phase: 'open',
    paused: false,
    steps: {
      advertiser_account: record(),
      business_verification: record(),
      tiktok_account: record(),
      pixel: record(),
      catalog: record(),
      conversion_events: record(),
      billing: record(),
      creative_policy: record(),
      spark_ads: record(),
      launch_check: record(),
    },
    gates: {},
    refused: {},
    progress: { sparkCodes: {}, sparkPosts: {} },
    undos: [],
    leftBehind: [],
    decided: {},
    verbs: {},
    version: 0,
  };
}

/** The one word for where an onboarding stands, derived, never stored: parked beats running beats waiting. */
export function onboardingStateName(state: OnboardingState): OnboardingStateName {
  if (state.phase !== 'open') return state.phase;
  if (state.paused) return 'paused';
  const records = STEP_IDS.map((step) => state.steps[step]);
  if (records.some((record) => record.state === 'parked')) return 'parked';
  if (records.some((record) => record.state === 'running')) return 'running';
  return records.some((record) => record.state === 'waiting_on') ? 'waiting' : 'running';
}

/** The state as people, pages and scripts read it. */
export function statusOf(state: OnboardingState): OnboardingStatus {
  const { slug } = state.tenant;
  return {
    slug,
    legalName: state.tenant.legalName,
    vertical: state.tenant.vertical,
    mode: state.tenant.mode,
    timeZone: state.tenant.timeZone,
    state: onboardingStateName(state),
    startedBy: state.startedBy,
    startedAt: state.startedAt,
    tenantHash: state.tenantHash,
    approvals: state.approvals?.mode ?? 'open',
    steps: STEP_IDS.map((id): StepStatus => {
      const { failure, skippedBy: _skippedBy, expects, ...record } = state.steps[id];
      // Once it ends nobody has the ball any more, whatever a step was waiting for.
      const clock = state.phase === 'open' ? {} : { ball: null, expectedBy: null };
      const expected = expects && state.phase !== 'cancelled' ? { expects } : {};
      return { id, ...record, ...clock, ...expected, failure: failure && { ...failure, mend: mendingCommand(failure.code, slug, id) } };
    }),
    gates: GATE_IDS.flatMap((id): GateStatus[] => {
      const gate = state.gates[id];
      if (!gate) return [];
      const { nextReminderAt: _nextReminderAt, escalateAt: _escalateAt, escalated: _escalated, reopens: _reopens, ...shown } = gate;
      return [shown];
    }),
    leftBehind: state.leftBehind,
  };
}
