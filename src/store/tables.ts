import type { ColumnType, Generated } from 'kysely';
import type { Ball, GateId, GateStateName, OnboardingStateName, StepId, StepState } from '../contract/checklist.js';
import type { ClientLinkPurpose } from '../domain/client-links.js';
import type { ClientFileType } from '../domain/file-signatures.js';
import type { Verdict } from '../contract/messages.js';
import type { OnboardingState } from '../domain/onboarding-state.js';
import type { OnboardingStatus } from '../contract/status.js';
import type {
  EventAttemptsTable,
  EventBreakersTable,
  EventForgottenTable,
  EventHoursTable,
  EventKeysTable,
  EventSettingsTable,
  EventsTable,
  EventUploadErrorsTable,
  EventUploadsTable,
  EventWriteKeysTable,
} from './event-tables.js';

/** JSON columns are written as text that `JSON.stringify` made, because pg writes a bare array as a PostgreSQL array. */
type Json<Read> = ColumnType<Read, string, string>;
type Instant = ColumnType<Date, Date | string, Date | string>;
type OptionalInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

/** One chain per tenant; the database refuses to change or remove a row. */
export interface LedgerTable {
  slug: string;
  /** 1, 2, 3 … in the tenant's chain. */
  seq: number;
  prev: string;
  hash: string;
  kind: string;
  /** What makes the row idempotent; unique in the tenant. */
  key: string;
  actor: string;
  payload: Json<Readonly<Record<string, unknown>>>;
  at: Instant;
}

export const INTENT_STATES = ['planned', 'sent', 'confirmed', 'unknown', 'absent'] as const;
export type IntentState = (typeof INTENT_STATES)[number];

export interface IntentsTable {
  key: string;
  slug: string;
  /** What the call does, such as `create_advertiser`. */
  kind: string;
  /** What was meant to be sent, as far as a reconciliation must know it; no secrets. */
  request: Json<Readonly<Record<string, unknown>>>;
  state: IntentState;
  /** Calls that left us, counted before each. */
  attempts: Generated<number>;
  remote_ids: Json<Readonly<Record<string, string>>>;
  /** Why the outcome is unknown, or why it certainly did not happen. */
  detail: Generated<string>;
  planned_at: Instant;
  sent_at: OptionalInstant;
  settled_at: OptionalInstant;
}

export interface RemoteIdsTable {
  slug: string;
  /** The id's name in a step's `remoteIds`, such as `advertiserId`. */
  kind: string;
  id: string;
}

/** The state with which a tenant went live, for amendments afterwards. */
export interface LiveStatesTable {
  slug: string;
  state: Json<OnboardingState>;
  saved_at: Instant;
}

/** Where every onboarding stands; lists come from here, the truth about one run from its query. */
export interface OnboardingsTable {
  slug: string;
  workflow_id: string;
  run_id: string;
  started_at: Instant;
  /** Counts projections within one start, so that an old one never overwrites a newer. */
  version: ColumnType<string, number, number>;
  legal_name: string;
  vertical: string;
  mode: string;
  state: OnboardingStateName;
  started_by: string;
  tenant_hash: string;
  balls: string[];
  failure_codes: string[];
  due_at: OptionalInstant;
  /** Steps done or skipped, 0 to 100. */
  percent: number;
  status: Json<OnboardingStatus>;
  updated_at: Instant;
}

export interface GatesTable {
  slug: string;
  gate: GateId;
  revision: number;
  state: GateStateName;
  evidence_hash: string;
  opened_at: Instant;
  due_at: Instant;
  expires_at: Instant;
  needed: number;
  approvals: number;
  candidates: string[];
  /** Who decided this revision already, whatever they said. */
  voters: Generated<string[]>;
  /** Who amended what it shows. */
  amenders: Generated<string[]>;
  /** What is asked, as a line of the inbox says it. */
  asks: Generated<string>;
  /** Only of gates that ask for money. */
  amount_minor: string | null;
  currency: string | null;
  /** Who must act at this gate now; null once nobody has to. */
  ball: Ball | null;
}

