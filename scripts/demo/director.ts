import type { OnboardingClient } from '../../src/cli/onboarding-client.js';
import { fundingOf } from '../../src/cli/funding.js';
import type { GateStatus, OnboardingStatus } from '../../src/contract/status.js';
import type { Tenant } from '../../src/contract/tenant.js';
import type { ClientSide } from './client-side.js';
import { decisionFor, OPS, REJECTED } from './script.js';
import type { Screen } from './screen.js';

export interface Cast {
  readonly onboardings: OnboardingClient;
  readonly client: ClientSide;
  readonly screen: Screen;
  /** Tenants by slug, as they were started. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly amended: Tenant;
}

/** Plays everybody who has the ball: approvers at gates, ops where something was rejected, the client and the creator outside. */
export class Director {
  /** What was done already, so that nobody acts twice on one look. */
  private readonly acted = new Set<string>();

  constructor(private readonly cast: Cast) {}

  /** @throws Error when a step parks that the script does not expect to park */
  async act(status: OnboardingStatus): Promise<void> {
    for (const gate of status.gates) if (gate.state === 'open') await this.decide(status, gate);
    for (const step of status.steps) {
      if (step.state === 'waiting_on' && step.ball === 'client') await this.askClient(status, step.id);
      if (step.state === 'parked') await this.mend(status, step.id);
    }
  }

  private async once(key: string, act: () => Promise<void>): Promise<void> {
    if (this.acted.has(key)) return;
    this.acted.add(key);
    await act();
  }

  private async decide({ slug }: OnboardingStatus, gate: GateStatus): Promise<void> {
    const actor = gate.candidates.find((candidate) => !gate.decisions.some((vote) => vote.actor === candidate));
    if (actor === undefined) throw new Error(`nobody may decide ${gate.id} of ${slug}; see examples/people.yaml`);
    await this.once(`${slug} ${gate.id} ${gate.revision} ${actor}`, async () => {
      const { verdict, reason } = decisionFor(slug, gate.id, gate.revision);
      const funding = fundingOf(gate.evidence);
      const answer = await this.cast.onboardings.decide(slug, {
        gate: gate.id,
        revision: gate.revision,
        evidenceHash: gate.evidenceHash,
        verdict,
        actor,
        reason,
        ...(funding === undefined || gate.id !== 'initial_funding' ? {} : { amountMinor: funding.amountMinor }),
      });
      if (!answer.accepted) throw new Error(`${actor} could not decide ${gate.id} of ${slug}: ${answer.message}`);
      this.cast.screen.say(`decision  ${slug}: ${actor} decides ${gate.id}, revision ${gate.revision}: ${verdict} ("${reason}")`);
    });
  }

  private async askClient({ slug }: OnboardingStatus, step: string): Promise<void> {
    const tenant = this.cast.tenants.get(slug);
    if (!tenant) return;
    await this.once(`${slug} client ${step}`, async () => {
      const { client, onboardings, screen } = this.cast;
      if (step === 'tiktok_account') {
        await client.linkTikTokAccount(tenant.tiktokAccount.handle ?? slug);
        screen.say(`client    ${slug}: links the TikTok account @${tenant.tiktokAccount.handle ?? slug}`);
      }
      if (step === 'spark_ads') {
        for (const post of tenant.sparkPosts.filter((each) => each.authCodeRef === undefined)) {
          const code = await client.sparkCodeOf(post.link);
          await onboardings.provide(slug, { actor: OPS, what: { kind: 'spark_code', post: post.id, code } });
          screen.say(`client    ${slug}: sends the code of the post ${post.id}; ${OPS} hands it in`);
        }
      }
    });
  }

  private async mend(status: OnboardingStatus, step: string): Promise<void> {
    const { slug } = status;
    const failure = status.steps.find((each) => each.id === step)?.failure;
    if (slug !== REJECTED.slug || failure?.code !== 'gate_rejected') {
      throw new Error(`${step} of ${slug} is parked: ${failure?.code}: ${failure?.message}; ${failure?.mend}`);
    }
    await this.once(`${slug} amend`, async () => {
      const answer = await this.cast.onboardings.amend(slug, {
        actor: OPS,
        reason: 'the text is corrected as the approver asked',
        tenant: this.cast.amended,
      });
      if (!answer.accepted) throw new Error(`the amendment of ${slug} was refused: ${answer.message}`);
      this.cast.screen.say(`ops       ${slug}: ${OPS} amends the tenant file; ${answer.message}`);
    });
  }
}
