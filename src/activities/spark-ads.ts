import { DateTime } from 'luxon';
import type { OnboardingActivities, SparkPostFacts } from '../contract/onboarding-activities.js';
import type { SparkPost } from '../contract/tenant.js';
import { tiktokWord } from '../domain/tiktok-words.js';
import { evidenceHash, sparkEvidence } from '../domain/evidence.js';
import type { ActivityDependencies } from './dependencies.js';
import { asStepFailure, stepFailure } from './failure.js';
import type { SparkInfo, TikTokCalls } from '../tiktok/calls.js';
import { sameHandle } from './tiktok-account.js';

type Step = Pick<OnboardingActivities, 'authorizeSparkPost' | 'releaseSparkPosts' | 'unbindSparkPost'>;

/** The only status in which a post is public (facts 6.2). */
const PUBLIC = 'HESITATE_RECOMMEND';

function factsOf(post: SparkPost, info: SparkInfo): SparkPostFacts {
  const until = DateTime.fromSQL(info.auth_info.auth_end_time, { zone: 'utc' });
  return {
    id: post.id,
    itemId: info.item_info.item_id,
    identityId: info.user_info.identity_id,
    handle: info.user_info.tiktok_name,
    text: info.item_info.text ?? '',
    status: info.item_info.status,
    authorisedUntil: until.toISO() ?? info.auth_info.auth_end_time,
  };
}

/** Why a post that TikTok shows is not the one that the tenant named, or cannot run; undefined when it can. */
function unusable(post: SparkPost, facts: SparkPostFacts, now: Date): string | undefined {
  const named = /\/video\/(\d{15,20})/.exec(post.link)?.[1];
  if (named !== undefined && named !== facts.itemId) return `the code belongs to the post ${facts.itemId}, not to ${named}`;
  if (!sameHandle(post.handle, facts.handle)) return `the code belongs to a post of ${facts.handle}, not of ${post.handle}`;
  if (facts.status !== PUBLIC) return `the post is not public: ${tiktokWord(facts.status)}`;
  if (Date.parse(facts.authorisedUntil) <= now.getTime()) return `the authorisation ended ${facts.authorisedUntil}`;
  return undefined;
}

/** Unbinds a post; one that is not bound is unbound already. */
export async function unbindPost(tiktok: TikTokCalls, advertiserId: string, itemId: string): Promise<void> {
  try {
    await tiktok.sparkUnbind({ advertiser_id: advertiserId, item_id: itemId });
  } catch (error) {
    if (asStepFailure(error).type !== 'tiktok_not_found') throw error;
  }
}

/** The post that a code was used for on this advertiser; undefined when it was not: TikTok shows a post only after that. */
export async function postOfCode(tiktok: TikTokCalls, advertiserId: string, authCode: string): Promise<string | undefined> {
  try {
    return (await tiktok.sparkInfo({ advertiser_id: advertiserId, auth_code: authCode })).item_info.item_id;
  } catch (error) {
    const failure = asStepFailure(error);
    if (failure.type !== 'tiktok_bad_input' && failure.type !== 'tiktok_not_found') throw error;
    return undefined;
  }
}

/** TikTok's words about a code, without the code: it is a secret of the creator. */
function withoutCode(text: string, authCode: string): string {
  return text.replaceAll(authCode, '[code]').replaceAll(encodeURIComponent(authCode), '[code]');
}

/** Spark posts: authorised by the creator's code, shown to an approver, released for ads (facts 6.2). */
export function createSparkAdsActivities(deps: Pick<ActivityDependencies, 'tiktok' | 'secrets' | 'clock'>): Step {
  const { tiktok, secrets, clock } = deps;
  return {
    async authorizeSparkPost({ advertiserId, post, authCodeRef }) {
      const authCode = await secrets.get(authCodeRef);
      let refusal: string | undefined;
      try {
        await tiktok.sparkAuthorize({ advertiser_id: advertiserId, auth_code: authCode });
      } catch (error) {
        const failure = asStepFailure(error);
        if (failure.type !== 'tiktok_bad_input' && failure.type !== 'tiktok_not_found') throw error;
        refusal = withoutCode(failure.message, authCode);
      }
      let info: SparkInfo;
      try {
        info = await tiktok.sparkInfo({ advertiser_id: advertiserId, auth_code: authCode });
      } catch (error) {
        const failure = asStepFailure(error);
        // A code that was authorised before, its answer lost, shows its post; one that shows none is refused for good.
        if (refusal === undefined || failure.type !== 'tiktok_bad_input') throw error;
        return { outcome: 'code_refused', reason: refusal };
      }
      const facts = factsOf(post, info);
      const reason = unusable(post, facts, clock());
      if (reason === undefined) return { outcome: 'authorised', post: facts };
      await unbindPost(tiktok, advertiserId, facts.itemId);
      return { outcome: 'code_refused', reason };
    },

    async releaseSparkPosts({ advertiserId, posts, approvedHash }) {
      const facts: SparkPostFacts[] = [];
      for (const { post, authCodeRef } of posts) {
        try {
          const info = await tiktok.sparkInfo({ advertiser_id: advertiserId, auth_code: await secrets.get(authCodeRef) });
          const seen = factsOf(post, info);
          const reason = unusable(post, seen, clock());
          if (reason !== undefined) throw stepFailure('spark_post_unavailable', `Spark post ${post.id}: ${reason}`, { details: [post.id] });
          facts.push(seen);
        } catch (error) {
          const failure = asStepFailure(error);
          if (failure.type !== 'tiktok_bad_input' && failure.type !== 'tiktok_not_found') throw error;
          throw stepFailure(
            'spark_post_unavailable',
            `TikTok no longer shows Spark post ${post.id}: its authorisation was withdrawn or it was deleted`,
            { details: [post.id] },
          );
        }
      }
      if (evidenceHash(sparkEvidence(advertiserId, facts)) !== approvedHash) {
        throw stepFailure('spark_post_unavailable', 'the Spark posts are no longer as they were approved', {
          details: posts.map(({ post }) => post.id),
        });
      }
      return { released: posts.map(({ post }) => post.id) };
    },

    async unbindSparkPost({ advertiserId, itemId }) {
      await unbindPost(tiktok, advertiserId, itemId);
      return { unbound: true };
    },
  };
}