/** Who says that they look after an open gate; it decides nothing. */
export interface GateClaimsTable {
  slug: string;
  gate: GateId;
  revision: number;
  person: string;
  at: Instant;
}

export interface SecretsTable {
  ref: string;
  key_id: string;
  nonce: Buffer;
  /** AES-256-GCM: ciphertext followed by the 16 bytes of the tag. */
  ciphertext: Buffer;
  created_at: Generated<Date>;
}

/** The next free instant of each TikTok endpoint, shared by all workers. */
export interface RateSlotsTable {
  endpoint: string;
  next_at: Instant;
  lane: Generated<number>;
  lanes: Generated<Date[]>;
  held_up_ms: Generated<number[]>;
  returning_at: Instant | null;
  day: ColumnType<Date, Date | string, Date | string>;
  day_count: number;
}

/** Who waits for slots of an endpoint: an activity that was sent away. */
export interface RateWaitersTable {
  endpoint: string;
  waiter: string;
  had: number;
  since: Instant;
  calls: number;
  turn_at: Instant;
}

/** How many slots of an endpoint a tenant has had since then. */
export interface RateSharesTable {
  endpoint: string;
  fairness_key: string;
  since: Instant;
  slots: number;
}

/** What people are to be told; written with the ledger row, delivered by whoever reads it. */
export interface NotificationsTable {
  id: Generated<string>;
  slug: string;
  key: string;
  kind: string;
  gate: string | null;
  at: Instant;
  body: Json<Readonly<Record<string, unknown>>>;
  /** When its deliveries were made. */
  routed_at: OptionalInstant;
  /** When nothing of it was on its way any more. */
  delivered_at: OptionalInstant;
}

