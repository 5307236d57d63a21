/** What the simulator remembers. Everything is plain JSON; money is in minor units (cents); times are epoch milliseconds. */

/** Objects that a fault can hide from reads for a while. */
export interface Visible {
  /** Reads before this moment do not see the object. */
  visibleFrom: number;
}

export interface BusinessCenter {
  bcId: string;
  name: string;
  company: string;
  currency: string;
  registeredArea: string;
  status: 'REVIEWING' | 'DENY' | 'ENABLE' | 'PUNISH';
  timezone: string;
  type: 'NORMAL' | 'DIRECT' | 'AGENCY' | 'SELF_SERVICE' | 'SELF_SERVICE_AGENCY';
  verificationStatus: VerificationStatus;
  verificationReason: string;
  verificationAuditTime: number | null;
  verificationQualificationId: string | null;
  paymentPortfolioType: 'SHARED' | 'NON_SHARED';
  cashMinor: number;
  grantMinor: number;
  /** Members by user id. */
  members: Record<string, Member>;
  /** Business Centers that are partners of this one. */
  partners: string[];
}

export type VerificationStatus = 'NOT_SUBMITTED' | 'REVIEWING' | 'VERIFIED' | 'FAILED' | 'EXPIRED';

export interface Member {
  userId: string;
  userName: string;
  userEmail: string;
  role: 'ADMIN' | 'STANDARD';
  financeRole: 'MANAGER' | 'ANALYST' | null;
  relationStatus: 'BOUND' | 'PENDING' | 'REJECTED' | 'UNBOUND';
}

export interface Token {
  token: string;
  appId: string;
  userId: string;
  /** Scope ids as digits; a first-level scope covers its leaves (facts 2.1). */
  scopes: string[];
  revoked: boolean;
  /** `null`: everything the user reaches; a list: only what the person ticked. */
  advertiserIds: string[] | null;
}

export interface DeveloperApp {
  appId: string;
  secret: string;
}

export interface AuthCode {
  code: string;
  appId: string;
  userId: string;
  scopes: string[];
  advertiserIds: string[] | null;
  expiresAt: number;
  used: boolean;
}

export interface Qualification extends Visible {
  qualificationId: string;
  bcId: string;
  companyName: string;
  status: 'VERIFIED' | 'UNVERIFIED';
  ownerAdvertiserId: string;
  regionCode: string;
}

export interface Advertiser extends Visible {
  advertiserId: string;
  name: string;
  ownerBcId: string;
  status: string;
  rejectionReason: string;
  /** When a review by itself ends; `null` waits for a person. */
  reviewEndsAt: number | null;
  reviewOutcome: 'approve' | 'reject';
  currency: string;
  timezone: string;
  company: string;
  industry: string;
  country: string;
  address: string;
  type: 'AUCTION' | 'RESERVATION';
  contactName: string;
  contactEmail: string;
  contactNumber: string;
  licenseNo: string;
  promotionLink: string;
  createdAt: number;
  canUseCustomIdentity: boolean;
  qualificationId: string | null;
  verificationStatus: VerificationStatus;
  verificationReason: string;
  verificationAuditTime: number | null;
  cashMinor: number;
  grantMinor: number;
  budgetMode: string;
  budgetMinor: number;
  /** Ads ran in the last three days: the account cannot be closed (facts 3.2). */
  delivering: boolean;
}

/** A member's role on an asset. */
export interface Assignment {
  bcId: string;
  userId: string;
  assetType: string;
  assetId: string;
  role: string;
}

/** An asset of one Business Center that another one may use. */
export interface AssetShare {
  ownerBcId: string;
  partnerBcId: string;
  assetType: string;
  assetId: string;
  role: string;
}

export interface PixelEvent {
  eventId: string;
  name: string;
  eventType: string;
  eventCode: string;
  statisticType: string;
  currency: string;
  currencyValue: string;
  rules: { trigger: string; operator: string; variable: string; value: string }[];
}

export interface Pixel extends Visible {
  pixelId: string;
  pixelCode: string;
  name: string;
  category: string;
  partnerName: string;
  advertiserId: string;
  ownerBcId: string | null;
  linkedAdvertiserIds: string[];
  createdAt: number;
  updatedAt: number;
  events: PixelEvent[];
  /** Shown to a person in Events Manager only. */
  testEventCode: string;
  settings: Record<string, unknown>;
}

