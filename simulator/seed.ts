import type { BillingGroup, BusinessCenter, Qualification, SimulatorState, SparkPost, TikTokAccount, Timings, Token } from './entities.js';
import { sparkCode } from './ids.js';

/** Ids of the default seed, listed in the README so that tests and demos can name them. */
export const SEED = {
  bcId: '7300000000000000001',
  agencyClientBcId: '7300000000000000002',
  qualificationId: '7300000000000000100',
  expiredQualificationId: '7300000000000000101',
  billingGroupId: '7300000000000000150',
  tokenUserId: '7300000000000000010',
  operatorOneUserId: '7300000000000000011',
  operatorTwoUserId: '7300000000000000012',
  clientUserId: '7300000000000000020',
  clientAdvertiserId: '7300000000000000210',
  appId: '7300000000000000900',
  appSecret: 'sim-secret',
  token: 'sim-token-kobi-admin',
  tokenWithoutMoney: 'sim-token-kobi-no-money',
  revokedToken: 'sim-token-kobi-revoked',
  authCode: 'sim-auth-code-kobi',
  clientAuthCode: 'sim-auth-code-client',
  sparkCodes: {
    tourismOne: sparkCode('tourism-one'),
    tourismTwo: sparkCode('tourism-two'),
    school: sparkCode('school'),
    shop: sparkCode('shop'),
    expired: sparkCode('expired'),
    private: sparkCode('private'),
  },
} as const;

/** The scope leaves that the onboarding needs (facts 2.1). */
export const ONBOARDING_SCOPES: readonly string[] = [
  '100',
  '150',
  '151',
  '152',
  '153',
  '155',
  '156',
  '157',
  '200',
  '201',
  '210',
  '211',
  '220',
  '221',
  '44',
  '600',
  '601',
  '610',
  '611',
  '690',
  '691',
  '692',
  '693',
  '800',
  '801',
  '802',
  '900',
  '901',
  '910',
  '911',
  '920',
  '921',
  '960',
  '961',
  '970',
  '971',
  '51',
  '7224195155857866754',
  '7043626160646946818',
  '7294180478502830081',
];

/** What a test may hand over instead of, or on top of, the default seed. Each list replaces the default one. */
export interface SeedDocument {
  businessCenters?: BusinessCenter[] | undefined;
  tokens?: Token[] | undefined;
  qualifications?: Qualification[] | undefined;
  billingGroups?: BillingGroup[] | undefined;
  sparkPosts?: SparkPost[] | undefined;
  tiktokAccounts?: TikTokAccount[] | undefined;
  timings?: Partial<Timings> | undefined;
}

/** The German agency that the examples use: verified, EUR, own balances per account. */
export function defaultState(nowMs: number): SimulatorState {
  const day = 86_400_000;
  return {
    sequence: 1,
    timings: {
      reviewDelaySeconds: null,
      reviewOutcome: 'approve',
      automaticApproval: true,
      productReviewSeconds: 2,
      feedSeconds: 1,
      videoSeconds: 0,
      adReviewSeconds: 2,
      verificationReviewSeconds: null,
      prohibitedWords: ['vape', 'replica', 'prohibited'],
    },
    apps: { [SEED.appId]: { appId: SEED.appId, secret: SEED.appSecret } },
    tokens: seedTokens(),
    authCodes: {
      [SEED.authCode]: {
        code: SEED.authCode,
        appId: SEED.appId,
        userId: SEED.tokenUserId,
        scopes: [...ONBOARDING_SCOPES],
        advertiserIds: null,
        expiresAt: nowMs + 3650 * day,
        used: false,
      },
      [SEED.clientAuthCode]: {
        code: SEED.clientAuthCode,
        appId: SEED.appId,
        userId: SEED.clientUserId,
        scopes: [...ONBOARDING_SCOPES],
        advertiserIds: [SEED.clientAdvertiserId],
        expiresAt: nowMs + 3650 * day,
        used: false,
      },
    },
    businessCenters: seedBusinessCenters(nowMs),
    qualifications: seedQualifications(),
    advertisers: seedAdvertisers(nowMs),
    assignments: [
      { bcId: SEED.agencyClientBcId, userId: SEED.clientUserId, assetType: 'ADVERTISER', assetId: SEED.clientAdvertiserId, role: 'ADMIN' },
    ],
    shares: [],
    pixels: {},
    eventSets: {},
    trackedEvents: [],
    catalogs: {},
    products: {},
    feeds: {},
    feedLogs: {},
    billingGroups: {
      [SEED.billingGroupId]: {
        billingGroupId: SEED.billingGroupId,
        bcId: SEED.bcId,
        name: 'Kobi monthly',
        status: 'VALID',
        isPrimary: true,
        advertiserIds: [],
        emails: ['billing@example.org'],
        type: 'AUCTION',
        invoiceGroupBy: 'ACCOUNT',
        billedToType: 'ACCOUNT',
        visibleFrom: 0,
      },
    },
    transactions: [],
    sparkPosts: seedSparkPosts(nowMs),
    tiktokAccounts: {},
    identities: {},
    files: {},
    adObjects: {},
    deliveries: [],
    images: {},
    requestIds: {},
  };
}

