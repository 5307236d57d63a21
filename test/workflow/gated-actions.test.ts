import { describe, expect, it } from 'vitest';
import type { BillingFacts, CreativeReport, SparkPostFacts } from '../../src/contract/onboarding-activities.js';
import { creativeEvidence, evidenceHash, sparkEvidence } from '../../src/domain/evidence.js';
import { fakeActivities, failWith, type FakeActivities } from './fake-activities.js';
import type { Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

/** Something that changes in the moment in which the last approval is recorded: after the approver looked, before the action. */
function changesOnApproval(actor: string, change: () => void): Pick<FakeActivities, 'recordDecision'> {
  const { recordDecision } = fakeActivities().activities;
  let changed = false;
  return {
    recordDecision: async (input) => {
      const recorded = await recordDecision(input);
      if (!changed && input.decision.actor === actor) {
        changed = true;
        change();
      }
      return recorded;
    },
  };
}

async function approveByTwo(onboarding: Onboarding, revision: number): Promise<string> {
  const gate = await onboarding.untilGate('initial_funding', 'open', revision);
  expect(gate.needed).toBe(2);
  await onboarding.decide(gate);
  expect(await onboarding.decide(gate, { actor: 'approver-b@example.org' })).toMatchObject({ gateState: 'approved' });
  return gate.evidenceHash;
}

describe.concurrent('between the approval and what it allows', () => {
  it('another creative file is not uploaded; it needs a decision of its own', async () => {
    let content = 'approved content';
    const uploaded: string[] = [];
    const probe = (creatives: readonly { id: string; file: string }[]): CreativeReport[] =>
      creatives.map(({ id, file }) => ({
        id,
        file,
        sha256: evidenceHash(content),
        kind: 'video',
        verdict: 'accept',
        measured: {},
        findings: [],
      }));
    const onboarding = await start('gated_creative', {
      activities: {
        ...changesOnApproval('approver-a@example.org', () => (content = 'other content')),
        probeCreatives: async ({ creatives }) => ({ reports: probe(creatives) }),
        uploadCreatives: async (input) => {
          if (evidenceHash(creativeEvidence(probe(input.creatives), input.creatives)) !== input.approvedHash)
            throw failWith('creative_changed', 'the creatives are no longer as they were approved');
          uploaded.push(input.approvedHash);
          return tiktok.uploadCreatives(input);
        },
      },
    });
    const gate = await onboarding.untilGate('creative_policy', 'open');
    await onboarding.decide(gate);
    const parked = await onboarding.untilStep('creative_policy', 'parked');
    expect(parked.failure?.code).toBe('creative_changed');
    expect(uploaded).toEqual([]);

    await onboarding.verb('retry', { step: 'creative_policy' });
    const second = await onboarding.untilGate('creative_policy', 'open', 2);
    expect(second.evidenceHash).not.toBe(gate.evidenceHash);
    expect(second.decisions).toEqual([]);
    await onboarding.decide(second);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(uploaded).toEqual([second.evidenceHash]);
  });

  it('a transfer from another kind of balance is not made: the cap that is now guarded needs its own approval', async () => {
    let paymentModel: BillingFacts['paymentModel'] = 'NON_SHARED';
    const caps: (string | undefined)[] = [];
    const onboarding = await start('gated_transfer', {
      tenant: { creatives: [], billing: { initialFundingMinor: 250_000, budgetCapPerMonthMinor: 300_000 } },
      activities: billingOf(
        () => paymentModel,
        caps,
        changesOnApproval('approver-b@example.org', () => (paymentModel = 'SHARED')),
      ),
    });
    const first = await approveByTwo(onboarding, 1);
    expect((await onboarding.untilStep('billing', 'parked')).failure?.code).toBe('gate_withdrawn');
    expect(caps).toEqual([]);

    await onboarding.verb('retry', { step: 'billing' });
    const second = await approveByTwo(onboarding, 2);
    expect(second).not.toBe(first);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(caps).toEqual([second]);
    expect(onboarding.fakes.calls).not.toContain('transferFunds');
  });

  it('a transfer of funds that changed hands is not made', async () => {
    let paymentModel: BillingFacts['paymentModel'] = 'NON_SHARED';
    const onboarding = await start('gated_funds', {
      tenant: { creatives: [], billing: { initialFundingMinor: 250_000 } },
      activities: billingOf(
        () => paymentModel,
        [],
        changesOnApproval('approver-b@example.org', () => (paymentModel = 'CREDIT_LINE')),
      ),
    });
    const approved = await approveByTwo(onboarding, 1);
    expect((await onboarding.untilStep('billing', 'parked')).failure?.code).toBe('gate_withdrawn');
    expect((await onboarding.step('billing')).remoteIds).not.toHaveProperty('transactionId');

    // The same balance again is the same evidence: what was approved of it stands.
    paymentModel = 'NON_SHARED';
    await onboarding.verb('retry', { step: 'billing' });
    const status = await onboarding.handle.result();
    expect(status.gates.map(({ id, revision, evidenceHash: hash }) => [id, revision, hash])).toEqual([['initial_funding', 1, approved]]);
    expect(status.state).toBe('live');
  });

  it('a verification of which TikTok says something else is not passed over', async () => {
    let rejectionReason = 'document unreadable';
    const onboarding = await start('gated_verification', {
      tenant: { creatives: [], verification: 'own' },
      activities: {
        ...changesOnApproval('approver-a@example.org', () => (rejectionReason = 'company does not exist')),
        readAccountReview: async () => ({
          status: 'STATUS_ENABLE',
          review: 'approved',
          rejectionReason,
          verificationStatus: 'UNVERIFIED',
          inherited: false,
          qualificationId: '',
        }),
      },
    });
    const gate = await onboarding.untilGate('business_verification', 'open');
    expect(gate.evidence).toMatchObject({ verificationStatus: 'UNVERIFIED', rejectionReason: 'document unreadable' });
    await onboarding.decide(gate);
    const parked = await onboarding.untilStep('business_verification', 'parked');
    expect(parked.failure).toMatchObject({ code: 'verification_expired', message: expect.stringContaining('company does not exist') });
    expect(onboarding.fakes.calls).not.toContain('readBilling');

    await onboarding.verb('retry', { step: 'business_verification' });
    const second = await onboarding.untilGate('business_verification', 'open', 2);
    expect(second.evidence).toMatchObject({ rejectionReason: 'company does not exist' });
    await onboarding.decide(second);
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('a Spark post that the creator rewrote is not released; it is read again and shown anew', async () => {
    let text = 'our open day';
    const facts: SparkPostFacts = {
      id: 'post-a',
      itemId: '7300000000000000500',
      identityId: 'identity-2',
      handle: 'creator_a',
      text,
      status: 'HESITATE_RECOMMEND',
      authorisedUntil: '2027-01-01T00:00:00Z',
    };
    const onboarding = await start('gated_spark', {
      tenant: {
        creatives: [],
        sparkPosts: [
          {
            id: 'post-a',
            handle: 'creator_a',
            link: 'https://www.tiktok.com/@creator_a/video/7300000000000000500',
            authCodeRef: 'gated_spark/spark/post-a',
          },
        ],
      },
      activities: {
        ...changesOnApproval('approver-a@example.org', () => (text = 'guaranteed grades')),
        authorizeSparkPost: async () => ({ outcome: 'authorised', post: { ...facts, text } }),
        releaseSparkPosts: async (input) => {
          if (evidenceHash(sparkEvidence(input.advertiserId, [{ ...facts, text }])) !== input.approvedHash)
            throw failWith('spark_post_unavailable', 'the Spark posts are no longer as they were approved');
          return tiktok.releaseSparkPosts(input);
        },
      },
    });
    const gate = await onboarding.untilGate('spark_ads', 'open');
    await onboarding.decide(gate);
    expect((await onboarding.untilStep('spark_ads', 'parked')).failure?.code).toBe('spark_post_unavailable');

    await onboarding.verb('retry', { step: 'spark_ads' });
    const second = await onboarding.untilGate('spark_ads', 'open', 2);
    expect(second.evidence).toMatchObject({ posts: [{ text: 'guaranteed grades' }] });
    await onboarding.decide(second, { verdict: 'reject', reason: 'promises grades' });
    expect((await onboarding.untilStep('spark_ads', 'parked')).failure?.code).toBe('gate_rejected');
    expect(onboarding.fakes.calls.filter((call) => call === 'unbindSparkPost')).toHaveLength(1);
  });
});

/** TikTok's billing that judges every gated action by the approved hash and by how the Business Center pays now. */
function billingOf(
  paymentModel: () => BillingFacts['paymentModel'],
  caps: (string | undefined)[],
  recording: Pick<FakeActivities, 'recordDecision'>,
): Partial<FakeActivities> {
  const agreed = (evidence: unknown, approvedHash: string | null | undefined) => {
    const model = typeof evidence === 'object' && evidence !== null && 'paymentModel' in evidence ? evidence.paymentModel : undefined;
    if (evidenceHash(evidence) !== approvedHash || model !== paymentModel())
      throw failWith('gate_withdrawn', 'the funding’s evidence changed since it was approved');
  };
  return {
    ...recording,
    readBilling: async (input) => ({ ...(await tiktok.readBilling(input)), paymentModel: paymentModel() }),
    applyBilling: async (input) => {
      if (input.capMinor !== undefined) {
        agreed(input.evidence, input.approvedHash);
        caps.push(input.approvedHash);
      }
      return tiktok.applyBilling(input);
    },
    transferFunds: async (input) => {
      agreed(input.evidence, input.approvedHash);
      return tiktok.transferFunds(input);
    },
  };
}

describe('funding below the threshold', () => {
  it('waits for two people when the tenant was funded on the same day already, and they see with how much', async () => {
    const onboarding = await start('funded_in_parts', {
      tenant: { creatives: [] },
      activities: { readBilling: async (input) => ({ ...(await tiktok.readBilling(input)), fundedTodayMinor: 60_000 }) },
    });
    const gate = await onboarding.untilGate('initial_funding', 'open');
    expect(gate).toMatchObject({ needed: 2, evidence: { amountMinor: 50_000, fundedTodayMinor: 60_000, thresholdMinor: 100_000 } });
    expect(onboarding.fakes.calls).not.toContain('transferFunds');
    await onboarding.decide(gate);
    await onboarding.decide(gate, { actor: 'approver-b@example.org' });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(onboarding.fakes.calls).toContain('transferFunds');
  });
});
