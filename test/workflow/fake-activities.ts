import { ApplicationFailure } from '@temporalio/common';
import type { FailureCode } from '../../src/contract/failures.js';
import type { EventProof, EventTenant, LedgerActivities, OnboardingActivities } from '../../src/contract/onboarding-activities.js';
import type { Refusal } from '../../src/contract/messages.js';
import { evidenceHash } from '../../src/domain/evidence.js';

export type FakeActivities = OnboardingActivities & LedgerActivities;

export interface Fakes {
  readonly activities: FakeActivities;
  /** Every activity call in order, by name. */
  readonly calls: string[];
  readonly rows: { kind: string; key: string; actor?: string; payload: unknown }[];
}

export function failWith(code: FailureCode, message: string, nonRetryable = true): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable, details: [{ code, message }] });
}

/** Every key event that the site or a server sends, accepted under its own name. */
function proofOf({ ga4 }: EventTenant): EventProof {
  const sent = ga4.keyEvents.filter(({ source }) => source !== 'pixel_rule');
  const events = sent.map(({ name }, index) => ({ name, event: name, eventId: `e${index + 1}` }));
  return { requestId: 'r1', at: '2026-11-21T10:00:00.000Z', events, left: [] };
}

/** A TikTok that answers at once and a ledger in memory, typed by the contract; `change` replaces what a test is about. */
export function fakeActivities(change: Partial<FakeActivities> = {}): Fakes {
  const calls: string[] = [];
  const rows: Fakes['rows'] = [];
  const decisions = new Map<string, { refusal: Refusal | null; ledgerSeq: number }>();
  const base: FakeActivities = {
    inspectBusinessCenter: async ({ bcId, currency }) => ({
      bcId,
      name: 'Kobi',
      type: 'SELF_SERVICE',
      status: 'ENABLE',
      currency,
      company: 'Kobi GmbH',
      registeredArea: 'DE',
      role: 'ADMIN',
      financeRole: 'MANAGER',
      verificationStatus: 'VERIFIED',
      qualification: { qualificationId: '7300000000000000100', companyName: 'Kobi GmbH', status: 'VERIFIED' },
    }),
    createAdvertiser: async () => ({ advertiserId: '7300000000000000200' }),
    reconcileAdvertiser: async () => ({ found: true, value: { advertiserId: '7300000000000000200' } }),
    assignAdvertiser: async () => ({ reachable: true }),
    readAccountReview: async () => ({
      status: 'STATUS_ENABLE',
      review: 'approved',
      rejectionReason: '',
      verificationStatus: 'VERIFIED',
      inherited: true,
      qualificationId: '7300000000000000100',
    }),
    requestTikTokAccountLink: async () => ({ link: 'https://tiktok.example/link' }),
    findTikTokAccount: async () => ({
      account: { assetId: '7300000000000000400', handle: 'example_school', identityId: '', availableStatus: '' },
    }),
    assignTikTokAccount: async ({ assetId }) => ({
      assetId,
      handle: 'example_school',
      identityId: 'identity-1',
      availableStatus: 'AVAILABLE',
    }),
    findPixel: async () => ({ pixel: null }),
    createPixel: async () => ({ pixelId: '7300000000000000300', pixelCode: 'C4A1B2C3D4E5F6G7H8I0' }),
    reconcilePixel: async () => ({ found: false }),
    linkPixel: async ({ tenant, testEvent }) => ({
      snippet: '<script></script>',
      testEventId: testEvent ? 'e1' : null,
      ...(tenant ? { settingsVersion: 1, proof: testEvent ? proofOf(tenant) : null } : {}),
    }),
    sendTestEvent: async ({ tenant }) => ({ requestId: 'r1', eventId: 'e1', ...(tenant ? { proof: proofOf(tenant) } : {}) }),
    findCatalog: async () => ({ catalogId: null }),
    createCatalog: async () => ({ catalogId: '7300000000000000350' }),
    reconcileCatalog: async () => ({ found: false }),
    loadFeed: async () => ({ rows: 2, feedLogIds: ['1'], feedId: null }),
    readCatalogReview: async () => ({ loading: false, processing: 0, approved: 2, rejected: [] }),
    bindEventSource: async () => ({ bound: true }),
    findEventSet: async () => ({ eventSetId: null }),
    createEventSet: async ({ source }) => ({ eventSetId: source === 'offline' ? '7300000000000000410' : '7300000000000000420' }),
    reconcileEventSet: async () => ({ found: false }),
    alignEvents: async ({ tenant, testEventCode }) => ({
      settingsVersion: 2,
      proof: testEventCode === undefined ? null : proofOf(tenant),
    }),
    createPixelEvents: async ({ events }) => ({ created: events.map((event) => event.event), existing: [] }),
    readBilling: async () => ({
      financeRole: 'MANAGER',
      paymentModel: 'NON_SHARED',
      availableMinor: 10_000_000,
      inBillingGroup: false,
      budgetCapMinor: null,
    }),
    applyBilling: async () => ({ applied: true }),
    transferFunds: async () => ({ transactionIds: ['1001', '1002'] }),
    reconcileTransfer: async () => ({ found: false }),
    probeCreatives: async ({ creatives }) => ({
      reports: creatives.map((creative) => ({
        id: creative.id,
        file: creative.file,
        sha256: evidenceHash(creative.file),
        kind: 'video',
        verdict: 'accept',
        measured: { width: 720 },
        findings: [],
      })),
    }),
    uploadCreatives: async ({ creatives }) => ({
      fileIds: Object.fromEntries(creatives.map((creative) => [creative.id, `v-${creative.id}`])),
    }),
    authorizeSparkPost: async ({ post }) => ({
      outcome: 'authorised',
      post: {
        id: post.id,
        itemId: '7300000000000000500',
        identityId: 'identity-2',
        handle: post.handle,
        text: '',
        status: 'HESITATE_RECOMMEND',
        authorisedUntil: '2027-01-01T00:00:00Z',
      },
    }),
    releaseSparkPosts: async ({ posts }) => ({ released: posts.map(({ post }) => post.id) }),
    unbindSparkPost: async () => ({ unbound: true }),
    checkLaunch: async () => ({ findings: [{ check: 'account_enabled', ok: true, detail: 'STATUS_ENABLE' }] }),
    undo: async ({ undo }) => ({ undone: true, detail: `undone: ${undo.kind}` }),
    openGate: async ({ gate, four_eyes, ...row }) => {
      rows.push({ kind: 'gate_opened', key: `${gate}:${row.revision}`, payload: row });
      return { candidates: ['approver-a@example.org', 'approver-b@example.org'], needed: four_eyes ? 2 : 1, ledgerSeq: rows.length };
    },
    recordDecision: async ({ decision, refusal, startedBy, via }) => {
      const known = decisions.get(decision.decisionId);
      if (known) return known;
      rows.push({ kind: 'decision', key: decision.decisionId, payload: { via, decision } });
      const answer = {
        refusal: refusal ?? (decision.actor === startedBy ? ('starter_may_not_decide' as const) : null),
        ledgerSeq: rows.length,
      };
      decisions.set(decision.decisionId, answer);
      return answer;
    },
    recordEvent: async ({ kind, key, actor, payload }) => {
      if (!rows.some((row) => row.key === key)) rows.push({ kind, key, actor, payload });
      return { ledgerSeq: rows.length };
    },
    saveStatus: async ({ end }) => {
      if (end && !rows.some((row) => row.key === end.key)) rows.push({ kind: end.kind, key: end.key, payload: end.payload });
    },
    ...change,
  };
  const counted = Object.fromEntries(
    Object.entries(base).map(([name, activity]) => [
      name,
      (...input: unknown[]) => {
        calls.push(name);
        return Reflect.apply(activity, undefined, input) as unknown;
      },
    ]),
  );
  return { activities: Object.assign(base, counted), calls, rows };
}
