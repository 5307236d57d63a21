import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApprovalKeys, createApprovals } from '../../src/approvals/approvals.js';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { createOnboardingClient, type OnboardingClient } from '../../src/cli/onboarding-client.js';
import { mayReview, reviewBrokenGlass } from '../../src/cli/review-broken-glass.js';
import type { Decision } from '../../src/contract/messages.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { type People, peopleSchema } from '../../src/domain/people.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { pendingNotifications } from '../../src/store/notifications.js';
import { listReviews } from '../../src/store/reviews.js';
import { freshDatabase, type FreshDatabase } from '../harness/temporal.js';
import { eventually } from '../workflow/eventually.js';
import { fakeActivities } from '../workflow/fake-activities.js';
import type { Onboarding } from '../workflow/onboarding.js';
import { useOnboardings } from '../workflow/onboardings.js';
import { school, settings } from '../workflow/tenant.js';

const { client, enlist, taskQueue } = useOnboardings();
const OPS = 'ops-a@example.org';
const silent = { warn: () => undefined, debug: () => undefined };

function person(id: string, ...roles: string[]): object {
  return { id, mail: `${id}@example.org`, roles, tenants: '*' };
}
const everybody: People = peopleSchema.parse({
  people: [
    person('approver-a', 'approver:creative_policy'),
    person('approver-b', 'approver:creative_policy'),
    person('finance-a', 'finance'),
    person('finance-b', 'finance'),
    person('admin-a', 'admin'),
    person('admin-b', 'admin', 'approver:creative_policy'),
    person('ops-a', 'ops'),
  ],
});

let database: FreshDatabase;
let approvals: ApprovalKeys;
let onboardings: OnboardingClient;
beforeAll(async () => {
  database = await freshDatabase();
  const { db } = database;
  const people = () => Promise.resolve(everybody);
  approvals = createApprovals({ db, secretsKey: 'ab'.repeat(32), settings: { mode: 'signed' }, people });
  onboardings = createOnboardingClient({
    client: client(),
    db,
    secrets: { put: async () => undefined },
    taskQueue,
    approvals,
    settings: settings({ fundingThresholdMinor: { EUR: 0 } }),
  });
});
afterAll(() => database.close());

async function begin(slug: string, change: Partial<Tenant> = { billing: { initialFundingMinor: 0 } }): Promise<Onboarding> {
  const ledger = createLedgerActivities({ db: database.db, readPeople: () => Promise.resolve(everybody), log: silent });
  const onboarding = await enlist(slug, fakeActivities(ledger));
  await onboardings.start(school(slug, change), OPS);
  return onboarding;
}

const rows = (slug: string, ...kinds: string[]) => listLedger(database.db, { slug, kinds });
const approval = { gate: 'creative_policy', verdict: 'approve', actor: 'approver-a', reason: 'fits the policy' } as const;

describe('a decision through our client', () => {
  it('is signed on the way, and refused ones are told why', async () => {
    const onboarding = await begin('ours_decide');
    await onboarding.untilGate('creative_policy', 'open');
    expect((await onboarding.status()).approvals).toBe('signed');
    expect(await onboardings.decide('ours_decide', { ...approval, actor: 'finance-a' })).toMatchObject({ code: 'wrong_person' });
    expect(await onboardings.decide('ours_decide', { ...approval, actor: 'nobody' })).toMatchObject({ code: 'person_unknown' });
    const forged = await onboardings.decide('ours_decide', { ...approval, envelope: 'of another make' });
    expect(forged).toMatchObject({ code: 'envelope_malformed' });
    expect(await onboardings.decide('ours_decide', approval)).toMatchObject({ accepted: true });
    expect((await onboarding.handle.result()).state).toBe('live');
    expect((await rows('ours_decide', 'decision_refused')).map((row) => row.payload['refusal'])).toEqual([
      'wrong_person',
      'person_unknown',
      'envelope_malformed',
    ]);
    expect(JSON.stringify(await listLedger(database.db, { slug: 'ours_decide' })), 'no envelope in the ledger').not.toContain('statement');
  });

  it('asked again under its id is the same decision, whatever key signs it then', async () => {
    const onboarding = await begin('ours_again', {});
    const { revision, evidenceHash } = await onboarding.untilGate('initial_funding', 'open');
    const vote = { gate: 'initial_funding', verdict: 'approve', reason: 'as agreed', amountMinor: 50_000, revision, evidenceHash } as const;
    const first = await onboardings.decide('ours_again', { ...vote, actor: 'finance-a', decisionId: 'ours-1' });
    expect(first).toMatchObject({ accepted: true, stillNeeded: 1 });
    await approvals.rotate();
    expect(await onboardings.decide('ours_again', { ...vote, actor: 'finance-a', decisionId: 'ours-1' })).toEqual(first);
    expect(await onboardings.decide('ours_again', { ...vote, actor: 'finance-b' })).toMatchObject({ accepted: true, stillNeeded: 0 });
    await onboardings.decide('ours_again', approval);
    expect((await onboarding.handle.result()).state).toBe('live');
  });

  it('is printed for the Temporal UI, and counts there once', async () => {
    const onboarding = await begin('ours_pasted');
    await onboarding.untilGate('creative_policy', 'open');
    await expect(onboardings.envelope('ours_pasted', { ...approval, actor: 'finance-a' })).rejects.toThrow('no role that decides');
    const { decision, expiresAt } = await onboardings.envelope('ours_pasted', approval);
    expect(Date.parse(expiresAt ?? '')).toBeGreaterThan(Date.now());
    expect((await onboarding.status()).gates[0]?.state, 'printing decides nothing').toBe('open');
    const pasted: Decision = JSON.parse(JSON.stringify(decision)) as Decision;
    await onboarding.signal({ ...pasted, verdict: 'reject', reason: 'changed after signing' });
    await onboarding.signal(pasted);
    await onboarding.signal(pasted);
    expect((await onboarding.handle.result()).state).toBe('live');
    const told = await rows('ours_pasted', 'envelope_signed', 'envelope_refused', 'decision_accepted', 'decision_refused');
    expect(told.map(({ kind, actor, payload }) => [kind, actor, payload['via'] ?? '', payload['refusal'] ?? ''])).toEqual([
      ['envelope_refused', 'finance-a', '', 'wrong_person'],
      ['envelope_signed', 'approver-a', '', ''],
      ['decision_refused', 'approver-a', 'signal', 'envelope_other_decision'],
      ['decision_accepted', 'approver-a', 'signal', ''],
    ]);
  });
});

