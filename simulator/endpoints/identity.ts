import { ApiRefusal, badParameter } from '../envelope.js';
import { identityId } from '../ids.js';
import { createdId, type EndpointContext, type EndpointHandlers, isVisible, paged, requestAdvertiser, visibleFrom } from './context.js';
import { isSparkUsable } from './spark.js';

interface IdentityRow {
  readonly identity_id: string;
  readonly identity_type: string;
  readonly display_name: string;
  readonly available_status: string;
  readonly [field: string]: unknown;
}

function row(type: string, id: string, displayName: string, username: string, status: string, bcId: string): IdentityRow {
  const pushes = type === 'BC_AUTH_TT' || type === 'TT_USER';
  return {
    identity_id: id,
    identity_type: type,
    identity_authorized_bc_id: bcId,
    display_name: displayName,
    username,
    profile_image: '',
    ads_only_mode: false,
    is_gpppa: false,
    can_push_video: pushes,
    can_pull_video: pushes || type === 'AUTH_CODE',
    can_use_live_ads: false,
    can_manage_message: false,
    available_status: status,
  };
}

/** Every identity of the advertiser: made by us, from Spark codes, and linked TikTok accounts (facts 6.3). */
function identitiesOf(context: EndpointContext, advertiserId: string): IdentityRow[] {
  const { identities, sparkPosts, tiktokAccounts } = context.state;
  const custom = Object.values(identities)
    .filter((item) => item.advertiserId === advertiserId && isVisible(context, item))
    .map((item) => row('CUSTOMIZED_USER', item.identityId, item.displayName, '', 'AVAILABLE', ''));
  const byHandle = new Map<string, IdentityRow>();
  for (const post of Object.values(sparkPosts)) {
    const binding = post.bindings[advertiserId];
    if (binding === undefined || post.deleted) continue;
    const usable = isSparkUsable(post, advertiserId, context.now);
    if (byHandle.get(post.handle)?.available_status === 'AVAILABLE') continue;
    const status = usable ? 'AVAILABLE' : 'SCOPE_UNAVAILABLE';
    byHandle.set(post.handle, row('AUTH_CODE', binding.identityId, post.handle, post.handle, status, ''));
  }
  const linked = Object.values(tiktokAccounts)
    .filter((item) => item.advertiserIds.includes(advertiserId))
    .map((item) => row('BC_AUTH_TT', identityId(`tiktok:${item.assetId}`), item.displayName, item.handle, item.availableStatus, item.bcId));
  return [...custom, ...byHandle.values(), ...linked];
}

function list(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const { values } = context;
  const type = values.maybeText('identity_type');
  const bcId = values.maybeText('identity_authorized_bc_id');
  if (type === 'BC_AUTH_TT' && bcId === undefined) {
    throw badParameter('Missing required field(s): identity_authorized_bc_id.');
  }
  const keyword = values.inner('filtering').maybeText('keyword');
  const rows = identitiesOf(context, advertiser.advertiserId)
    .filter((item) => type === undefined || item.identity_type === type)
    .filter((item) => bcId === undefined || type !== 'BC_AUTH_TT' || item.identity_authorized_bc_id === bcId)
    .filter((item) => keyword === undefined || item.identity_type !== 'CUSTOMIZED_USER' || item.display_name.includes(keyword));
  const page = paged(context, rows, 20);
  return { identity_list: page.rows, page_info: page.page_info };
}

/** Can be made, but accounts of today cannot run ads with it (facts 6.3). */
function create(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const id = createdId(context);
  context.state.identities[id] = {
    identityId: id,
    advertiserId: advertiser.advertiserId,
    displayName: context.values.text('display_name'),
    imageUri: context.values.maybeText('image_uri') ?? '',
    visibleFrom: visibleFrom(context),
  };
  return { identity_id: id };
}

function remove(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const id = context.values.text('identity_id');
  if (context.state.identities[id]?.advertiserId !== advertiser.advertiserId) {
    throw new ApiRefusal(40007, `The identity ${id} does not exist.`);
  }
  delete context.state.identities[id];
  return {};
}

/** Identities (facts 6.3). */
export const identityHandlers: EndpointHandlers = {
  '/identity/get/': list,
  '/identity/create/': create,
  '/identity/delete/': remove,
};
