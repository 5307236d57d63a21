import type { GateId, StepId } from './checklist.js';
import type { EnvelopeVerdict } from './envelope.js';
import type { Decision, Refusal } from './messages.js';
import type { OnboardingSettings } from './settings.js';
import type { Expectation, OnboardingStatus } from './status.js';
import type { Creative, EventUpload, KeyEvent, SparkPost, Tenant } from './tenant.js';

/**
 * What the workflow asks of the outside. Every failure is an ApplicationFailure whose type is a code of the failure table and
 * whose first detail is a `Failure`. Irreversible writes are alone in their activity, run once per attempt, write their intent
 * first, and are reconciled by the activity named `reconcile…` before anybody tries again.
 */
interface Of {
  readonly slug: string;
}
interface OfAdvertiser extends Of {
  readonly bcId: string;
  readonly advertiserId: string;
}

export interface BusinessCenterFacts {
  readonly bcId: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly currency: string;
  readonly company: string;
  readonly registeredArea: string;
  readonly role: string;
  readonly financeRole: string;
  readonly verificationStatus: string;
  /** A VERIFIED qualification; absent for a DIRECT Business Center, which takes no qualification_info. */
  readonly qualification?: { readonly qualificationId: string; readonly companyName: string; readonly status: string };
  /** Set when an advertiser of our exact name is already there. */
  readonly advertiserId?: string;
}

/** The answer of a reconciliation: found exactly one, or certainly absent (reads spread over 90 s); otherwise it fails with `outcome_unknown`. */
export type Reconciled<T> = { readonly found: true; readonly value: T } | { readonly found: false };

export interface AccountReview {
  /** TikTok's status text, such as STATUS_ENABLE. */
  readonly status: string;
  readonly review: 'approved' | 'pending' | 'refused' | 'suspended';
  readonly rejectionReason: string;
  readonly verificationStatus: string;
  readonly inherited: boolean;
  readonly qualificationId: string;
}

export interface TikTokAccountLink {
  readonly assetId: string;
  readonly handle: string;
  readonly identityId: string;
  /** AVAILABLE, or TikTok's reason why not. Empty when it is not assigned to the advertiser yet. */
  readonly availableStatus: string;
}

export interface Pixel {
  readonly pixelId: string;
  readonly pixelCode: string;
}

/** What of a tenant says how its events are mapped. */
export type EventTenant = Pick<Tenant, 'country' | 'currency' | 'website' | 'ga4'>;

/** Ids at TikTok, of the sources that the tenant hands in itself. */
export type EventSets = Readonly<Partial<Record<EventUpload, string>>>;

/** A key event that no test event proves, and why. */
export interface NotProven {
  readonly name: string;
  readonly why: string;
}

/** Test events that the Events API accepted in one request: one for each name that the site or a server sends. */
export interface EventProof {
  readonly requestId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly events: readonly {
    /** GA4's name, which came in. */
    readonly name: string;
    /** TikTok's name, which was sent. */
    readonly event: string;
    readonly eventId: string;
  }[];
  readonly left: readonly NotProven[];
}

export interface LoadedFeed {
  readonly rows: number;
  /** TikTok's logs of the products that we sent; empty when TikTok fetches them by itself. */
  readonly feedLogIds: readonly string[];
  /** The scheduled feed of an address; null for a file. */
  readonly feedId: string | null;
  /** Tells the scheduled feed's loads from before apart from the one that is waited for. */
  readonly since?: string;
}

export interface CatalogReview {
  readonly loading: boolean;
  readonly processing: number;
  readonly approved: number;
  /** Also those whose review never ends, because TikTok cannot use their picture. */
  readonly rejected: readonly { readonly skuId: string; readonly title: string; readonly reasons: readonly string[] }[];
}

export interface BillingFacts {
  readonly financeRole: string;
  readonly paymentModel: 'NON_SHARED' | 'SHARED' | 'CREDIT_LINE';
  readonly availableMinor: number;
  readonly inBillingGroup: boolean;
  readonly budgetCapMinor: number | null;
  /** What the tenant was funded with since midnight UTC, besides the funding that is asked for; histories from before it have none. */
  readonly fundedTodayMinor?: number;
}

