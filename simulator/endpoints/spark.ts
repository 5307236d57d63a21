import { createHash } from 'node:crypto';
import { utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { SparkPost } from '../entities.js';
import { identityId, videoId } from '../ids.js';
import { type EndpointContext, type EndpointHandlers, paged, requestAdvertiser } from './context.js';

/** The state of a code as its owner sees it (facts 6.1). */
export function sparkState(post: SparkPost, now: number): 'NOT_USED' | 'IN_USE' | 'EXPIRED' | 'DELETED' {
  if (post.deleted) return 'DELETED';
  if (post.authEndsAt <= now) return 'EXPIRED';
  return Object.keys(post.bindings).length > 0 ? 'IN_USE' : 'NOT_USED';
}

/** Whether the advertiser may run ads with the post now. */
export function isSparkUsable(post: SparkPost, advertiserId: string, now: number): boolean {
  return post.bindings[advertiserId] !== undefined && !post.deleted && post.authEndsAt > now;
}

function postOf(context: EndpointContext): SparkPost {
  const code = context.values.text('auth_code');
  if (!/^#[A-Za-z0-9+/=]{20,}$/.test(code)) throw badParameter('auth_code_format_error: The format of the auth code is wrong.');
  const post = context.state.sparkPosts[code];
  if (post === undefined || post.deleted) throw badParameter('auth_code_not_found: The auth code does not exist.');
  return post;
}

function authorize(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const post = postOf(context);
  if (post.authEndsAt <= context.now) throw badParameter('auth_code_expired: The auth code has expired.');
  if (post.itemStatus === 'USER_DELETE') throw badParameter('video_deleted: The video has been deleted.');
  if (post.itemStatus !== 'HESITATE_RECOMMEND') throw badParameter('illegal_item_status_error: The post is not public.');
  post.bindings[advertiser.advertiserId] ??= {
    authorizedAt: context.now,
    identityId: identityId(`${advertiser.advertiserId}:${post.handle}`),
  };
  return {};
}

/** The id of the post's video; a reviewer names it when an ad made of the post is refused. */
export function videoOfPost(itemId: string): string {
  return videoId(Number(itemId.slice(-9)));
}

function videoInfo(context: EndpointContext, post: SparkPost, usable: boolean): object {
  const shown = usable && post.itemStatus === 'HESITATE_RECOMMEND';
  return {
    video_id: videoOfPost(post.itemId),
    file_name: '',
    duration: post.durationSeconds,
    width: post.width,
    height: post.height,
    size: 813_340,
    bit_rate: 1_223_985,
    signature: createHash('md5').update(post.itemId).digest('hex'),
    poster_url: `${context.url}/cdn/${post.itemId}/poster`,
    preview_url: shown ? `${context.url}/cdn/${post.itemId}` : '',
  };
}

/** A post shows only after it was authorised for this advertiser (facts 6.2). */
function info(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const post = postOf(context);
  const binding = post.bindings[advertiser.advertiserId];
  if (binding === undefined) throw badParameter('auth_code_not_found: The auth code has not been authorized for this advertiser.');
  return {
    auth_info: { auth_start_time: utcText(post.authStartsAt), auth_end_time: utcText(post.authEndsAt) },
    item_info: {
      auth_code: post.authCode,
      item_id: post.itemId,
      item_type: post.itemType,
      text: post.text,
      status: post.itemStatus,
      stitch_original_item_id: '0',
      duet_original_item_id: '0',
      is_multi_duet_stitch: false,
      mentioned_item_ids: null,
      anchor_list: null,
      carousel_info: null,
    },
    user_info: { tiktok_name: post.handle, identity_id: binding.identityId, identity_type: 'AUTH_CODE' },
    video_info: videoInfo(context, post, isSparkUsable(post, advertiser.advertiserId, context.now)),
  };
}

function list(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const types = context.values.texts('item_types');
  const keyword = context.values.maybeText('keyword');
  const rows = Object.values(context.state.sparkPosts)
    .filter((post) => post.bindings[advertiser.advertiserId] !== undefined && !post.deleted)
    .filter((post) => types.length === 0 || types.includes(post.itemType))
    .filter((post) => keyword === undefined || post.text.includes(keyword) || post.itemId === keyword);
  const page = paged(context, rows, 20);
  return {
    list: page.rows.map((post) => {
      const binding = post.bindings[advertiser.advertiserId];
      const usable = isSparkUsable(post, advertiser.advertiserId, context.now);
      return {
        item_info: {
          auth_code: post.authCode,
          item_id: post.itemId,
          text: post.text,
          status: post.itemStatus,
          item_type: post.itemType,
          carousel_info: null,
          anchor_list: null,
        },
        video_info: videoInfo(context, post, usable),
        user_info: { tiktok_name: post.handle, identity_id: binding?.identityId ?? '', identity_type: 'AUTH_CODE' },
        auth_info: {
          invite_start_time: utcText(post.authStartsAt),
          auth_start_time: utcText(post.authStartsAt),
          ad_auth_status: usable ? 'AUTHORIZED' : 'UNAUTHORIZED',
          auth_end_time: utcText(post.authEndsAt),
        },
      };
    }),
    page_info: page.page_info,
  };
}

function unbind(context: EndpointContext): object {
  const advertiser = requestAdvertiser(context);
  const itemId = context.values.text('item_id');
  const post = Object.values(context.state.sparkPosts).find(
    (item) => item.itemId === itemId && item.bindings[advertiser.advertiserId] !== undefined,
  );
  if (post === undefined) throw new ApiRefusal(40007, `The post ${itemId} is not bound to the advertiser.`);
  delete post.bindings[advertiser.advertiserId];
  return {};
}

/** Spark Ads posts (facts 6.2). */
export const sparkHandlers: EndpointHandlers = {
  '/tt_video/authorize/': authorize,
  '/tt_video/info/': info,
  '/tt_video/list/': list,
  '/tt_video/unbind/': unbind,
};