describe('breaking the glass', () => {
  it('lets an admin decide without the role, is told, and opens a review that is due in 24 hours', async () => {
    const onboarding = await begin('glass_review');
    await onboarding.untilGate('creative_policy', 'open');
    const broken = { ...approval, actor: 'admin-a', reason: 'both approvers are unreachable', decisionId: 'glass-1' };
    expect(await onboardings.decide('glass_review', broken)).toMatchObject({ code: 'wrong_person' });
    expect(await onboardings.decide('glass_review', { ...broken, decisionId: 'glass-2', breakGlass: true, reason: '' })).toMatchObject({
      code: 'reason_missing',
    });
    expect(
      await onboardings.decide('glass_review', { ...broken, decisionId: 'glass-3', breakGlass: true, actor: 'approver-a' }),
    ).toMatchObject({
      code: 'wrong_person',
    });
    expect(await onboardings.decide('glass_review', { ...broken, decisionId: 'glass-4', breakGlass: true })).toMatchObject({
      accepted: true,
    });
    expect((await onboarding.handle.result()).state).toBe('live');

    const [review, ...others] = await listReviews(database.db, { slugs: ['glass_review'] });
    expect(others).toEqual([]);
    expect(review).toMatchObject({ admin: 'admin-a', gate: 'creative_policy', reason: 'both approvers are unreachable', outcome: null });
    expect(Date.parse(review?.dueAt ?? '') - Date.parse(review?.openedAt ?? '')).toBe(24 * 3_600_000);
    expect(await rows('glass_review', 'decision_accepted')).toMatchObject([{ actor: 'admin-a', payload: { breakGlass: true } }]);
    const told = (await pendingNotifications(database.db, 1_000)).filter((each) => each.kind === 'review_opened');
    expect(told).toMatchObject([{ slug: 'glass_review', body: { admin: 'admin-a' } }]);
  });

  it('is reviewed by somebody else who has the role, once; the review is a row of the chain', async () => {
    const onboarding = await begin('glass_reviewed');
    await onboarding.untilGate('creative_policy', 'open');
    await onboardings.decide('glass_reviewed', { ...approval, actor: 'admin-b', breakGlass: true, decisionId: 'glass-5' });
    await onboarding.handle.result();
    const give = (reviewer: string, remark = 'looked at it again') =>
      reviewBrokenGlass(database.db, everybody, { slug: 'glass_reviewed', decisionId: 'glass-5', outcome: 'objected', reviewer, remark });
    await expect(give('admin-b'), 'who broke the glass, also with the role').rejects.toThrow('does not review it');
    await expect(give('finance-a')).rejects.toThrow('no role that decides');
    await expect(give('approver-b', '')).rejects.toThrow('needs a reason');
    const seq = await give('approver-b@example.org');
    await expect(give('approver-a')).rejects.toThrow('reviewed already');
    expect(await rows('glass_reviewed', 'review_refused', 'review_objected')).toMatchObject([
      { kind: 'review_refused', actor: 'admin-b' },
      { kind: 'review_refused', actor: 'finance-a' },
      { kind: 'review_objected', actor: 'approver-b', seq, payload: { decisionId: 'glass-5', reason: 'looked at it again' } },
    ]);
    expect(await listReviews(database.db, { slugs: ['glass_reviewed'] })).toEqual([]);
    expect((await verifyChain(database.db, 'glass_reviewed')).map((report) => report.fault)).toEqual([null]);
  });

  it('takes no second pair of eyes away: an admin is one of two about money', async () => {
    const onboarding = await begin('glass_money', {});
    const { revision, evidenceHash } = await onboarding.untilGate('initial_funding', 'open');
    const vote = {
      gate: 'initial_funding',
      verdict: 'approve',
      reason: 'finance is away',
      amountMinor: 50_000,
      revision,
      evidenceHash,
    } as const;
    const one = await onboardings.decide('glass_money', { ...vote, actor: 'admin-a', breakGlass: true });
    expect(one).toMatchObject({ accepted: true, stillNeeded: 1, gateState: 'open' });
    expect(await onboardings.decide('glass_money', { ...vote, actor: 'admin-a', breakGlass: true })).toMatchObject({
      code: 'already_voted',
    });
    expect(onboarding.fakes.calls).not.toContain('transferFunds');
    expect(await onboardings.decide('glass_money', { ...vote, actor: 'finance-a' })).toMatchObject({ accepted: true, stillNeeded: 0 });
    await eventually(
      'the transfer',
      () => Promise.resolve(onboarding.fakes.calls),
      (calls) => calls.includes('transferFunds'),
    );
    const [review] = await listReviews(database.db, { slugs: ['glass_money'] });
    if (!review) throw new Error('no review was opened');
    expect(['admin-a', 'admin-b', 'finance-a', 'ops-a', 'nobody'].filter((id) => mayReview(everybody, review, id) === null)).toEqual([
      'finance-a',
    ]);
  });
});