export interface CreativeReport {
  readonly id: string;
  readonly file: string;
  readonly sha256: string;
  readonly kind: 'video' | 'image';
  readonly verdict: 'accept' | 'accept_with_warning' | 'reject' | 'needs_human';
  readonly measured: Readonly<Record<string, string | number>>;
  /** Each violation or warning: what was measured, and the limit. */
  readonly findings: readonly { readonly code: string; readonly severity: 'error' | 'warning'; readonly message: string }[];
}

export interface SparkPostFacts {
  readonly id: string;
  readonly itemId: string;
  readonly identityId: string;
  readonly handle: string;
  readonly text: string;
  readonly status: string;
  /** ISO 8601 in UTC. */
  readonly authorisedUntil: string;
}

export interface LaunchFinding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What will show at TikTok by itself, and until when (ISO 8601); nothing waits for it. */
  readonly expects?: Expectation;
}

/** One thing that cancel takes back, newest first. `kind` names the reverse call. */
export type Undo =
  | { readonly kind: 'unassign_users'; readonly bcId: string; readonly advertiserId: string; readonly userIds: readonly string[] }
  | { readonly kind: 'unassign_tiktok_account'; readonly bcId: string; readonly advertiserId: string; readonly assetId: string }
  | { readonly kind: 'unlink_pixel'; readonly bcId: string; readonly advertiserId: string; readonly pixelCode: string }
  | {
      readonly kind: 'unbind_event_source';
      readonly bcId: string;
      readonly advertiserId: string;
      readonly catalogId: string;
      readonly pixelCode: string;
    }
  | { readonly kind: 'delete_catalog'; readonly bcId: string; readonly catalogId: string }
  | { readonly kind: 'leave_billing_group'; readonly bcId: string; readonly advertiserId: string; readonly billingGroupId: string }
  | {
      readonly kind: 'refund';
      readonly bcId: string;
      readonly advertiserId: string;
      readonly amountMinor: number;
      readonly currency: string;
    }
  | { readonly kind: 'unbind_spark_post'; readonly advertiserId: string; readonly itemId: string }
  /** The same while only the code is known, because the answer to its use is not there yet. */
  | { readonly kind: 'unbind_spark_code'; readonly advertiserId: string; readonly authCodeRef: string };