/** A set that conversions from outside the web are sent to. */
export interface EventSet extends Visible {
  eventSetId: string;
  kind: 'offline' | 'crm';
  advertiserId: string;
  name: string;
  description: string;
  autoTracking: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface TrackedEvent {
  sourceId: string;
  source: string;
  event: string;
  eventId: string;
  testEventCode: string;
  receivedAt: number;
  /** The pixel in a browser, or the Events API. */
  channel: 'browser' | 'server';
  /** Whether it counts, was merged into the other channel's copy, or was dropped as its repetition (facts 4.3). */
  fate: 'counted' | 'merged' | 'dropped';
}

export interface Catalog extends Visible {
  catalogId: string;
  bcId: string;
  name: string;
  type: string;
  regionCode: string;
  currency: string;
  channel: string;
  createdAt: number;
  updatedAt: number;
  eventSources: { advertiserId: string; pixelCode: string; appId: string }[];
}

export interface Product extends Visible {
  productId: string;
  catalogId: string;
  feedId: string;
  skuId: string;
  fields: Record<string, unknown>;
  auditEndsAt: number | null;
  audit: 'processing' | 'approved' | 'rejected';
  auditReason: string;
  auditSuggestion: string;
}

export interface FeedLogIssue {
  field: string;
  issue: string;
  suggestion: string;
  index: number;
  skuId: string;
  title: string;
  value: string;
}

export interface FeedLog extends Visible {
  feedLogId: string;
  catalogId: string;
  feedId: string;
  startsAt: number;
  endsAt: number;
  addCount: number;
  updateCount: number;
  deleteCount: number;
  errors: FeedLogIssue[];
  failed: boolean;
  updateMode: number;
}

export interface Feed extends Visible {
  feedId: string;
  catalogId: string;
  name: string;
  updateMode: string;
  status: 'ON' | 'OFF';
  schedule: Record<string, unknown> | null;
  createdAt: number;
}

export interface BillingGroup extends Visible {
  billingGroupId: string;
  bcId: string;
  name: string;
  status: 'VALID' | 'INVALID';
  isPrimary: boolean;
  advertiserIds: string[];
  emails: string[];
  type: 'AUCTION' | 'RESERVATION';
  invoiceGroupBy: string;
  billedToType: string;
}

export interface Transaction extends Visible {
  transactionId: string;
  level: 'BC' | 'ADVERTISER';
  bcId: string;
  accountId: string;
  accountName: string;
  amountMinor: number;
  amountType: 'POSITIVE' | 'NEGATIVE';
  transactionType: string;
  fundsType: 'CASH' | 'GRANT';
  currency: string;
  createdAt: number;
}

export interface SparkBinding {
  authorizedAt: number;
  identityId: string;
}

export interface SparkPost {
  authCode: string;
  itemId: string;
  handle: string;
  postUrl: string;
  text: string;
  itemType: 'VIDEO' | 'CAROUSEL';
  itemStatus: string;
  authStartsAt: number;
  authEndsAt: number;
  deleted: boolean;
  width: number;
  height: number;
  durationSeconds: number;
  /** By advertiser id. */
  bindings: Record<string, SparkBinding>;
}

export interface TikTokAccount extends Visible {
  assetId: string;
  bcId: string;
  handle: string;
  displayName: string;
  /** Advertisers that the Business Center gave the account to. */
  advertiserIds: string[];
  availableStatus: string;
}

export interface CustomIdentity extends Visible {
  identityId: string;
  advertiserId: string;
  displayName: string;
  imageUri: string;
}

export interface LibraryFile extends Visible {
  kind: 'video' | 'image';
  id: string;
  materialId: string;
  advertiserId: string;
  fileName: string;
  signature: string;
  size: number;
  width: number;
  height: number;
  durationSeconds: number;
  format: string;
  createdAt: number;
  readyAt: number;
}

/** A campaign, ad group or ad; the request's fields are echoed back (facts 7.2). */
export interface AdObject extends Visible {
  kind: 'campaign' | 'adgroup' | 'ad';
  id: string;
  advertiserId: string;
  parentId: string;
  fields: Record<string, unknown>;
  operationStatus: 'ENABLE' | 'DISABLE' | 'DELETE';
  reviewEndsAt: number | null;
  reviewOutcome: 'approve' | 'reject';
  createdAt: number;
  updatedAt: number;
}

export interface UploadedImage {
  imageId: string;
  size: number;
}

/** How long TikTok's side takes, in seconds of the simulator's clock, and how it decides. */
export interface Timings {
  /**
   * `null`: verified Business Center with verified qualification is enabled at once, everything else waits for a person.
   * A number: every new account is in review that long.
   */
  reviewDelaySeconds: number | null;
  reviewOutcome: 'approve' | 'reject';
  /** `false`: reviews wait for a person even where the facts expect an automatic approval. */
  automaticApproval: boolean;
  productReviewSeconds: number;
  feedSeconds: number;
  videoSeconds: number;
  adReviewSeconds: number;
  verificationReviewSeconds: number | null;
  /** Titles with one of these words are rejected by product review. */
  prohibitedWords: string[];
}

/** What one ad did on one day of its account; an onboarding's ads have none until a person says so. */
export interface Delivery {
  readonly adId: string;
  /** `YYYY-MM-DD` in the account's time zone. */
  readonly day: string;
  readonly spendMinor: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
}

/** Everything, as one JSON document. */
export interface SimulatorState {
  sequence: number;
  timings: Timings;
  apps: Record<string, DeveloperApp>;
  tokens: Record<string, Token>;
  authCodes: Record<string, AuthCode>;
  businessCenters: Record<string, BusinessCenter>;
  qualifications: Record<string, Qualification>;
  advertisers: Record<string, Advertiser>;
  assignments: Assignment[];
  shares: AssetShare[];
  pixels: Record<string, Pixel>;
  eventSets: Record<string, EventSet>;
  trackedEvents: TrackedEvent[];
  catalogs: Record<string, Catalog>;
  /** By catalog id, then by sku. */
  products: Record<string, Record<string, Product>>;
  feeds: Record<string, Feed>;
  feedLogs: Record<string, FeedLog>;
  billingGroups: Record<string, BillingGroup>;
  transactions: Transaction[];
  sparkPosts: Record<string, SparkPost>;
  tiktokAccounts: Record<string, TikTokAccount>;
  identities: Record<string, CustomIdentity>;
  files: Record<string, LibraryFile>;
  adObjects: Record<string, AdObject>;
  deliveries: Delivery[];
  images: Record<string, UploadedImage>;
  /** Last simulated moment of each request id at Business Center level (facts 1.5). */
  requestIds: Record<string, number>;
}
