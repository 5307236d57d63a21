import type { Client } from '@temporalio/client';
import type { Approvals } from '../approvals/approvals.js';
import type { GateId } from '../contract/checklist.js';
import type { DecisionAnswer } from '../contract/messages.js';
import type { OnboardingSettings } from '../contract/settings.js';
import type { GateStatus } from '../contract/status.js';
import type { Tenant } from '../contract/tenant.js';
import type { SparkCode } from '../domain/tenant-intake.js';
import type { Database } from '../store/database.js';
import type { SecretStore } from '../store/secrets.js';
import { type AmendmentPreview, previewAmendment } from './amendment-preview.js';
import { decideGate, type DecisionRequest } from './decide-gate.js';
import { type Exhibit, exhibitsOf } from './exhibits.js';
import { operatorVerbs } from './operator-verbs.js';
import { gateOf, type ReadPatience, readStatus, type StatusAnswer } from './read-status.js';
import { type SignedDecision, signDecision } from './sign-decision.js';
import { type StartAnswer, startOnboarding } from './start-onboarding.js';

export interface ClientDependencies {
  readonly client: Client;
  readonly db: Database;
  readonly secrets: Pick<SecretStore, 'put'>;
  readonly taskQueue: string;
  /** How new runs take decisions, and what signs them. */
  readonly approvals: Approvals;
  /** Kobi's side of every onboarding that is started. */
  readonly settings: OnboardingSettings;
  /** How long a run may take to say how it stands; left out, as long as commands wait. */
  readonly patience?: ReadPatience;
}

export interface OnboardingClient extends ReturnType<typeof operatorVerbs> {
  /**
   * Spark codes that the file held go into the secret store before anything is started.
   * @param file the tenant file as its owner can name it again
   */
  start(tenant: Tenant, startedBy: string, sparkCodes?: readonly SparkCode[], file?: string): Promise<StartAnswer>;
  status(slug: string): Promise<StatusAnswer>;
  /** The gate with its evidence, the hash that a decision names, and who may decide. */
  evidence(slug: string, gate: GateId): Promise<GateStatus>;
  /** What an approver opens before deciding; empty where the evidence says it all, and when Temporal no longer keeps the run. */
  exhibits(slug: string, gate: GateId): Promise<Exhibit[]>;
  /** What an amendment would change and run again; changes nothing. */
  previewAmend(slug: string, tenant: Tenant): Promise<AmendmentPreview>;
  decide(slug: string, request: DecisionRequest): Promise<DecisionAnswer>;
  /** Signs a decision without sending it, for pasting into the Temporal UI. */
  envelope(slug: string, request: DecisionRequest): Promise<SignedDecision>;
}

/**
 * The one way in to onboardings, for command line, demo and pages. Every method says in its own file what it throws: a
 * `CommandFault` for what a person can mend, else the error of the server or the database.
 */
export function createOnboardingClient(deps: ClientDependencies): OnboardingClient {
  return {
    async start(tenant, startedBy, sparkCodes = [], file) {
      for (const { ref, code } of sparkCodes) await deps.secrets.put(ref, code);
      return startOnboarding(deps, tenant, startedBy, file);
    },
    status: (slug) => readStatus(deps, slug),
    evidence: async (slug, gate) => gateOf((await readStatus(deps, slug)).status, gate),
    exhibits: (slug, gate) => exhibitsOf(deps.client, slug, gate),
    previewAmend: (slug, tenant) => previewAmendment(deps, slug, tenant),
    decide: (slug, request) => decideGate(deps, slug, request),
    envelope: (slug, request) => signDecision(deps, slug, request),
    ...operatorVerbs(deps),
  };
}