export interface OnboardingActivities {
  // advertiser_account
  inspectBusinessCenter(input: Of & { bcId: string; currency: string; advertiserName: string; mode: string }): Promise<BusinessCenterFacts>;
  createAdvertiser(input: Of & { tenant: Tenant; bc: BusinessCenterFacts; name: string }): Promise<{ advertiserId: string }>;
  reconcileAdvertiser(input: Of & { bcId: string; name: string }): Promise<Reconciled<{ advertiserId: string }>>;
  assignAdvertiser(input: OfAdvertiser & { userIds: readonly string[] }): Promise<{ reachable: true }>;
  // business_verification
  readAccountReview(input: OfAdvertiser): Promise<AccountReview>;
  // tiktok_account
  requestTikTokAccountLink(input: OfAdvertiser): Promise<{ link: string }>;
  findTikTokAccount(input: OfAdvertiser & { handle?: string }): Promise<{ account: TikTokAccountLink | null }>;
  assignTikTokAccount(input: OfAdvertiser & { assetId: string }): Promise<TikTokAccountLink>;
  // pixel
  findPixel(input: OfAdvertiser & { name: string }): Promise<{ pixel: Pixel | null }>;
  createPixel(input: OfAdvertiser & { name: string; category: string }): Promise<Pixel>;
  reconcilePixel(input: OfAdvertiser & { name: string }): Promise<Reconciled<Pixel>>;
  /**
   * Owned by the Business Center, linked to the advertiser, with the tenant's event settings saved and, where its test code is known
   * already, proved by a test event per name; all of it may be repeated without harm. Runs from before the event settings name no
   * `tenant`: one test event is sent then, and nothing saved.
   */
  linkPixel(
    input: OfAdvertiser & { pixel: Pixel; tenant?: EventTenant; testEvent?: { testEventCode: string; url: string } },
  ): Promise<{ snippet: string; testEventId: string | null; settingsVersion?: number; proof?: EventProof | null }>;
  /** The test events alone, for a code that comes after the pixel is linked. */
  sendTestEvent(
    input: OfAdvertiser & { pixelCode: string; testEventCode: string; url: string; tenant?: EventTenant },
  ): Promise<{ requestId: string; eventId: string; proof?: EventProof }>;
  // catalog
  findCatalog(input: OfAdvertiser & { name: string }): Promise<{ catalogId: string | null }>;
  createCatalog(input: OfAdvertiser & { name: string; country: string; currency: string }): Promise<{ catalogId: string }>;
  reconcileCatalog(input: OfAdvertiser & { name: string }): Promise<Reconciled<{ catalogId: string }>>;
  /** Validates the feed, then loads it: a file in batches by product/upload, an address as a scheduled feed. */
  loadFeed(input: OfAdvertiser & { catalogId: string; tenant: Tenant; settings: OnboardingSettings }): Promise<LoadedFeed>;
  readCatalogReview(
    input: OfAdvertiser & {
      catalogId: string;
      feedLogIds: readonly string[];
      /** The scheduled feed whose load is waited for. */
      scheduled?: { feedId: string; since: string; url: string; currency: string; allowLoopback: boolean };
    },
  ): Promise<CatalogReview>;
  bindEventSource(input: OfAdvertiser & { catalogId: string; pixelCode: string }): Promise<{ bound: true }>;
  // conversion_events
  createPixelEvents(
    input: OfAdvertiser & { pixel: Pixel; events: readonly { event: string; keyEvent: KeyEvent }[] },
  ): Promise<{ created: readonly string[]; existing: readonly string[] }>;
  findEventSet(input: OfAdvertiser & { source: EventUpload; name: string }): Promise<{ eventSetId: string | null }>;
  createEventSet(input: OfAdvertiser & { source: EventUpload; name: string }): Promise<{ eventSetId: string }>;
  reconcileEventSet(input: OfAdvertiser & { source: EventUpload; name: string }): Promise<Reconciled<{ eventSetId: string }>>;
  /**
   * Saves the event settings that follow from the tenant as it is now, unless people have set their own, and sends test events where a
   * code is given; it may be repeated without harm.
   */
  alignEvents(
    input: OfAdvertiser & { pixelCode: string; tenant: EventTenant; eventSets?: EventSets; testEventCode?: string },
  ): Promise<{ settingsVersion: number; proof: EventProof | null }>;
  // billing
  readBilling(input: OfAdvertiser & { billingGroupId: string; currency: string }): Promise<BillingFacts>;
  /**
   * Joins the billing group and sets the budget cap, each where it is asked for; both may be repeated without harm. An approved cap is
   * compared with its evidence before anything is written.
   */
  applyBilling(
    input: OfAdvertiser & {
      currency: string;
      joinBillingGroupId?: string;
      capMinor?: number;
      approvedHash?: string;
      evidence?: unknown;
    },
  ): Promise<{ applied: true }>;
  /** Compares the evidence hash again, writes the intent, then transfers once. */
  transferFunds(
    input: OfAdvertiser & {
      intentKey: string;
      amountMinor: number;
      currency: string;
      approvedHash: string | null;
      evidence: unknown;
      dailyLimitMinor: number | null;
    },
  ): Promise<{ transactionIds: readonly string[] }>;
  reconcileTransfer(
    input: OfAdvertiser & { intentKey: string; amountMinor: number; currency: string },
  ): Promise<Reconciled<{ transactionIds: readonly string[] }>>;
  // creative_policy
  probeCreatives(input: Of & { creatives: readonly Creative[]; vertical: string }): Promise<{ reports: readonly CreativeReport[] }>;
  /** Probes again; fails with `creative_changed` when the evidence hash is no longer `approvedHash`. */
  uploadCreatives(
    input: OfAdvertiser & { creatives: readonly Creative[]; vertical: string; approvedHash: string },
  ): Promise<{ fileIds: Readonly<Record<string, string>> }>;
  // spark_ads
  authorizeSparkPost(
    input: OfAdvertiser & { post: SparkPost; authCodeRef: string },
  ): Promise<{ outcome: 'authorised'; post: SparkPostFacts } | { outcome: 'code_refused'; reason: string }>;
  /** Reads the posts again and compares the evidence hash; fails with `spark_post_unavailable` when it changed. */
  releaseSparkPosts(
    input: OfAdvertiser & { posts: readonly { post: SparkPost; authCodeRef: string }[]; approvedHash: string },
  ): Promise<{ released: readonly string[] }>;
  unbindSparkPost(input: OfAdvertiser & { itemId: string }): Promise<{ unbound: true }>;
  // launch_check
  checkLaunch(
    input: OfAdvertiser & {
      tenant: Tenant;
      pixel: Pixel;
      /** The event with which the step `pixel` proved the Events API; null when none was accepted. */
      testEventId: string | null;
      /** What the test events proved; absent where the step proved one event only. */
      proof?: EventProof;
      catalogId: string | null;
      identity: { identityId: string; identityType: 'BC_AUTH_TT' | 'AUTH_CODE' } | null;
      allowLoopback: boolean;
      /** Whether the initial funding was transferred. */
      funded: boolean;
      /** A tenant that was live before may have spent it. */
      launchedBefore: boolean;
    },
  ): Promise<{ findings: readonly LaunchFinding[] }>;
  // cancel
  undo(input: Of & { undo: Undo }): Promise<{ undone: boolean; detail: string }>;
}

