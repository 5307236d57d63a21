import { z } from 'zod';
import type { Advertiser, SimulatorState, SparkPost } from './entities.js';
import { longId, sparkCode } from './ids.js';
import { SEED } from './seed.js';

const DAY_MS = 86_400_000;
const id = z.string().regex(/^\d{1,20}$/);

/** An account by its id or its exact name. */
const advertiser = z.string().min(1);
const sparkPost = z.string().min(1).describe('auth code, item id or post link');

/** Body of `POST /_sim/people`: what people outside of Kobi's systems do. */
export const personAction = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('link-tiktok-account'),
    bcId: id.default(SEED.bcId),
    handle: z.string().min(1),
    displayName: z.string().optional(),
    availableStatus: z.string().default('AVAILABLE'),
  }),
  z.strictObject({ action: z.literal('unlink-tiktok-account'), handle: z.string().min(1) }),
  z.strictObject({
    action: z.literal('accept-partnership'),
    bcId: id.default(SEED.bcId),
    partnerBcId: id.default(SEED.agencyClientBcId),
    advertiserIds: z.array(id).default([]),
    role: z.enum(['ADMIN', 'OPERATOR', 'ANALYST']).default('OPERATOR'),
  }),
  z.strictObject({ action: z.literal('end-partnership'), bcId: id.default(SEED.bcId), partnerBcId: id }),
  z.strictObject({ action: z.literal('approve-review'), advertiser }),
  z.strictObject({
    action: z.literal('reject-review'),
    advertiser,
    reason: z.string().default('The website does not match the business.'),
  }),
  z.strictObject({
    action: z.literal('suspend-account'),
    advertiser,
    reason: z.string().default('Violation of the advertising policies.'),
  }),
  z.strictObject({ action: z.literal('lift-suspension'), advertiser }),
  z.strictObject({ action: z.literal('set-advertiser'), advertiser, delivering: z.boolean().optional(), cashMinor: z.int().optional() }),
  z.strictObject({
    action: z.literal('decide-verification'),
    bcId: id.optional(),
    advertiser: advertiser.optional(),
    status: z.enum(['VERIFIED', 'FAILED', 'EXPIRED', 'REVIEWING', 'NOT_SUBMITTED']),
    reason: z.string().default(''),
  }),
  z.strictObject({ action: z.literal('revoke-spark'), post: sparkPost }),
  z.strictObject({ action: z.literal('expire-spark'), post: sparkPost }),
  z.strictObject({ action: z.literal('hide-spark-post'), post: sparkPost, status: z.string().default('ONLY_FRIEND_SEE') }),
  z.strictObject({
    action: z.literal('make-spark-post'),
    handle: z.string().min(1),
    text: z.string().default(''),
    itemId: id.optional(),
    postUrl: z.string().optional(),
    authCode: z.string().optional(),
    days: z.number().default(30),
  }),
  z.strictObject({ action: z.literal('approve-product'), sku: z.string().min(1), catalogId: id.optional() }),
  z.strictObject({
    action: z.literal('reject-product'),
    sku: z.string().min(1),
    catalogId: id.optional(),
    reason: z.string().default('Prohibited product.'),
    suggestion: z.string().default('Remove the product.'),
  }),
  z.strictObject({
    action: z.literal('decide-ad'),
    adId: z.string().min(1),
    verdict: z.enum(['approve', 'reject']),
  }),
  z.strictObject({
    action: z.literal('deliver'),
    adId: z.string().min(1),
    day: z.iso.date(),
    spendMinor: z.int().nonnegative(),
    impressions: z.int().nonnegative(),
    clicks: z.int().nonnegative(),
    conversions: z.int().nonnegative().default(0),
  }),
  z.strictObject({
    action: z.literal('set-bc'),
    bcId: id.default(SEED.bcId),
    status: z.enum(['REVIEWING', 'DENY', 'ENABLE', 'PUNISH']).optional(),
    type: z.enum(['NORMAL', 'DIRECT', 'AGENCY', 'SELF_SERVICE', 'SELF_SERVICE_AGENCY']).optional(),
    currency: z.string().length(3).optional(),
    registeredArea: z.string().length(2).optional(),
    verificationStatus: z.enum(['VERIFIED', 'FAILED', 'EXPIRED', 'REVIEWING', 'NOT_SUBMITTED']).optional(),
    paymentPortfolioType: z.enum(['SHARED', 'NON_SHARED']).optional(),
    cashMinor: z.int().optional(),
  }),
  z.strictObject({
    action: z.literal('set-member'),
    bcId: id.default(SEED.bcId),
    userId: id,
    role: z.enum(['ADMIN', 'STANDARD']).optional(),
    financeRole: z.enum(['MANAGER', 'ANALYST']).nullable().optional(),
    relationStatus: z.enum(['BOUND', 'PENDING', 'REJECTED', 'UNBOUND']).optional(),
  }),
  z.strictObject({
    action: z.literal('set-qualification'),
    qualificationId: id.default(SEED.qualificationId),
    status: z.enum(['VERIFIED', 'UNVERIFIED']).optional(),
    companyName: z.string().optional(),
    regionCode: z.string().optional(),
  }),
  z.strictObject({
    action: z.literal('set-token'),
    token: z.string().default(SEED.token),
    revoked: z.boolean().optional(),
    scopes: z.array(z.string().regex(/^\d+$/)).optional(),
  }),
  z.strictObject({
    action: z.literal('unassign-account'),
    advertiser,
    userId: id.default(SEED.tokenUserId),
  }),
  z.strictObject({
    action: z.literal('issue-auth-code'),
    code: z.string().min(8),
    userId: id,
    scopes: z.array(z.string().regex(/^\d+$/)).optional(),
    advertiserIds: z.array(id).nullable().default(null),
    minutes: z.number().default(60),
  }),
  z.strictObject({
    action: z.literal('set-timings'),
    reviewDelaySeconds: z.number().nonnegative().nullable().optional(),
    reviewOutcome: z.enum(['approve', 'reject']).optional(),
    automaticApproval: z.boolean().optional(),
    productReviewSeconds: z.number().nonnegative().optional(),
    feedSeconds: z.number().nonnegative().optional(),
    videoSeconds: z.number().nonnegative().optional(),
    adReviewSeconds: z.number().nonnegative().optional(),
    verificationReviewSeconds: z.number().nonnegative().nullable().optional(),
    prohibitedWords: z.array(z.string()).optional(),
  }),
]);