function seedTokens(): Record<string, Token> {
  const token = (name: string, userId: string, scopes: readonly string[], revoked = false): Token => ({
    token: name,
    appId: SEED.appId,
    userId,
    scopes: [...scopes],
    revoked,
    advertiserIds: null,
  });
  const withoutMoney = ONBOARDING_SCOPES.filter((scope) => scope !== '152' && scope !== '157');
  return {
    [SEED.token]: token(SEED.token, SEED.tokenUserId, ONBOARDING_SCOPES),
    [SEED.tokenWithoutMoney]: token(SEED.tokenWithoutMoney, SEED.tokenUserId, withoutMoney),
    [SEED.revokedToken]: token(SEED.revokedToken, SEED.tokenUserId, ONBOARDING_SCOPES, true),
  };
}

function seedBusinessCenters(nowMs: number): Record<string, BusinessCenter> {
  return {
    [SEED.bcId]: {
      bcId: SEED.bcId,
      name: 'Kobi',
      company: 'Kobi GmbH',
      currency: 'EUR',
      registeredArea: 'DE',
      status: 'ENABLE',
      timezone: 'Europe/Berlin',
      type: 'SELF_SERVICE',
      verificationStatus: 'VERIFIED',
      verificationReason: '',
      verificationAuditTime: nowMs - 20 * 86_400_000,
      verificationQualificationId: SEED.qualificationId,
      paymentPortfolioType: 'NON_SHARED',
      cashMinor: 10_000_000,
      grantMinor: 0,
      partners: [],
      members: {
        [SEED.tokenUserId]: {
          userId: SEED.tokenUserId,
          userName: 'Kobi integration',
          userEmail: 'integration@example.org',
          role: 'ADMIN',
          financeRole: 'MANAGER',
          relationStatus: 'BOUND',
        },
        [SEED.operatorOneUserId]: {
          userId: SEED.operatorOneUserId,
          userName: 'Operator one',
          userEmail: 'operator-one@example.org',
          role: 'STANDARD',
          financeRole: null,
          relationStatus: 'BOUND',
        },
        [SEED.operatorTwoUserId]: {
          userId: SEED.operatorTwoUserId,
          userName: 'Operator two',
          userEmail: 'operator-two@example.org',
          role: 'STANDARD',
          financeRole: null,
          relationStatus: 'BOUND',
        },
      },
    },
    [SEED.agencyClientBcId]: {
      bcId: SEED.agencyClientBcId,
      name: 'Client',
      company: 'Beispiel Reisen GmbH',
      currency: 'EUR',
      registeredArea: 'DE',
      status: 'ENABLE',
      timezone: 'Europe/Berlin',
      type: 'SELF_SERVICE',
      verificationStatus: 'VERIFIED',
      verificationReason: '',
      verificationAuditTime: nowMs - 40 * 86_400_000,
      verificationQualificationId: null,
      paymentPortfolioType: 'NON_SHARED',
      cashMinor: 500_000,
      grantMinor: 0,
      partners: [],
      members: {
        [SEED.clientUserId]: {
          userId: SEED.clientUserId,
          userName: 'Client admin',
          userEmail: 'client@example.org',
          role: 'ADMIN',
          financeRole: 'MANAGER',
          relationStatus: 'BOUND',
        },
      },
    },
  };
}

