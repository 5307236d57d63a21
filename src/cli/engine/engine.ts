import type { Ball, GateId, OnboardingStateName, StepId } from '../../contract/checklist.js';
import type { DecisionAnswer, VerbAnswer } from '../../contract/messages.js';
import type { GateStatus } from '../../contract/status.js';
import type { Fault } from '../../domain/faults.js';
import type { EvidenceChange } from '../../domain/evidence-changes.js';
import type { InboxGate } from '../../store/inbox.js';
import type { ExportFormat } from '../../store/ledger-export.js';
import type { OnboardingLine } from '../../store/onboardings.js';
import type { DecisionRequest } from '../decide-gate.js';
import type { Exhibit } from '../exhibits.js';
import type { CodedFailure } from '../failure-table.js';
import type { AskedProvide } from '../operator-verbs.js';
import type { Plan } from '../plan/plan.js';
import type { StatusAnswer } from '../read-status.js';
import type { StartAnswer } from '../start-onboarding.js';

/** A file with what makes it worth a word, although it is taken. */
export interface Warned {
  readonly file: string;
  readonly warnings: readonly Fault[];
}

/** Who asks, why, and under which id a repeat hears the same answer. */
export interface AskedVerb {
  /** Id or mail. */
  readonly as: string | undefined;
  readonly reason: string;
  readonly id: string | undefined;
}

export interface AskedDecision extends Omit<DecisionRequest, 'actor' | 'envelope' | 'origin'> {
  readonly as: string | undefined;
}

export interface ListFilter {
  readonly states?: readonly OnboardingStateName[];
  readonly ball?: Ball;
  readonly failureCode?: string;
}

export interface GateFilter {
  readonly slug?: string;
  readonly gate?: GateId;
  /** Id or mail of a person who may decide it. */
  readonly for?: string;
}

/**
 * Everything that commands ask of onboardings: over our own database and Temporal where they can be reached, else over HTTP at a desk. Both
 * throw a `CommandFault` for what a person can mend.
 */
export interface Engine {
  plan(file: string, as: string | undefined): Promise<Warned & { readonly plan: Plan }>;
  /** All files are checked before any is started; answers and warnings are in the order of the files. */
  start(
    files: readonly string[],
    as: string | undefined,
  ): Promise<{ readonly answers: readonly StartAnswer[]; readonly warned: readonly Warned[] }>;
  /** At most 2,000. */
  list(filter: ListFilter): Promise<readonly OnboardingLine[]>;
  status(slug: string): Promise<StatusAnswer>;
  gates(filter: GateFilter): Promise<readonly InboxGate[]>;
  gate(slug: string, gate: GateId): Promise<{ readonly gate: GateStatus; readonly exhibits: readonly Exhibit[] }>;
  /** With what changed since the person looked, where the decision is refused for that. */
  decide(slug: string, asked: AskedDecision): Promise<{ readonly answer: DecisionAnswer; readonly changes: readonly EvidenceChange[] }>;
  provide(
    slug: string,
    asked: { readonly as: string | undefined; readonly id: string | undefined; readonly what: AskedProvide },
  ): Promise<VerbAnswer>;
  retry(slug: string, asked: AskedVerb & { readonly step?: StepId }): Promise<VerbAnswer>;
  skip(slug: string, asked: AskedVerb & { readonly step: StepId }): Promise<VerbAnswer>;
  amend(slug: string, asked: AskedVerb & { readonly file: string }): Promise<VerbAnswer>;
  pause(slug: string, asked: AskedVerb): Promise<VerbAnswer>;
  resume(slug: string, asked: AskedVerb): Promise<VerbAnswer>;
  cancel(slug: string, asked: AskedVerb): Promise<VerbAnswer>;
  /** The ledger line by line, without line ends. */
  audit(format: ExportFormat, slug: string | undefined): AsyncIterable<string>;
  failures(): Promise<readonly CodedFailure[]>;
}
