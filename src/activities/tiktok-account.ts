import type { OnboardingActivities, TikTokAccountLink } from '../contract/onboarding-activities.js';
import type { BusinessCenterLists } from './business-center-lists.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { readUntilSeen } from './reading-until-seen.js';
import { everyPage, type IdentityRow, type TikTokCalls } from '../tiktok/calls.js';

type Step = Pick<OnboardingActivities, 'requestTikTokAccountLink' | 'findTikTokAccount' | 'assignTikTokAccount'>;

/** Handles are compared as TikTok does: without the @, without regard to case. */
export function sameHandle(a: string, b: string): boolean {
  const plain = (handle: string): string => handle.replace(/^@/, '').toLowerCase();
  return plain(a) === plain(b);
}

async function linkedAccounts(lists: BusinessCenterLists, bcId: string): Promise<{ assetId: string; handle: string }[]> {
  const assets = await lists.tikTokAccounts(bcId);
  return assets.map((asset) => ({ assetId: asset.asset_id, handle: asset.tt_asset_handle ?? asset.asset_name }));
}

async function identityOf(tiktok: TikTokCalls, bcId: string, advertiserId: string, handle: string): Promise<IdentityRow | undefined> {
  const identities = await everyPage(async (page) => {
    const answer = await tiktok.identityGet({
      advertiser_id: advertiserId,
      identity_type: 'BC_AUTH_TT',
      identity_authorized_bc_id: bcId,
      page,
      page_size: 100,
    });
    return { rows: answer.identity_list, page_info: answer.page_info };
  });
  return identities.find((identity) => sameHandle(identity.username || identity.display_name || '', handle));
}

function linkOf(asset: { assetId: string; handle: string }, identity: IdentityRow | undefined): TikTokAccountLink {
  return { ...asset, identityId: identity?.identity_id ?? '', availableStatus: identity?.available_status ?? '' };
}

/** The client's TikTok account as the identity of the ads, linked through the Business Center (facts 3.5, 6.3). */
export function createTikTokAccountActivities(deps: Pick<ActivityDependencies, 'tiktok' | 'lists' | 'reconcile'>): Step {
  const { tiktok, lists } = deps;
  return {
    async requestTikTokAccountLink({ bcId }) {
      const { bc_auth_qr_code: link } = await tiktok.accountAuthorization({ bc_id: bcId });
      return { link };
    },

    async findTikTokAccount({ bcId, advertiserId, handle }) {
      const accounts = await linkedAccounts(lists, bcId);
      if (handle !== undefined) {
        const asset = accounts.find((account) => sameHandle(account.handle, handle));
        return { account: asset ? linkOf(asset, await identityOf(tiktok, bcId, advertiserId, asset.handle)) : null };
      }
      // Without a handle nothing tells whose account is whose, so only one that a person gave to this advertiser counts.
      for (const asset of accounts) {
        const identity = await identityOf(tiktok, bcId, advertiserId, asset.handle);
        if (identity) return { account: linkOf(asset, identity) };
      }
      return { account: null };
    },

    async assignTikTokAccount({ bcId, advertiserId, assetId }) {
      await tiktok.assetAdvertiserAssign({ bc_id: bcId, asset_id: assetId, advertiser_id: advertiserId, asset_type: 'TT_ACCOUNT' });
      const asset = (await linkedAccounts(lists, bcId)).find((account) => account.assetId === assetId);
      if (!asset) throw stepFailure('tiktok_not_found', `the TikTok account ${assetId} is no longer in the Business Center ${bcId}`);
      const identity = await readUntilSeen(deps, () => identityOf(tiktok, bcId, advertiserId, asset.handle));
      if (!identity)
        throw stepFailure(
          'tiktok_account_unavailable',
          `the advertiser ${advertiserId} has no identity of ${asset.handle} after it was assigned`,
        );
      return linkOf(asset, identity);
    },
  };
}
