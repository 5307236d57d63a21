import { utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { AdObject, Advertiser } from '../entities.js';
import { createdId, type EndpointContext, type EndpointHandlers, isVisible, paged, requestAdvertiser, visibleFrom } from './context.js';
import { isSparkUsable, videoOfPost } from './spark.js';

type Kind = AdObject['kind'];

const PREFIX: Record<Kind, string> = { campaign: 'CAMPAIGN_STATUS', adgroup: 'ADGROUP_STATUS', ad: 'AD_STATUS' };
const PARENT: Record<Kind, string> = { campaign: '', adgroup: 'campaign_id', ad: 'adgroup_id' };

function objectOf(context: EndpointContext, kind: Kind, id: string, advertiser: Advertiser): AdObject {
  const object = context.state.adObjects[id];
  if (object === undefined || object.kind !== kind || object.advertiserId !== advertiser.advertiserId) {
    throw new ApiRefusal(40007, `The ${kind} ${id} does not exist.`);
  }
  return object;
}

/** Status by precedence: deleted, account, switched off, review, lost assets, money, fine (facts 11.4). */
function secondaryStatus(context: EndpointContext, object: AdObject, advertiser: Advertiser): string {
  const { adObjects } = context.state;
  const prefix = PREFIX[object.kind];
  const parent = adObjects[object.parentId];
  const grandparent = parent === undefined ? undefined : adObjects[parent.parentId];
  if (object.operationStatus === 'DELETE') return `${prefix}_DELETE`;
  if (advertiser.status === 'STATUS_LIMIT') return 'ADVERTISER_ACCOUNT_PUNISH';
  if (advertiser.status.startsWith('STATUS_PENDING')) return `${prefix}_ADVERTISER_AUDIT`;
  if (advertiser.status !== 'STATUS_ENABLE') return `${prefix}_ADVERTISER_AUDIT_DENY`;
  if (object.operationStatus === 'DISABLE') return `${prefix}_DISABLE`;
  const campaign = object.kind === 'adgroup' ? parent : grandparent;
  if (object.kind !== 'campaign' && campaign?.operationStatus !== 'ENABLE') return `${prefix}_CAMPAIGN_DISABLE`;
  if (object.kind === 'ad') {
    if (parent?.operationStatus !== 'ENABLE') return 'AD_STATUS_ADGROUP_DISABLE';
    if (object.reviewEndsAt !== null && object.reviewEndsAt > context.now) return 'AD_STATUS_AUDIT';
    if (object.reviewOutcome === 'reject') return 'AD_STATUS_AUDIT_DENY';
    if (lostAuthorisation(context, object)) return 'AD_STATUS_ASSET_AUTHORIZATION_LOST';
  }
  if (object.kind === 'campaign') return 'CAMPAIGN_STATUS_ENABLE';
  if (advertiser.cashMinor + advertiser.grantMinor <= 0) return `${prefix}_BALANCE_EXCEED`;
  return `${prefix}_DELIVERY_OK`;
}

function lostAuthorisation(context: EndpointContext, ad: AdObject): boolean {
  if (ad.fields.identity_type !== 'AUTH_CODE') return false;
  const post = Object.values(context.state.sparkPosts).find((item) => item.itemId === ad.fields.tiktok_item_id);
  return post === undefined || !isSparkUsable(post, ad.advertiserId, context.now);
}

function toJson(context: EndpointContext, object: AdObject, advertiser: Advertiser): Record<string, unknown> {
  const parent = PARENT[object.kind];
  const campaignId = object.kind === 'ad' ? context.state.adObjects[object.parentId]?.parentId : undefined;
  return {
    ...object.fields,
    advertiser_id: object.advertiserId,
    ...(campaignId === undefined ? {} : { campaign_id: campaignId }),
    ...(parent === '' ? {} : { [parent]: object.parentId }),
    [`${object.kind}_id`]: object.id,
    operation_status: object.operationStatus,
    secondary_status: secondaryStatus(context, object, advertiser),
    create_time: utcText(object.createdAt),
    modify_time: utcText(object.updatedAt),
    ...(object.kind === 'ad' ? { video_id: object.fields.video_id ?? null } : { is_new_structure: true }),
    ...(object.kind === 'campaign' ? { objective: 'LANDING_PAGE', is_smart_performance_campaign: false } : {}),
  };
}

function add(context: EndpointContext, kind: Kind, parentId: string, fields: Record<string, unknown>): AdObject {
  const { advertiser_id: _advertiser, request_id: _request, ...rest } = fields;
  const object: AdObject = {
    kind,
    id: createdId(context),
    advertiserId: context.values.text('advertiser_id'),
    parentId,
    fields: rest,
    operationStatus: fields.operation_status === 'DISABLE' ? 'DISABLE' : 'ENABLE',
    reviewEndsAt: kind === 'ad' ? context.now + context.state.timings.adReviewSeconds * 1000 : null,
    reviewOutcome: 'approve',
    createdAt: context.now,
    updatedAt: context.now,
    visibleFrom: visibleFrom(context),
  };
  context.state.adObjects[object.id] = object;
  return object;
}

/** The request's own `request_id` makes a repeat within ten seconds fail (facts 1.5). */
function refuseRepeat(context: EndpointContext): void {
  const requestId = context.values.maybeText('request_id');
  if (requestId === undefined) return;
  const key = `${context.values.text('advertiser_id')}:${requestId}`;
  const last = context.state.requestIds[key];
  if (last !== undefined && context.now - last < 10_000) throw new ApiRefusal(40050, 'Duplicated request.');
  context.state.requestIds[key] = context.now;
}

function checkBudget(context: EndpointContext, minimum: number): void {
  const { values } = context;
  const mode = values.maybeText('budget_mode');
  if (mode === undefined || mode === 'BUDGET_MODE_INFINITE') return;
  const budget = values.maybeNumber('budget');
  if (budget === undefined) throw badParameter('Missing required field(s): budget.');
  if (budget < minimum) throw badParameter(`The budget must be greater than or equal to ${minimum}.`);
}

function createCampaign(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  if (!context.values.has('budget_mode')) throw badParameter('Missing required field(s): budget_mode.');
  checkBudget(context, 50);
  refuseRepeat(context);
  return toJson(context, add(context, 'campaign', '', context.values.raw), advertiser);
}

function createAdgroup(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const { values } = context;
  const campaign = objectOf(context, 'campaign', values.text('campaign_id'), advertiser);
  if (campaign.fields.budget_optimize_on !== true) checkBudget(context, 20);
  const ends = values.text('schedule_type') === 'SCHEDULE_START_END' || values.maybeText('budget_mode') === 'BUDGET_MODE_TOTAL';
  if (ends && !values.has('schedule_end_time')) throw badParameter('Missing required field(s): schedule_end_time.');
  if (values.maybeText('optimization_goal') === 'CONVERT' && values.has('pixel_id') && !values.has('optimization_event')) {
    throw badParameter('Missing required field(s): optimization_event.');
  }
  refuseRepeat(context);
  return toJson(context, add(context, 'adgroup', campaign.id, values.raw), advertiser);
}

function createAds(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const adgroup = objectOf(context, 'adgroup', context.values.text('adgroup_id'), advertiser);
  const creatives = context.values.items('creatives');
  for (const creative of creatives) {
    const type = creative.text('identity_type');
    if (type === 'CUSTOMIZED_USER' && !advertiser.canUseCustomIdentity) {
      throw badParameter('Custom identities are not supported for this advertiser.');
    }
    if (type === 'AUTH_CODE') {
      const itemId = creative.text('tiktok_item_id');
      const post = Object.values(context.state.sparkPosts).find((item) => item.itemId === itemId);
      if (post === undefined || !isSparkUsable(post, advertiser.advertiserId, context.now)) {
        throw badParameter(`The post ${itemId} is not authorized for this advertiser.`);
      }
    }
    const videoId = creative.maybeText('video_id');
    if (videoId !== undefined && context.state.files[videoId]?.advertiserId !== advertiser.advertiserId) {
      throw new ApiRefusal(40053, `The video ${videoId} is invalid.`);
    }
  }
  const ads = creatives.map((creative) => add(context, 'ad', adgroup.id, creative.raw));
  return { ad_ids: ads.map((ad) => ad.id), creatives: ads.map((ad) => toJson(context, ad, advertiser)) };
}

/** Deleted objects are hidden unless asked for (facts 13). */
function list(context: EndpointContext, kind: Kind): object {
  const advertiser = requestAdvertiser(context);
  const filtering = context.values.inner('filtering');
  const fields = context.values.texts('fields');
  const all =
    filtering.maybeText('secondary_status')?.endsWith('_STATUS_ALL') === true || filtering.maybeText('primary_status') === 'STATUS_ALL';
  const ids = filtering.texts(`${kind}_ids`);
  const parents = kind === 'adgroup' ? filtering.texts('campaign_ids') : kind === 'ad' ? filtering.texts('adgroup_ids') : [];
  const name = filtering.maybeText(`${kind}_name`);
  const rows = Object.values(context.state.adObjects)
    .filter((item) => item.kind === kind && item.advertiserId === advertiser.advertiserId && isVisible(context, item))
    .filter((item) => all || item.operationStatus !== 'DELETE')
    .filter((item) => ids.length === 0 || ids.includes(item.id))
    .filter((item) => parents.length === 0 || parents.includes(item.parentId))
    .filter((item) => name === undefined || String(item.fields[`${kind}_name`]).includes(name))
    .reverse();
  const page = paged(context, rows);
  return {
    list: page.rows
      .map((item) => toJson(context, item, advertiser))
      .map((row) => (fields.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field))))),
    page_info: page.page_info,
  };
}

