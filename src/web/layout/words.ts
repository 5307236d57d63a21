import type { Ball, GateId, GateStateName, StepId } from '../../contract/checklist.js';

/** What pages call a step; commands and the ledger use its id. */
export const SAYS_OF_STEP: Readonly<Record<StepId, string>> = {
  advertiser_account: 'Advertiser account',
  business_verification: 'Business verification',
  tiktok_account: 'TikTok account',
  pixel: 'Pixel',
  catalog: 'Catalog',
  conversion_events: 'Conversion events',
  billing: 'Billing',
  creative_policy: 'Creative policy',
  spark_ads: 'Spark posts',
  launch_check: 'Launch check',
};

export const SAYS_OF_GATE: Readonly<Record<GateId, string>> = {
  business_verification: 'Business verification',
  initial_funding: 'Initial funding',
  creative_policy: 'Creative policy',
  spark_ads: 'Spark posts',
};

export const SAYS_OF_GATE_STATE: Readonly<Record<GateStateName, string>> = {
  scheduled: 'not open yet',
  open: 'open',
  approved: 'approved',
  rejected: 'rejected',
  changes_requested: 'changes requested',
  expired: 'expired',
  withdrawn: 'withdrawn',
};

export const SAYS_OF_BALL: Readonly<Record<Ball, string>> = { kobi: 'Kobi', client: 'Client', tiktok: 'TikTok' };

/** TikTok's ids as people call them; a name that is not known here is shown as it is. */
const SAYS_OF_ID: Readonly<Record<string, string>> = {
  advertiserId: 'advertiser',
  bcId: 'Business Center',
  pixelId: 'pixel id',
  pixelCode: 'pixel code',
  offlineEventSetId: 'offline event set',
  crmEventSetId: 'CRM event set',
  catalogId: 'catalog',
  feedId: 'product feed',
  tiktokAccountId: 'TikTok account',
  identityId: 'identity',
  billingGroupId: 'billing group',
  partnerId: 'partner',
  itemId: 'post',
  transactionId: 'transaction',
};

/** An id of one of many is kept as `NAME.kind`: `sunrise.itemId` is the post sunrise. */
export function sayId(kind: string): string {
  const [, name, inner] = /^(.+)\.(\w+)$/.exec(kind) ?? [];
  if (name !== undefined && inner !== undefined && SAYS_OF_ID[inner] !== undefined) return `${SAYS_OF_ID[inner]} ${name}`;
  return SAYS_OF_ID[kind] ?? kind;
}
