import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type proto from '@temporalio/proto';
import type { GateId, StepId } from '../../src/contract/checklist.js';
import { type Decision, type DecisionAnswer, QUERY, SIGNAL, UPDATE, type VerbAnswer } from '../../src/contract/messages.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../../src/contract/status.js';
import type { onboardTenant } from '../../src/workflows/onboard-tenant.js';
import { fastForward, skipToEnd } from '../harness/temporal.js';
import { eventually } from './eventually.js';
import type { Fakes } from './fake-activities.js';

/** How long a test waits for what must come; reached only when it never comes. */
const PATIENCE_MS = 30_000;

/** One onboarding on the server, as an approver and an operator meet it. */
export class Onboarding {
  constructor(
    private readonly client: Client,
    readonly handle: WorkflowHandle<typeof onboardTenant>,
    readonly fakes: Fakes,
  ) {}

  status(): Promise<OnboardingStatus> {
    return this.handle.query<OnboardingStatus>(QUERY.status);
  }

  async step(id: StepId): Promise<StepStatus> {
    return stepOf(await this.status(), id);
  }

  /** Polls the status until it is as wanted. */
  async until(what: string, wanted: (status: OnboardingStatus) => boolean): Promise<OnboardingStatus> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const status = await this.status();
      if (wanted(status)) return status;
      if (Date.now() > end) throw new Error(`never came: ${what}; the status is ${JSON.stringify(status, null, 1)}`);
      await delay(40);
    }
  }

  async untilStep(id: StepId, state: StepStatus['state']): Promise<StepStatus> {
    return stepOf(await this.until(`${id} is ${state}`, (status) => stepOf(status, id).state === state), id);
  }

  async untilGate(id: GateId, state: GateStatus['state'], revision = 1): Promise<GateStatus> {
    const as = (status: OnboardingStatus) =>
      status.gates.find((gate) => gate.id === id && gate.state === state && gate.revision === revision);
    const gate = as(await this.until(`gate ${id}, revision ${revision}, is ${state}`, (status) => as(status) !== undefined));
    if (!gate) throw new Error(`gate ${id} vanished`);
    return gate;
  }

  /** An approval of what the gate shows, unless `change` says something else. */
  decision(gate: GateStatus, change: Partial<Decision> = {}): Decision {
    const { evidence } = gate;
    const amount =
      typeof evidence === 'object' && evidence !== null && 'amountMinor' in evidence && typeof evidence.amountMinor === 'number'
        ? { amountMinor: evidence.amountMinor }
        : {};
    return {
      decisionId: randomUUID(),
      gate: gate.id,
      revision: gate.revision,
      verdict: 'approve',
      actor: 'approver-a@example.org',
      reason: 'looks right',
      evidenceHash: gate.evidenceHash,
      ...amount,
      ...change,
    };
  }

  send(decision: Decision): Promise<DecisionAnswer> {
    return this.handle.executeUpdate<DecisionAnswer, [Decision]>(UPDATE.decide, { args: [decision] });
  }

  /** The same decision as a signal; nothing answers, the ledger tells. */
  signal(decision: unknown): Promise<void> {
    return this.handle.signal(SIGNAL.decide, decision);
  }

  decide(gate: GateStatus, change: Partial<Decision> = {}): Promise<DecisionAnswer> {
    return this.send(this.decision(gate, change));
  }

  /** Waits until the gate is open and approves it as approver-a. */
  async approve(id: GateId, revision = 1): Promise<DecisionAnswer> {
    return this.decide(await this.untilGate(id, 'open', revision));
  }

  /** An operator's verb with actor and reason. */
  verb(name: Exclude<keyof typeof UPDATE, 'decide'>, change: Record<string, unknown> = {}): Promise<VerbAnswer> {
    const reason = name === 'provide' ? {} : { reason: 'an operator says so' };
    return this.handle.executeUpdate<VerbAnswer, [unknown]>(UPDATE[name], {
      args: [{ verbId: randomUUID(), actor: 'ops-a@example.org', ...reason, ...change }],
    });
  }

  /** Lets so much virtual time pass, everything in it happening in its order, and returns when it has passed. */
  fastForward(ms: number): Promise<void> {
    return fastForward(this.client, this.handle, ms);
  }

  /** Lets virtual time leap from now to the end of the run. */
  skipToEnd(): Promise<void> {
    return skipToEnd(this.client, this.handle);
  }

  /** Waits until the run has taken in an update, whose answer may take longer. */
  async untilUpdateAccepted(): Promise<void> {
    await eventually(
      'an accepted update',
      () => this.events(),
      (events) => events.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes),
    );
  }

  async events(): Promise<readonly proto.temporal.api.history.v1.IHistoryEvent[]> {
    return (await this.handle.fetchHistory()).events ?? [];
  }
}

export function stepOf(status: OnboardingStatus, id: StepId): StepStatus {
  const step = status.steps.find((each) => each.id === id);
  if (!step) throw new Error(`no step ${id}`);
  return step;
}