function update(context: EndpointContext, kind: Kind): object {
  const advertiser = requestAdvertiser(context);
  const idField = `${kind}_id`;
  const object = objectOf(context, kind, context.values.text(idField), advertiser);
  const { advertiser_id: _advertiser, [idField]: _id, ...changes } = context.values.raw;
  Object.assign(object.fields, changes);
  object.updatedAt = context.now;
  return toJson(context, object, advertiser);
}

/** On a suspended account it answers success and changes nothing (facts 11.4). */
function updateStatus(context: EndpointContext, kind: Kind): object {
  const advertiser = requestAdvertiser(context);
  const ids = context.values.texts(`${kind}_ids`);
  const status = context.values.text('operation_status');
  const objects = ids.map((id) => objectOf(context, kind, id, advertiser));
  for (const object of objects) {
    if (object.operationStatus === 'DELETE') throw badParameter(`The ${kind} ${object.id} has been deleted.`);
    if (advertiser.status === 'STATUS_LIMIT') continue;
    object.operationStatus = status === 'ENABLE' ? 'ENABLE' : status === 'DISABLE' ? 'DISABLE' : 'DELETE';
    object.updatedAt = context.now;
  }
  return {
    [`${kind}_ids`]: ids,
    status,
    ...(kind === 'campaign' ? { campaign_list: ids.map((id) => ({ campaign_id: id, status, postback_window_mode: null })) } : {}),
  };
}