export const DELIVERY_OUTCOMES = ['delivered', 'outdated', 'given_up'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** A notification on its way by one channel to one target. */
export interface DeliveriesTable {
  id: Generated<string>;
  notification_id: string;
  channel: string;
  /** Id of a person or name of an endpoint; addresses are looked up when it is sent. */
  target: string;
  created_at: Instant;
  next_at: Instant;
  attempts: Generated<number>;
  /** Until then whoever claimed it may still be sending it. */
  leased_until: OptionalInstant;
  outcome: DeliveryOutcome | null;
  settled_at: OptionalInstant;
  /** What happened at the last attempt, without addresses and answers. */
  last_error: Generated<string>;
}

/** A browser that signed in. */
export interface DeskSessionsTable {
  /** SHA-256 of the token in the cookie, in hexadecimal. */
  token_hash: string;
  /** Id of the person in people.yaml. */
  person: string;
  /** Repeated by every form, so that no other site can post in the person's name. */
  csrf_token: string;
  created_at: Instant;
  expires_at: Instant;
}

/** Personal access tokens: for the command line, and for signing in where no OpenID provider is configured. */
export interface AccessTokensTable {
  /** SHA-256 of the token, in hexadecimal. */
  token_hash: string;
  person: string;
  /** What the person calls it. */
  label: string;
  created_at: Instant;
  expires_at: Instant;
  revoked_at: OptionalInstant;
  last_used_at: OptionalInstant;
}

/** What people say about a gate without deciding it. */
export interface GateCommentsTable {
  id: Generated<string>;
  slug: string;
  gate: GateId;
  revision: number;
  person: string;
  text: string;
  at: Instant;
}

/** When a step came into a state, and who had the ball then; the next row of the step says until when. */
export interface StepSpansTable {
  slug: string;
  step: StepId;
  since: Instant;
  state: StepState;
  ball: Ball | null;
  expected_by: OptionalInstant;
}

/** Where each step of each tenant stands and how long it took, kept with the spans. */
export interface StepClocksTable {
  slug: string;
  step: StepId;
  began: Instant;
  /** When it was done or skipped last. */
  ended: OptionalInstant;
  state: StepState;
  ball: Ball | null;
  since: Instant;
  expected_by: OptionalInstant;
  /** Waits with an expectation that ended. */
  waits_ended: number;
  waits_on_time: number;
}

/** A link by which a client answers one question without an account. */
export interface ClientLinksTable {
  id: Generated<string>;
  /** SHA-256 of the token in the link, in hexadecimal. */
  token_hash: string;
  slug: string;
  purpose: ClientLinkPurpose;
  /** The post or creative that it is about. */
  item: string | null;
  /** Where the client sees the post. */
  address: string | null;
  /** What the client is told, besides what the purpose says. */
  why: string;
  created_by: string;
  created_at: Instant;
  expires_at: Instant;
  revoked_at: OptionalInstant;
  used_at: OptionalInstant;
  /** Reference of what was handed in last. */
  handed_in: string | null;
  /** Until then somebody may be handing in by it. */
  busy_until: OptionalInstant;
}

/** What clients handed in, by its SHA-256 in hexadecimal. */
export interface ClientFilesTable {
  slug: string;
  sha256: string;
  link_id: string;
  /** As the client's machine called it; for people to read only. */
  name: string;
  media_type: ClientFileType;
  size: number;
  bytes: Buffer;
  uploaded_at: Instant;
}

/** Keys that sign decisions; the private halves are in the secret store. */
export interface SigningKeysTable {
  key_id: string;
  /** The root that vouches for it, in hexadecimal. */
  root_public_key: string;
  certificate: Json<unknown>;
  not_after: Instant;
  created_at: Instant;
}

export const REVIEW_OUTCOMES = ['confirmed', 'objected'] as const;
export type ReviewOutcome = (typeof REVIEW_OUTCOMES)[number];

/** A decision for which an admin broke the glass, and what somebody with the gate's role says of it afterwards. */
export interface ReviewsTable {
  slug: string;
  decision_id: string;
  gate: GateId;
  revision: number;
  verdict: Verdict;
  admin: string;
  reason: string;
  started_by: string;
  opened_at: Instant;
  due_at: Instant;
  outcome: ReviewOutcome | null;
  reviewed_by: string | null;
  reviewed_at: OptionalInstant;
  remark: string | null;
}

/** One request over HTTP by its idempotency key; without an answer while it is at work, or when its process died. */
export interface ApiRequestsTable {
  person: string;
  key: string;
  request_hash: string;
  /** Until then whoever works on it is taken to be alive. */
  busy_until: Instant;
  expires_at: Instant;
  status: number | null;
  /** The answer's JSON, to the letter. */
  body: string | null;
}

export interface Tables {
  api_requests: ApiRequestsTable;
  client_links: ClientLinksTable;
  client_files: ClientFilesTable;
  signing_keys: SigningKeysTable;
  reviews: ReviewsTable;
  step_spans: StepSpansTable;
  step_clocks: StepClocksTable;
  desk_sessions: DeskSessionsTable;
  access_tokens: AccessTokensTable;
  gate_comments: GateCommentsTable;
  live_states: LiveStatesTable;
  ledger: LedgerTable;
  intents: IntentsTable;
  remote_ids: RemoteIdsTable;
  onboardings: OnboardingsTable;
  gates: GatesTable;
  gate_claims: GateClaimsTable;
  secrets: SecretsTable;
  rate_slots: RateSlotsTable;
  rate_shares: RateSharesTable;
  rate_waiters: RateWaitersTable;
  notifications: NotificationsTable;
  deliveries: DeliveriesTable;
  events: EventsTable;
  event_keys: EventKeysTable;
  event_forgotten: EventForgottenTable;
  event_hours: EventHoursTable;
  event_settings: EventSettingsTable;
  event_write_keys: EventWriteKeysTable;
  event_uploads: EventUploadsTable;
  event_upload_errors: EventUploadErrorsTable;
  event_breakers: EventBreakersTable;
  event_attempts: EventAttemptsTable;
}
