import { z } from 'zod';
import type { SeedDocument } from './seed.js';
import { ONBOARDING_SCOPES, SEED } from './seed.js';

const id = z.string().regex(/^\d{1,20}$/);
const verification = z.enum(['NOT_SUBMITTED', 'REVIEWING', 'VERIFIED', 'FAILED', 'EXPIRED']);

const member = z.strictObject({
  userId: id,
  userName: z.string().default('Member'),
  userEmail: z.string().default('member@example.org'),
  role: z.enum(['ADMIN', 'STANDARD']).default('STANDARD'),
  financeRole: z.enum(['MANAGER', 'ANALYST']).nullable().default(null),
  relationStatus: z.enum(['BOUND', 'PENDING', 'REJECTED', 'UNBOUND']).default('BOUND'),
});

const businessCenter = z.strictObject({
  bcId: id,
  name: z.string().default('Kobi'),
  company: z.string().default('Kobi GmbH'),
  currency: z.string().length(3).default('EUR'),
  registeredArea: z.string().length(2).default('DE'),
  status: z.enum(['REVIEWING', 'DENY', 'ENABLE', 'PUNISH']).default('ENABLE'),
  timezone: z.string().default('Europe/Berlin'),
  type: z.enum(['NORMAL', 'DIRECT', 'AGENCY', 'SELF_SERVICE', 'SELF_SERVICE_AGENCY']).default('SELF_SERVICE'),
  verificationStatus: verification.default('VERIFIED'),
  verificationReason: z.string().default(''),
  verificationAuditTime: z.number().nullable().default(1_760_000_000_000),
  verificationQualificationId: id.nullable().default(SEED.qualificationId),
  paymentPortfolioType: z.enum(['SHARED', 'NON_SHARED']).default('NON_SHARED'),
  cashMinor: z.int().default(10_000_000),
  grantMinor: z.int().default(0),
  members: z.record(id, member).default({
    [SEED.tokenUserId]: {
      userId: SEED.tokenUserId,
      userName: 'Kobi integration',
      userEmail: 'integration@example.org',
      role: 'ADMIN',
      financeRole: 'MANAGER',
      relationStatus: 'BOUND',
    },
  }),
  partners: z.array(id).default([]),
});

const token = z.strictObject({
  token: z.string().min(1),
  appId: z.string().default(SEED.appId),
  userId: id.default(SEED.tokenUserId),
  scopes: z.array(z.string().regex(/^\d+$/)).default([...ONBOARDING_SCOPES]),
  revoked: z.boolean().default(false),
  advertiserIds: z.array(id).nullable().default(null),
});

const qualification = z.strictObject({
  qualificationId: id,
  bcId: id.default(SEED.bcId),
  companyName: z.string().default('Kobi GmbH'),
  status: z.enum(['VERIFIED', 'UNVERIFIED']).default('VERIFIED'),
  ownerAdvertiserId: z.string().default(''),
  regionCode: z.string().default('DE'),
  visibleFrom: z.number().default(0),
});

const billingGroup = z.strictObject({
  billingGroupId: id,
  bcId: id.default(SEED.bcId),
  name: z.string().default('Kobi monthly'),
  status: z.enum(['VALID', 'INVALID']).default('VALID'),
  isPrimary: z.boolean().default(false),
  advertiserIds: z.array(id).default([]),
  emails: z.array(z.string()).default([]),
  type: z.enum(['AUCTION', 'RESERVATION']).default('AUCTION'),
  invoiceGroupBy: z.string().default('ACCOUNT'),
  billedToType: z.string().default('ACCOUNT'),
  visibleFrom: z.number().default(0),
});

const sparkPost = z.strictObject({
  authCode: z.string().regex(/^#/),
  itemId: id,
  handle: z.string().min(1),
  postUrl: z.string().default(''),
  text: z.string().default(''),
  itemType: z.enum(['VIDEO', 'CAROUSEL']).default('VIDEO'),
  itemStatus: z.string().default('HESITATE_RECOMMEND'),
  authStartsAt: z.number().default(0),
  authEndsAt: z.number().default(4_102_444_800_000),
  deleted: z.boolean().default(false),
  width: z.number().default(720),
  height: z.number().default(1280),
  durationSeconds: z.number().default(12.3),
  bindings: z.record(id, z.strictObject({ authorizedAt: z.number(), identityId: z.string() })).default({}),
});

const tiktokAccount = z.strictObject({
  assetId: id,
  bcId: id.default(SEED.bcId),
  handle: z.string().min(1),
  displayName: z.string().default(''),
  advertiserIds: z.array(id).default([]),
  availableStatus: z.string().default('AVAILABLE'),
  visibleFrom: z.number().default(0),
});

const timings = z.strictObject({
  reviewDelaySeconds: z.number().nonnegative().nullable(),
  reviewOutcome: z.enum(['approve', 'reject']),
  automaticApproval: z.boolean(),
  productReviewSeconds: z.number().nonnegative(),
  feedSeconds: z.number().nonnegative(),
  videoSeconds: z.number().nonnegative(),
  adReviewSeconds: z.number().nonnegative(),
  verificationReviewSeconds: z.number().nonnegative().nullable(),
  prohibitedWords: z.array(z.string()),
});

/** Body of `POST /_sim/seed`: each list replaces the default one, `timings` is laid over the default ones. */
export const seedRequest = z.strictObject({
  businessCenters: z.array(businessCenter).optional(),
  tokens: z.array(token).optional(),
  qualifications: z.array(qualification).optional(),
  billingGroups: z.array(billingGroup).optional(),
  sparkPosts: z.array(sparkPost).optional(),
  tiktokAccounts: z.array(tiktokAccount).optional(),
  timings: timings.partial().optional(),
});

/** The seed that a request describes, with every default filled in. */
export function parseSeed(body: unknown): SeedDocument {
  const { timings: given, ...lists } = seedRequest.parse(body);
  if (given === undefined) return lists;
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...lists, timings: set };
}
