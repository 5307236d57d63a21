import { condition } from '@temporalio/workflow';
import type { SparkPost } from '../../contract/tenant.js';
import { sparkEvidence } from '../../domain/evidence.js';
import { sparkAsk } from '../../domain/spark-ask.js';
import { failureOf } from '../failures.js';
import { closeGate, passGate } from '../gates.js';
import { done, skipped, type OnboardingRun, type StepOutcome } from '../run.js';
import { counted } from '../../domain/counted.js';

/** The code of a post: what was provided last, else what came with the tenant file. */
function codeOf(run: OnboardingRun, post: SparkPost): string | undefined {
  return run.state.progress.sparkCodes[post.id] ?? post.authCodeRef;
}

/** Authorises one post; asks the client for a missing code, and again when TikTok refuses or the code has expired. */
async function authorise(run: OnboardingRun, post: SparkPost): Promise<void> {
  const { progress, settings } = run.state;
  let refused: { ref: string; reason: string } | undefined;
  for (;;) {
    const ref = codeOf(run, post);
    if (ref === undefined || ref === refused?.ref) {
      run.waitOn('spark_ads', 'client', sparkAsk(run.slug, post, refused?.reason), settings.clientReaskMs);
      const before = ref;
      await condition(() => codeOf(run, post) !== before);
      run.goOn('spark_ads');
      continue;
    }
    await run.whileNotPaused();
    const { advertiserId } = run.advertiser;
    const used = { kind: 'unbind_spark_code', advertiserId, authCodeRef: ref } as const;
    run.willUndo('spark_ads', used);
    const answer = await run.act.write.authorizeSparkPost.executeWithOptions({ summary: `authorise Spark post ${post.id}` }, [
      { ...run.advertiser, post, authCodeRef: ref },
    ]);
    run.forgetUndo(used);
    if (answer.outcome === 'authorised') {
      progress.sparkPosts[post.id] = { ...answer.post, link: post.link, authCodeRef: ref };
      run.willUndo('spark_ads', { kind: 'unbind_spark_post', advertiserId, itemId: answer.post.itemId });
      run.note('spark_ads', 'authorised', { [`${post.id}.itemId`]: answer.post.itemId });
      return;
    }
    refused = { ref, reason: answer.reason };
  }
}

/** Takes the tenant's right to a post back, and forgets the post. */
export async function unbind(run: OnboardingRun, id: string, why: string): Promise<void> {
  const { progress } = run.state;
  const facts = progress.sparkPosts[id];
  if (!facts) return;
  const { itemId } = facts;
  await run.whileNotPaused();
  await run.act.write.unbindSparkPost.executeWithOptions({ summary: `unbind Spark post ${id}, ${why}` }, [{ ...run.advertiser, itemId }]);
  delete progress.sparkPosts[id];
  if (progress.sparkReleased) progress.sparkReleased = progress.sparkReleased.filter((released) => released !== id);
  run.forgetUndo({ kind: 'unbind_spark_post', advertiserId: run.advertiser.advertiserId, itemId });
}

/** Authorises the named posts, shows them to a person, and releases them for ads; a rejected post is unbound. */
export async function sparkAds(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, progress } = run.state;
  for (const [id, { link }] of Object.entries(progress.sparkPosts))
    if (!tenant.sparkPosts.some((post) => post.id === id && post.link === link)) await unbind(run, id, 'no longer named');
  if (tenant.sparkPosts.length === 0) {
    await closeGate(run, 'spark_ads');
    return skipped('the tenant file names no Spark posts');
  }

  for (const post of tenant.sparkPosts) {
    const known = progress.sparkPosts[post.id];
    if (!known || known.outdated || known.authCodeRef !== (codeOf(run, post) ?? known.authCodeRef)) await authorise(run, post);
  }

  const posts = tenant.sparkPosts.flatMap((post) => progress.sparkPosts[post.id] ?? []);
  let approvedHash: string;
  try {
    approvedHash = await passGate(run, 'spark_ads', sparkEvidence(run.advertiser.advertiserId, posts));
  } catch (error) {
    const gate = run.state.gates.spark_ads;
    if (gate?.state === 'rejected' || gate?.state === 'withdrawn' || gate?.state === 'expired')
      for (const id of Object.keys(progress.sparkPosts)) await unbind(run, id, gate.state);
    throw error;
  }
  await run.whileNotPaused();
  const { released } = await run.act.write.releaseSparkPosts
    .executeWithOptions({ summary: `release ${counted(posts.length, 'Spark post')} for ads` }, [
      {
        ...run.advertiser,
        // The code that was authorised and approved: one that came since was neither, and is tried when this one fails.
        posts: tenant.sparkPosts.map((post) => ({ post, authCodeRef: progress.sparkPosts[post.id]?.authCodeRef ?? '' })),
        approvedHash,
      },
    ])
    .catch((error: unknown) => {
      // The approval was of other facts: the next run reads every post again, and its gate asks anew.
      if (failureOf(error)?.code === 'spark_post_unavailable') for (const post of posts) post.outdated = true;
      throw error;
    });
  progress.sparkReleased = released;
  return done(`${counted(released.length, 'Spark post')} released for ads`);
}