function seedQualifications(): Record<string, Qualification> {
  return {
    [SEED.qualificationId]: {
      qualificationId: SEED.qualificationId,
      bcId: SEED.bcId,
      companyName: 'Kobi GmbH',
      status: 'VERIFIED',
      ownerAdvertiserId: '',
      regionCode: 'DE',
      visibleFrom: 0,
    },
    [SEED.expiredQualificationId]: {
      qualificationId: SEED.expiredQualificationId,
      bcId: SEED.bcId,
      companyName: 'Kobi Media UG',
      status: 'UNVERIFIED',
      ownerAdvertiserId: '',
      regionCode: 'DE',
      visibleFrom: 0,
    },
  };
}

function seedAdvertisers(nowMs: number): SimulatorState['advertisers'] {
  return {
    [SEED.clientAdvertiserId]: {
      advertiserId: SEED.clientAdvertiserId,
      name: 'Beispiel Reisen',
      ownerBcId: SEED.agencyClientBcId,
      status: 'STATUS_ENABLE',
      rejectionReason: '',
      reviewEndsAt: null,
      reviewOutcome: 'approve',
      currency: 'EUR',
      timezone: 'Europe/Berlin',
      company: 'Beispiel Reisen GmbH',
      industry: '291302',
      country: 'DE',
      address: '',
      type: 'AUCTION',
      contactName: '',
      contactEmail: 'client@example.org',
      contactNumber: '',
      licenseNo: '',
      promotionLink: '',
      createdAt: nowMs,
      canUseCustomIdentity: false,
      qualificationId: null,
      verificationStatus: 'VERIFIED',
      verificationReason: '',
      verificationAuditTime: nowMs,
      cashMinor: 0,
      grantMinor: 0,
      budgetMode: 'UNLIMITED',
      budgetMinor: 0,
      delivering: false,
      visibleFrom: 0,
    },
  };
}

function seedSparkPosts(nowMs: number): Record<string, SparkPost> {
  const day = 86_400_000;
  const posts: [code: string, item: string, handle: string, text: string, endsInDays: number, status?: string][] = [
    [SEED.sparkCodes.tourismOne, '7300000000000000501', 'alpen_touren', 'Sonnenaufgang am Gipfel', 30],
    [SEED.sparkCodes.tourismTwo, '7300000000000000502', 'alpen_touren', 'Drei Huetten, zwei Tage', 60],
    [SEED.sparkCodes.school, '7300000000000000503', 'sonnenschule', 'Tag der offenen Tuer', 30],
    [SEED.sparkCodes.shop, '7300000000000000504', 'laufladen', 'Neue Laufschuhe', 365],
    [SEED.sparkCodes.expired, '7300000000000000505', 'alpen_touren', 'Wintertour', -1],
    [SEED.sparkCodes.private, '7300000000000000506', 'alpen_touren', 'Nur fuer Freunde', 30, 'ONLY_FRIEND_SEE'],
  ];
  return Object.fromEntries(
    posts.map(([authCode, itemId, handle, text, endsInDays, itemStatus]): [string, SparkPost] => [
      authCode,
      {
        authCode,
        itemId,
        handle,
        text,
        postUrl: `https://www.tiktok.com/@${handle}/video/${itemId}`,
        itemType: 'VIDEO',
        itemStatus: itemStatus ?? 'HESITATE_RECOMMEND',
        authStartsAt: nowMs - 30 * day,
        authEndsAt: nowMs + endsInDays * day,
        deleted: false,
        width: 720,
        height: 1280,
        durationSeconds: 12.3,
        bindings: {},
      },
    ]),
  );
}

/** The default state with what the document replaces. */
export function seededState(document: SeedDocument, nowMs: number): SimulatorState {
  const state = defaultState(nowMs);
  const byKey = <T>(items: readonly T[], key: (item: T) => string): Record<string, T> =>
    Object.fromEntries(items.map((item) => [key(item), item]));
  if (document.businessCenters) state.businessCenters = byKey(document.businessCenters, (item) => item.bcId);
  if (document.tokens) state.tokens = byKey(document.tokens, (item) => item.token);
  if (document.qualifications) state.qualifications = byKey(document.qualifications, (item) => item.qualificationId);
  if (document.billingGroups) state.billingGroups = byKey(document.billingGroups, (item) => item.billingGroupId);
  if (document.sparkPosts) state.sparkPosts = byKey(document.sparkPosts, (item) => item.authCode);
  if (document.tiktokAccounts) state.tiktokAccounts = byKey(document.tiktokAccounts, (item) => item.assetId);
  Object.assign(state.timings, document.timings ?? {});
  return state;
}
