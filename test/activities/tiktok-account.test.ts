import { describe, expect, it } from 'vitest';
import { useEngine } from './engine.js';

const HANDLE = 'example_school';

describe('the client’s TikTok account', () => {
  const engine = useEngine();

  it('is not there until its owner has opened the Business Center’s link', async () => {
    const { advertiser, attempt, activities, person } = engine();
    const of = await advertiser('school');
    expect(await attempt(activities.findTikTokAccount, { ...of, handle: HANDLE })).toEqual({ account: null });
    const { link } = await attempt(activities.requestTikTokAccountLink, of);
    expect(link).toContain(of.bcId);

    person({ action: 'link-tiktok-account', handle: 'somebody_else' });
    expect(await attempt(activities.findTikTokAccount, { ...of, handle: HANDLE })).toEqual({ account: null });
    person({ action: 'link-tiktok-account', handle: HANDLE });
    expect(await attempt(activities.findTikTokAccount, { ...of, handle: `@${HANDLE.toUpperCase()}` })).toMatchObject({
      account: { handle: HANDLE, identityId: '', availableStatus: '' },
    });
  });

  it('is the advertiser’s identity once it is assigned, and again without harm', async () => {
    const { advertiser, attempt, activities, person } = engine();
    const of = await advertiser('school');
    person({ action: 'link-tiktok-account', handle: HANDLE });
    const { account } = await attempt(activities.findTikTokAccount, { ...of, handle: HANDLE });
    const assign = () => attempt(activities.assignTikTokAccount, { ...of, assetId: account?.assetId ?? '' });

    const linked = await assign();

    expect(linked).toMatchObject({ handle: HANDLE, availableStatus: 'AVAILABLE' });
    expect(linked.identityId).not.toBe('');
    expect(await assign()).toEqual(linked);
    expect(await attempt(activities.findTikTokAccount, of)).toEqual({ account: linked });
  });

  it('without a handle is only the one that somebody gave to this advertiser', async () => {
    const { advertiser, attempt, activities, person } = engine();
    const [of, other] = [await advertiser('school'), await advertiser('shop')];
    person({ action: 'link-tiktok-account', handle: 'laufladen' });
    const { account } = await attempt(activities.findTikTokAccount, { ...other, handle: 'laufladen' });
    await attempt(activities.assignTikTokAccount, { ...other, assetId: account?.assetId ?? '' });
    expect(await attempt(activities.findTikTokAccount, of)).toEqual({ account: null });
    expect(await attempt(activities.findTikTokAccount, other)).toMatchObject({ account: { handle: 'laufladen' } });
  });

  it('tells why it cannot run ads', async () => {
    const { advertiser, attempt, activities, person } = engine();
    const of = await advertiser('school');
    person({ action: 'link-tiktok-account', handle: HANDLE, availableStatus: 'IS_PRIVATE_ACCOUNT' });
    const { account } = await attempt(activities.findTikTokAccount, { ...of, handle: HANDLE });
    expect(await attempt(activities.assignTikTokAccount, { ...of, assetId: account?.assetId ?? '' })).toMatchObject({
      availableStatus: 'IS_PRIVATE_ACCOUNT',
    });
  });
});