/** What the reviewer holds against an ad, and which file it is about (facts 11.2). */
function rejection(ad: AdObject, restrictions: object): object {
  const { image_ids: imageIds, tiktok_item_id: itemId, video_id: ownVideo } = ad.fields;
  const imageId: unknown = Array.isArray(imageIds) ? imageIds[0] : undefined;
  return {
    reasons: ['The ad or video has no background audio or the background audio is incoherent/unclear.'],
    suggestion: 'See the advertising policies.',
    ...restrictions,
    content_info: {
      content_type: ad.fields.ad_format === 'SINGLE_IMAGE' ? 'MODE_IMAGE' : 'MODE_VIDEO',
      text_content: null,
      image_content: { image_id: imageId ?? '' },
      video_content: { video_id: ownVideo ?? (typeof itemId === 'string' ? videoOfPost(itemId) : '') },
    },
  };
}

/** While an ad is in review it has no entry; a rejected one is forbidden where the account is at home (facts 11.2, 16). */
function reviewInfo(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const entries = context.values.texts('ad_ids').flatMap((id) => {
    const ad = objectOf(context, 'ad', id, advertiser);
    if (ad.reviewEndsAt !== null && ad.reviewEndsAt > context.now) return [];
    const approved = ad.reviewOutcome === 'approve';
    const restrictions = { forbidden_placements: [], forbidden_ages: [], forbidden_locations: approved ? [] : [advertiser.country] };
    const entry = {
      ad_id: id,
      is_approved: approved,
      review_status: approved ? 'ALL_AVAILABLE' : 'UNAVAILABLE',
      appeal_status: null,
      last_audit_time: null,
      ...restrictions,
      forbidden_operation_systems: [],
      reject_info: approved ? [] : [rejection(ad, restrictions)],
    };
    return [[id, entry] as const];
  });
  return { ad_review_map: Object.fromEntries(entries) };
}

/** Campaigns, ad groups and ads, as far as an onboarding needs them (facts 7). */
export const advertisingHandlers: EndpointHandlers = {
  '/campaign/create/': createCampaign,
  '/campaign/get/': (context) => list(context, 'campaign'),
  '/campaign/update/': (context) => update(context, 'campaign'),
  '/campaign/status/update/': (context) => updateStatus(context, 'campaign'),
  '/adgroup/create/': createAdgroup,
  '/adgroup/get/': (context) => list(context, 'adgroup'),
  '/adgroup/update/': (context) => update(context, 'adgroup'),
  '/adgroup/status/update/': (context) => updateStatus(context, 'adgroup'),
  '/ad/create/': createAds,
  '/ad/get/': (context) => list(context, 'ad'),
  '/ad/status/update/': (context) => updateStatus(context, 'ad'),
  '/ad/review_info/': reviewInfo,
};
