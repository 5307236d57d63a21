import { describe, expect, it } from 'vitest';
import { SEED } from '../../simulator/seed.js';
import type { SparkPost } from '../../src/contract/tenant.js';
import { evidenceHash, sparkEvidence } from '../../src/domain/evidence.js';
import { failureOf, useEngine } from './engine.js';

const post: SparkPost = { id: 'summit', handle: '@alpen_touren', link: 'https://www.tiktok.com/@alpen_touren/video/7300000000000000501' };
const winter: SparkPost = { ...post, id: 'winter', link: 'https://www.tiktok.com/@alpen_touren/video/7300000000000000505' };

describe('a Spark post', () => {
  const engine = useEngine();

  async function authorise(slug: string, which: SparkPost, code: string) {
    const { advertiser, attempt, activities, secrets } = engine();
    const of = await advertiser(slug);
    await secrets.put('code', code);
    return { of, answer: await attempt(activities.authorizeSparkPost, { ...of, post: which, authCodeRef: 'code' }) };
  }

  it('is asked for again when its code has expired, without the code in the reason', async () => {
    const { answer } = await authorise('expired', winter, SEED.sparkCodes.expired);
    expect(answer.outcome).toBe('code_refused');
    expect(JSON.stringify(answer)).not.toContain(SEED.sparkCodes.expired);
  });

  it('is refused and unbound when the code belongs to another post', async () => {
    const { of, answer } = await authorise('other', post, SEED.sparkCodes.tourismTwo);
    expect(answer).toEqual({
      outcome: 'code_refused',
      reason: 'the code belongs to the post 7300000000000000502, not to 7300000000000000501',
    });
    const posts = Object.values(engine().simulator.store.state.sparkPosts);
    expect(posts.flatMap(({ bindings }) => Object.keys(bindings))).not.toContain(of.advertiserId);
  });

  it('is released as it was approved, and not once the creator withdrew it', async () => {
    const { attempt, activities, person } = engine();
    const { of, answer } = await authorise('tour', post, SEED.sparkCodes.tourismOne);
    if (answer.outcome !== 'authorised') throw new Error(answer.reason);
    const approvedHash = evidenceHash(sparkEvidence(of.advertiserId, [answer.post]));
    const input = { ...of, posts: [{ post, authCodeRef: 'code' }], approvedHash };

    expect(await attempt(activities.releaseSparkPosts, input)).toEqual({ released: ['summit'] });
    person({ action: 'revoke-spark', post: post.link });
    expect(await failureOf(attempt(activities.releaseSparkPosts, input))).toMatchObject({
      code: 'spark_post_unavailable',
      details: ['summit'],
    });
  });

  it('is unbound twice without harm', async () => {
    const { attempt, activities } = engine();
    const { of } = await authorise('unbound', post, SEED.sparkCodes.tourismOne);
    const input = { ...of, itemId: '7300000000000000501' };
    await attempt(activities.unbindSparkPost, input);
    expect(await attempt(activities.unbindSparkPost, input)).toEqual({ unbound: true });
  });
});