/** A row of the ledger that is no decision; the same key is one row. */
export interface LedgerEvent {
  readonly key: string;
  readonly kind: string;
  readonly actor: string;
  readonly step?: StepId;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** Quick work in our own database; all of it may be repeated without harm. */
export interface LedgerActivities {
  /** Reads the people who may decide a gate and writes the row "opened" (once per gate and revision). */
  openGate(
    input: Of & {
      gate: GateId;
      revision: number;
      evidenceHash: string;
      evidence: unknown;
      startedBy: string;
      /** Whoever amended what it shows. */
      amendedBy?: readonly string[];
      four_eyes: boolean;
      at: string;
    },
  ): Promise<{
    candidates: readonly string[];
    needed: number;
    ledgerSeq: number;
    /** Where business hours are configured: milliseconds until the due date, counted from `at`. */
    dueAfterMs?: number;
  }>;
  /**
   * Writes the row of a decision, idempotent by decisionId. `refusal` is what the state machine already found; otherwise the
   * person's authority is checked now, against the people as they are now.
   */
  recordDecision(
    input: Of & {
      decision: Decision;
      via: 'update' | 'signal';
      /** What the run found in the envelope, when it demands one; a fault refuses whoever may decide. */
      envelope?: EnvelopeVerdict;
      refusal: Refusal | null;
      startedBy: string;
      amendedBy?: readonly string[];
      votes: readonly string[];
      at: string;
    },
  ): Promise<{ refusal: Refusal | null; ledgerSeq: number }>;
  /** Writes any other row (verbs, reminders, escalations, parked), idempotent by `key`. */
  recordEvent(input: Of & LedgerEvent): Promise<{ ledgerSeq: number }>;
  /**
   * Projects the status. The last projection of a run writes its `end` as a row first, and `live`, the whole state of a run that ends
   * live, from which an amendment starts later.
   */
  saveStatus(input: {
    status: OnboardingStatus;
    version: number;
    workflowId: string;
    runId: string;
    end?: LedgerEvent;
    live?: unknown;
  }): Promise<void>;
}
