import { setTimeout as delay } from 'node:timers/promises';
import type { OnboardingClient } from '../../src/cli/onboarding-client.js';
import { fundingOf } from '../../src/cli/funding.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../../src/contract/status.js';
import type { Tenant } from '../../src/contract/tenant.js';
import type { SimulatorSide } from './simulator.js';

export const OPS = 'ops-a@example.org';

export interface PeopleOptions {
  readonly onboardings: OnboardingClient;
  readonly simulator: SimulatorSide;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Where every onboarding stands, from the projection: looking costs no worker anything. */
  readonly look: () => Promise<readonly OnboardingStatus[]>;
}

/**
 * Everybody who has the ball acts at once: approvers approve on the ordinary way of decisions, clients link their TikTok account.
 * Somebody who gets no answer asks again with the same decision id, as the command line tells people to.
 */
export class People {
  private readonly done = new Set<string>();
  private readonly asking = new Set<string>();
  private going = false;
  private working: Promise<void> = Promise.resolve();
  /** Decisions that got no answer at first; each was asked again under its own id. */
  readonly unanswered: string[] = [];
  /** Codes of failures after which ops try a step again, as the failure table says; none unless a test adds some. */
  readonly retryAfter = new Set<string>();

  constructor(private readonly options: PeopleOptions) {}

  start(): void {
    if (this.going) return;
    this.going = true;
    this.working = this.work();
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.going) {
      const statuses = await this.options.look().catch(() => []);
      for (const status of statuses) {
        for (const gate of status.gates) if (gate.state === 'open') this.decide(status, gate);
        for (const step of status.steps) if (step.state === 'waiting_on' && step.ball === 'client') this.asClient(status.slug, step.id);
        for (const step of status.steps)
          if (step.state === 'parked' && this.retryAfter.has(step.failure?.code ?? '')) this.mend(status.slug, step);
      }
      await delay(100);
    }
  }

  /** Does it once; what fails is tried again at the next look. */
  private once(key: string, act: () => Promise<void>): void {
    if (this.done.has(key) || this.asking.has(key)) return;
    this.asking.add(key);
    void act()
      .then(
        () => this.done.add(key),
        () => this.unanswered.push(key),
      )
      .finally(() => this.asking.delete(key));
  }

  private decide({ slug }: OnboardingStatus, gate: GateStatus): void {
    const actor = gate.candidates.find((candidate) => !gate.decisions.some((vote) => vote.actor === candidate));
    if (actor === undefined) return;
    const decisionId = `${slug}:${gate.id}:${gate.revision}:${actor.split('@')[0]}`;
    this.once(`${decisionId}:${gate.openedAt}`, async () => {
      const funding = gate.id === 'initial_funding' ? fundingOf(gate.evidence) : undefined;
      await this.options.onboardings.decide(slug, {
        decisionId,
        gate: gate.id,
        revision: gate.revision,
        evidenceHash: gate.evidenceHash,
        verdict: 'approve',
        actor,
        reason: 'seen and in order',
        ...(funding === undefined ? {} : { amountMinor: funding.amountMinor }),
      });
    });
  }

  private mend(slug: string, { id, since }: StepStatus): void {
    const verb = { actor: OPS, reason: 'as the failure says', step: id };
    this.once(`${slug} ${id} ${since}`, async () => void (await this.options.onboardings.retry(slug, verb)));
  }

  private asClient(slug: string, step: string): void {
    if (step !== 'tiktok_account') return;
    const handle = this.options.tenants.get(slug)?.tiktokAccount.handle ?? slug;
    this.once(`${slug} links`, async () => void (await this.options.simulator.person({ action: 'link-tiktok-account', handle })));
  }
}