export type PersonAction = z.input<typeof personAction>;
type Action = z.output<typeof personAction>;

/** The person pointed at something that is not there. */
export class NotFoundByPerson extends Error {}

function accountOf(state: SimulatorState, key: string): Advertiser {
  const found = state.advertisers[key] ?? Object.values(state.advertisers).find((item) => item.name === key);
  if (found === undefined) throw new NotFoundByPerson(`no advertiser ${key}`);
  return found;
}

function postOf(state: SimulatorState, key: string): SparkPost {
  const found = Object.values(state.sparkPosts).find((item) => [item.authCode, item.itemId, item.postUrl].includes(key));
  if (found === undefined) throw new NotFoundByPerson(`no Spark post ${key}`);
  return found;
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new NotFoundByPerson(`no ${what}`);
  return value;
}

/** Only the given fields, without `action` and keys. */
function patch(target: object, action: object, skip: readonly string[]): void {
  for (const [name, value] of Object.entries(action)) {
    if (value !== undefined && name !== 'action' && !skip.includes(name)) Object.assign(target, { [name]: value });
  }
}

/**
 * Does what a person outside would do.
 * @returns what a test or the page wants to know of the outcome.
 */
export function act(state: SimulatorState, action: Action, now: number): object {
  switch (action.action) {
    case 'link-tiktok-account': {
      const existing = Object.values(state.tiktokAccounts).find((item) => item.bcId === action.bcId && item.handle === action.handle);
      if (existing !== undefined) return { assetId: existing.assetId };
      const assetId = longId(++state.sequence);
      state.tiktokAccounts[assetId] = {
        assetId,
        bcId: action.bcId,
        handle: action.handle,
        displayName: action.displayName ?? action.handle,
        advertiserIds: [],
        availableStatus: action.availableStatus,
        visibleFrom: 0,
      };
      return { assetId };
    }
    case 'unlink-tiktok-account': {
      for (const account of Object.values(state.tiktokAccounts)) {
        if (account.handle === action.handle) delete state.tiktokAccounts[account.assetId];
      }
      return {};
    }
    case 'accept-partnership':
      return acceptPartnership(state, action);
    case 'end-partnership': {
      state.shares = state.shares.filter((share) => share.ownerBcId !== action.partnerBcId || share.partnerBcId !== action.bcId);
      const bc = present(state.businessCenters[action.bcId], `Business Center ${action.bcId}`);
      bc.partners = bc.partners.filter((partner) => partner !== action.partnerBcId);
      return {};
    }
    case 'approve-review':
    case 'reject-review':
    case 'suspend-account':
    case 'lift-suspension':
      return decideAccount(state, action);
    case 'set-advertiser': {
      patch(accountOf(state, action.advertiser), action, ['advertiser']);
      return {};
    }
    case 'decide-verification': {
      const target =
        action.advertiser === undefined
          ? present(state.businessCenters[action.bcId ?? SEED.bcId], 'Business Center')
          : accountOf(state, action.advertiser);
      target.verificationStatus = action.status;
      target.verificationReason = action.reason;
      target.verificationAuditTime = now;
      return {};
    }
    case 'revoke-spark': {
      postOf(state, action.post).deleted = true;
      return {};
    }
    case 'expire-spark': {
      postOf(state, action.post).authEndsAt = now;
      return {};
    }
    case 'hide-spark-post': {
      postOf(state, action.post).itemStatus = action.status;
      return {};
    }
    case 'make-spark-post':
      return makeSparkPost(state, action, now);
    case 'approve-product':
    case 'reject-product':
      return decideProduct(state, action);
    case 'decide-ad': {
      const object = present(state.adObjects[action.adId], `ad ${action.adId}`);
      object.reviewOutcome = action.verdict;
      object.reviewEndsAt = now;
      return {};
    }
    case 'deliver': {
      const { action: _action, ...delivery } = action;
      present(state.adObjects[delivery.adId], `ad ${delivery.adId}`);
      state.deliveries.push(delivery);
      return {};
    }
    case 'set-bc': {
      patch(present(state.businessCenters[action.bcId], `Business Center ${action.bcId}`), action, ['bcId']);
      return {};
    }
    case 'set-member': {
      const bc = present(state.businessCenters[action.bcId], `Business Center ${action.bcId}`);
      patch(present(bc.members[action.userId], `member ${action.userId}`), action, ['bcId', 'userId']);
      return {};
    }
    case 'set-qualification': {
      patch(present(state.qualifications[action.qualificationId], 'qualification'), action, ['qualificationId']);
      return {};
    }
    case 'set-token': {
      patch(present(state.tokens[action.token], 'token'), action, ['token']);
      return {};
    }
    case 'unassign-account': {
      const account = accountOf(state, action.advertiser);
      state.assignments = state.assignments.filter((item) => item.assetId !== account.advertiserId || item.userId !== action.userId);
      return {};
    }
    case 'issue-auth-code': {
      state.authCodes[action.code] = {
        code: action.code,
        appId: SEED.appId,
        userId: action.userId,
        scopes: action.scopes ?? ['1', '2', '6', '8', '9'],
        advertiserIds: action.advertiserIds,
        expiresAt: now + action.minutes * 60_000,
        used: false,
      };
      return { code: action.code };
    }
    case 'set-timings': {
      patch(state.timings, action, []);
      return {};
    }
  }
}

