import type { GateId, OnboardingStateName, StepId } from '../../contract/checklist.js';
import type { FailureCode } from '../../contract/failures.js';
import type { OnboardingSettings } from '../../contract/settings.js';
import type { Tenant } from '../../contract/tenant.js';
import type { People } from '../../domain/people.js';
import { businessCenterFindings } from './business-center-findings.js';
import type { BusinessCenterNow, TenantNow } from './live-facts.js';
import { plannedGates } from './planned-gates.js';
import { plannedSteps } from './planned-steps.js';

/** `create` something new, `adopt` what carries our name, `change` what is there, `ask` somebody, `check` by reading, `skip`. */
export type PlannedAction = 'create' | 'adopt' | 'change' | 'ask' | 'check' | 'skip';

export interface PlannedStep {
  readonly step: StepId;
  readonly action: PlannedAction;
  readonly what: string;
  /** Calls of TikTok's API, at least. */
  readonly calls: number;
}

export interface PlannedGate {
  readonly gate: GateId;
  readonly opens: 'yes' | 'no' | 'perhaps';
  readonly why: string;
  /** Different people who must approve. */
  readonly needed: number;
  /** Ids of people.yaml; null when the people are not known here. */
  readonly candidates: readonly string[] | null;
}

/** Something that would park the onboarding, known before it starts. */
export interface PlanFinding {
  readonly code: FailureCode;
  readonly step: StepId;
  readonly message: string;
}

export interface Plan {
  readonly slug: string;
  readonly mode: string;
  /** What was started of this tenant before; null when nothing was, or without TikTok. */
  readonly onboarding: KnownOnboarding | null;
  /** Whether TikTok was asked. */
  readonly live: boolean;
  readonly steps: readonly PlannedStep[];
  readonly gates: readonly PlannedGate[];
  readonly findings: readonly PlanFinding[];
  readonly calls: number;
}

/** Where the tenant's onboarding stands, and since when (ISO 8601). */
export interface KnownOnboarding {
  readonly state: OnboardingStateName;
  readonly updatedAt: string;
}

export interface PlanInput {
  readonly tenant: Tenant;
  /** Absent where no configuration is at hand. */
  readonly settings?: OnboardingSettings | undefined;
  readonly people?: People | undefined;
  /** Who would start it: never decides its gates. */
  readonly startedBy?: string | undefined;
  readonly onboarding?: KnownOnboarding | undefined;
  readonly live?: { readonly bc: BusinessCenterNow; readonly tenant: TenantNow } | undefined;
}

/** What an onboarding would do, by the rules of the workflow's steps; pure, so that a test can hold it against a real run. */
export function planOnboarding(input: PlanInput): Plan {
  const steps = plannedSteps(input);
  return {
    slug: input.tenant.slug,
    mode: input.tenant.mode,
    onboarding: input.onboarding ?? null,
    live: input.live !== undefined,
    steps,
    gates: plannedGates(input),
    findings: businessCenterFindings(input),
    calls: steps.reduce((sum, step) => sum + step.calls, 0),
  };
}
