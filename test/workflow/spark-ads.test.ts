import { describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes.js';
import type { SparkPost, Tenant } from '../../src/contract/tenant.js';
import { fakeActivities, failWith, type FakeActivities } from './fake-activities.js';
import { stepOf, type Onboarding } from './onboarding.js';
import { useOnboardings } from './onboardings.js';
import { school } from './tenant.js';

const { start } = useOnboardings();
const { activities: tiktok } = fakeActivities();

const HOUR = 3_600_000;
const POST: SparkPost = { id: 'post-a', handle: 'creator_a', link: 'https://www.tiktok.com/@creator_a/video/7300000000000000500' };

/** A tenant whose ads run as Spark posts only. */
function spark(change: Partial<SparkPost> = { authCodeRef: 'code-1' }): Partial<Tenant> {
  return { creatives: [], tiktokAccount: { use: 'spark_posts' }, sparkPosts: [{ ...POST, ...change }] };
}

const provide = (onboarding: Onboarding, authCodeRef: string, post = 'post-a') =>
  onboarding.verb('provide', { actor: 'ops-b@example.org', what: { kind: 'spark_code', post, authCodeRef } });

/** TikTok's side of the posts: which codes it takes, and every call about them in its order. */
function creatorSide(refuses: Readonly<Record<string, string>> = {}) {
  const calls: string[] = [];
  const activities: Partial<FakeActivities> = {
    authorizeSparkPost: async (input) => {
      calls.push(`authorise ${input.post.link.split('/').at(-1)} with ${input.authCodeRef}`);
      const reason = refuses[input.authCodeRef];
      if (reason !== undefined) return { outcome: 'code_refused', reason };
      const answer = await tiktok.authorizeSparkPost(input);
      if (answer.outcome !== 'authorised') throw new Error('the fake takes every code');
      const itemId = input.post.link.split('/').at(-1) ?? '';
      return { outcome: 'authorised', post: { ...answer.post, itemId, authorisedUntil: `2027-01-01T00:00:00Z by ${input.authCodeRef}` } };
    },
    openGate: async (input) => {
      calls.push(`gate ${input.gate} ${input.revision}`);
      return tiktok.openGate(input);
    },
    releaseSparkPosts: async (input) => {
      calls.push(`release with ${input.posts.map((each) => each.authCodeRef).join()}`);
      return tiktok.releaseSparkPosts(input);
    },
    unbindSparkPost: async (input) => {
      calls.push(`unbind ${input.itemId}`);
      return tiktok.unbindSparkPost(input);
    },
    undo: async (input) => {
      if (input.undo.kind === 'unbind_spark_post') calls.push(`undo ${input.undo.itemId}`);
      return tiktok.undo(input);
    },
  };
  return { calls, activities };
}

describe('Spark posts', () => {
  it('are authorised before the gate shows them, and released only after it', async () => {
    const { calls, activities } = creatorSide();
    const identities: unknown[] = [];
    const onboarding = await start('spark_order', {
      tenant: spark(),
      activities: {
        ...activities,
        checkLaunch: async (input) => {
          identities.push(input.identity);
          return tiktok.checkLaunch(input);
        },
      },
    });
    const gate = await onboarding.untilGate('spark_ads', 'open');
    expect(gate.evidence).toMatchObject({ posts: [{ id: 'post-a', itemId: '7300000000000000500', handle: 'creator_a' }] });
    expect(calls).toEqual(['authorise 7300000000000000500 with code-1', 'gate spark_ads 1']);
    await onboarding.decide(gate);
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(calls.slice(2)).toEqual(['release with code-1']);
    expect(stepOf(status, 'spark_ads').remoteIds).toEqual({ 'post-a.itemId': '7300000000000000500' });
    expect(identities).toEqual([{ identityId: 'identity-2', identityType: 'AUTH_CODE' }]);
  });

  it('without a code wait for the client, while the other steps go on', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_missing', { tenant: spark({}), activities });
    const { since, expectedBy, note, ball } = await onboarding.untilStep('spark_ads', 'waiting_on');
    expect(ball).toBe('client');
    expect(note).toContain('creator_a');
    expect(note).toContain("kobi provide spark_missing spark-code post-a 'CODE'");
    expect(Date.parse(expectedBy ?? '') - Date.parse(since)).toBe(72 * HOUR);
    const status = await onboarding.until('only the client is waited for', ({ state }) => state === 'waiting');
    expect(stepOf(status, 'billing').state).toBe('done');
    const shown = (await onboarding.handle.describe()).typedSearchAttributes;
    expect(shown.get(SEARCH_ATTRIBUTES.waitingOn)).toBe('client');
    expect(calls).toEqual([]);

    expect(await provide(onboarding, 'code-9', 'post-x')).toMatchObject({ accepted: false, code: 'post_not_named' });
    expect(await provide(onboarding, 'code-2')).toMatchObject({ accepted: true });
    await onboarding.approve('spark_ads');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(calls).toEqual(['authorise 7300000000000000500 with code-2', 'gate spark_ads 1', 'release with code-2']);
    expect(onboarding.fakes.rows.filter((row) => row.kind.startsWith('verb_'))).toMatchObject([
      { kind: 'verb_provide', actor: 'ops-b@example.org' },
      { kind: 'verb_refused', payload: { verb: 'provide', code: 'post_not_named' } },
      { kind: 'verb_provide', actor: 'ops-b@example.org', payload: { what: 'spark_code' } },
    ]);
  });

  it('with a code that has expired are asked of the client again, with TikTok’s reason', async () => {
    const { calls, activities } = creatorSide({ 'code-1': 'the code has expired', 'code-2': 'the code is of another post' });
    const onboarding = await start('spark_expired', { tenant: spark(), activities });
    const asked = (reason: string) =>
      onboarding.until(`asked again: ${reason}`, (status) => {
        const { state, ball, note } = stepOf(status, 'spark_ads');
        return state === 'waiting_on' && ball === 'client' && note.includes(reason);
      });
    await asked('the code has expired');
    expect(await provide(onboarding, 'code-1'), 'the same code once more asks TikTok nothing').toMatchObject({ accepted: true });
    await provide(onboarding, 'code-2');
    await asked('the code is of another post');
    await provide(onboarding, 'code-3');
    await onboarding.approve('spark_ads');
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(calls.filter((call) => call.startsWith('authorise'))).toEqual(
      ['code-1', 'code-2', 'code-3'].map((code) => `authorise 7300000000000000500 with ${code}`),
    );
  });

  it('are released with the code that was authorised and approved, whatever code came since', async () => {
    const { calls, activities } = creatorSide({ 'code-2': 'the code is of another post' });
    const onboarding = await start('spark_replaced', { tenant: spark(), activities });
    const gate = await onboarding.untilGate('spark_ads', 'open');
    await provide(onboarding, 'code-2');
    await onboarding.decide(gate);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(calls.at(-1)).toBe('release with code-1');
  });

  it('whose authorisation lapsed between approval and release are authorised and approved anew', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_lapsed', {
      tenant: spark(),
      activities: {
        ...activities,
        releaseSparkPosts: async (input) => {
          if (input.posts.some((each) => each.authCodeRef === 'code-1'))
            throw failWith('spark_post_unavailable', 'the authorisation of post-a has expired');
          return tiktok.releaseSparkPosts(input);
        },
      },
    });
    await onboarding.approve('spark_ads');
    const { failure } = await onboarding.untilStep('spark_ads', 'parked');
    expect(failure).toMatchObject({
      code: 'spark_post_unavailable',
      mend: expect.stringContaining('kobi provide spark_lapsed spark-code'),
    });
    await provide(onboarding, 'code-2');
    await onboarding.approve('spark_ads', 2);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(calls).toEqual([
      'authorise 7300000000000000500 with code-1',
      'gate spark_ads 1',
      'authorise 7300000000000000500 with code-2',
      'gate spark_ads 2',
    ]);
  });

  it.each(['reject', 'withdraw'] as const)('are unbound after the verdict %s, and cancel has nothing left to unbind', async (verdict) => {
    const { calls, activities } = creatorSide();
    const onboarding = await start(`spark_${verdict}`, { tenant: spark(), activities });
    await onboarding.decide(await onboarding.untilGate('spark_ads', 'open'), { verdict, reason: 'shows a competitor' });
    const { failure } = await onboarding.untilStep('spark_ads', 'parked');
    expect(failure).toMatchObject({
      code: verdict === 'reject' ? 'gate_rejected' : 'gate_withdrawn',
      message: expect.stringContaining('shows a competitor'),
    });
    expect(calls.slice(2)).toEqual(['unbind 7300000000000000500']);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
    expect(calls).toHaveLength(3);
  });

  it('that were authorised are unbound by cancel', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_cancelled', { tenant: spark(), activities });
    await onboarding.untilGate('spark_ads', 'open');
    await onboarding.verb('cancel');
    const status = await onboarding.handle.result();
    expect(calls.at(-1)).toBe('undo 7300000000000000500');
    expect(stepOf(status, 'spark_ads').state).toBe('undone');
  });

  it('are unbound when a person skips the step, before the tenant is live, so that nobody has a right that serves nothing', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_skipped', { tenant: spark(), activities });
    await onboarding.untilGate('spark_ads', 'open');
    expect(await onboarding.verb('skip', { step: 'spark_ads', reason: 'no posts this season' })).toMatchObject({
      accepted: true,
      message: expect.stringContaining('unbound at TikTok'),
    });
    const status = await onboarding.handle.result();
    expect(status.state).toBe('live');
    expect(stepOf(status, 'spark_ads')).toMatchObject({
      state: 'skipped',
      note: 'skipped by ops-a@example.org: no posts this season; unbound at TikTok: post-a',
    });
    expect(calls.slice(2)).toEqual(['unbind 7300000000000000500']);
  });

  it('that TikTok does not let go when they are skipped are named, stay skipped, and cancel tries again', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_bound', {
      // The launch check must not end it before the cancel.
      tenant: { ...spark(), tiktokAccount: { use: 'link' } },
      activities: {
        ...activities,
        findTikTokAccount: async () => ({ account: null }),
        unbindSparkPost: async () => {
          throw failWith('tiktok_fatal', 'the post is locked');
        },
      },
    });
    await onboarding.untilGate('spark_ads', 'open');
    await onboarding.verb('skip', { step: 'spark_ads', reason: 'no posts this season' });
    const status = await onboarding.until('it is told', (seen) => stepOf(seen, 'spark_ads').note.includes('still bound'));
    expect(stepOf(status, 'spark_ads')).toMatchObject({
      state: 'skipped',
      note: expect.stringContaining('still bound at TikTok until cancel: post-a (the post is locked)'),
    });
    await onboarding.verb('cancel');
    await onboarding.handle.result();
    expect(calls.at(-1)).toBe('undo 7300000000000000500');
  });

  it('that were released stay bound when a later run of the step is skipped, because ads may use them', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_released', {
      tenant: { ...spark(), tiktokAccount: { use: 'link' } },
      activities: { ...activities, findTikTokAccount: async () => ({ account: null }) },
    });
    await onboarding.approve('spark_ads');
    await onboarding.untilStep('spark_ads', 'done');
    const second = { ...POST, id: 'post-b', link: 'https://www.tiktok.com/@creator_a/video/7300000000000000501', authCodeRef: 'code-2' };
    const sparkPosts = [...(spark().sparkPosts ?? []), second];
    await onboarding.verb('amend', { tenant: school('spark_released', { ...spark(), tiktokAccount: { use: 'link' }, sparkPosts }) });
    await onboarding.untilGate('spark_ads', 'open', 2);
    await onboarding.verb('skip', { step: 'spark_ads', reason: 'the second post is not needed' });
    await onboarding.until('it is told', (seen) => stepOf(seen, 'spark_ads').note.endsWith('unbound at TikTok: post-b'));
    expect(calls.filter((call) => call.startsWith('unbind'))).toEqual(['unbind 7300000000000000501']);
    await onboarding.verb('cancel');
    await onboarding.handle.result();
    expect(calls.at(-1)).toBe('undo 7300000000000000500');
  });

  it('replaced by an amendment: the old one is unbound, the new one authorised with its own code and approved', async () => {
    const { calls, activities } = creatorSide();
    const onboarding = await start('spark_amended', { tenant: spark({}), activities });
    await onboarding.untilStep('spark_ads', 'waiting_on');
    await provide(onboarding, 'code-provided');
    await onboarding.untilGate('spark_ads', 'open');
    const link = 'https://www.tiktok.com/@creator_a/video/7300000000000000501';
    const tenant = school('spark_amended', spark({ link, authCodeRef: 'code-of-file' }));
    expect(await onboarding.verb('amend', { tenant })).toMatchObject({ accepted: true, steps: ['spark_ads', 'launch_check'] });
    await onboarding.approve('spark_ads', 2);
    expect((await onboarding.handle.result()).state).toBe('live');
    expect(calls).toEqual([
      'authorise 7300000000000000500 with code-provided',
      'gate spark_ads 1',
      'unbind 7300000000000000500',
      'authorise 7300000000000000501 with code-of-file',
      'gate spark_ads 2',
      'release with code-of-file',
    ]);
  });
});