function acceptPartnership(state: SimulatorState, action: Extract<Action, { action: 'accept-partnership' }>): object {
  const bc = present(state.businessCenters[action.bcId], `Business Center ${action.bcId}`);
  const partner = present(state.businessCenters[action.partnerBcId], `Business Center ${action.partnerBcId}`);
  if (!bc.partners.includes(partner.bcId)) bc.partners.push(partner.bcId);
  if (!partner.partners.includes(bc.bcId)) partner.partners.push(bc.bcId);
  for (const advertiserId of action.advertiserIds) {
    present(state.advertisers[advertiserId], `advertiser ${advertiserId}`);
    state.shares = state.shares.filter((share) => share.assetId !== advertiserId || share.partnerBcId !== bc.bcId);
    state.shares.push({
      ownerBcId: partner.bcId,
      partnerBcId: bc.bcId,
      assetType: 'ADVERTISER',
      assetId: advertiserId,
      role: action.role,
    });
  }
  return {};
}

type AccountDecision = Extract<Action, { action: 'approve-review' | 'reject-review' | 'suspend-account' | 'lift-suspension' }>;

function decideAccount(state: SimulatorState, action: AccountDecision): object {
  const account = accountOf(state, action.advertiser);
  const modified = account.status === 'STATUS_PENDING_CONFIRM_MODIFY';
  account.reviewEndsAt = null;
  account.rejectionReason = '';
  if (action.action === 'approve-review' || action.action === 'lift-suspension') {
    account.status = 'STATUS_ENABLE';
  } else {
    account.rejectionReason = action.reason;
    account.status = action.action === 'suspend-account' ? 'STATUS_LIMIT' : modified ? 'STATUS_CONFIRM_MODIFY_FAIL' : 'STATUS_CONFIRM_FAIL';
  }
  return { advertiserId: account.advertiserId, status: account.status };
}

function makeSparkPost(state: SimulatorState, action: Extract<Action, { action: 'make-spark-post' }>, now: number): object {
  const itemId = action.itemId ?? longId(++state.sequence);
  const authCode = action.authCode ?? sparkCode(`made:${itemId}:${++state.sequence}`);
  state.sparkPosts[authCode] = {
    authCode,
    itemId,
    handle: action.handle,
    text: action.text,
    postUrl: action.postUrl ?? `https://www.tiktok.com/@${action.handle}/video/${itemId}`,
    itemType: 'VIDEO',
    itemStatus: 'HESITATE_RECOMMEND',
    authStartsAt: now,
    authEndsAt: now + action.days * DAY_MS,
    deleted: false,
    width: 720,
    height: 1280,
    durationSeconds: 12.3,
    bindings: {},
  };
  return { authCode, itemId, postUrl: state.sparkPosts[authCode].postUrl };
}

function decideProduct(state: SimulatorState, action: Extract<Action, { action: 'approve-product' | 'reject-product' }>): object {
  const products = Object.entries(state.products)
    .filter(([catalogId]) => action.catalogId === undefined || action.catalogId === catalogId)
    .flatMap(([, bySku]) => bySku[action.sku] ?? []);
  if (products.length === 0) throw new NotFoundByPerson(`no product ${action.sku}`);
  for (const product of products) {
    product.auditEndsAt = null;
    product.audit = action.action === 'approve-product' ? 'approved' : 'rejected';
    product.auditReason = action.action === 'reject-product' ? action.reason : '';
    product.auditSuggestion = action.action === 'reject-product' ? action.suggestion : '';
  }
  return { products: products.length };
}
