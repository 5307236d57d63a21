import axios from 'axios';
import { createBusinessCenterLists } from '../../src/activities/business-center-lists.js';
import type { TikTokClient } from '../../src/tiktok/client.js';

interface OfBc {
  readonly bc_id: string;
}

/** One call, whose answer stays out of the history. */
function silent<Parameters>(call: (parameters: Parameters) => Promise<unknown>): (parameters: Parameters) => Promise<void> {
  return async (parameters) => {
    await call(parameters);
  };
}

/** The client's methods as activities, one for each HTTP call. They hand back only what the baseline needs, so that its histories stay small. */
export function createBareActivities(client: TikTokClient, site: string) {
  // Read once for all who ask at the same time, as the engine does: what is compared is the workflow.
  const lists = createBusinessCenterLists(client);
  return {
    bcGet: silent(client.bcGet),
    verificationStatus: silent(client.verificationStatus),
    async advertisers({ bc_id }: OfBc): Promise<void> {
      await lists.advertisers(bc_id);
    },
    async tikTokAccounts({ bc_id }: OfBc): Promise<void> {
      await lists.tikTokAccounts(bc_id);
    },
    qualificationGet: silent(client.qualificationGet),
    assetAssign: silent(client.assetAssign),
    async tokenAdvertisers(): Promise<void> {
      await client.tokenAdvertisers();
    },
    advertiserInfo: silent(client.advertiserInfo),
    bcBalance: silent(client.bcBalance),
    billingGroupGet: silent(client.billingGroupGet),
    billingGroupUpdate: silent(client.billingGroupUpdate),
    advertiserBalance: silent(client.advertiserBalance),
    advertiserUpdateBudget: silent(client.advertiserUpdateBudget),
    bcTransfer: silent(client.bcTransfer),
    assetAdvertiserAssign: silent(client.assetAdvertiserAssign),
    identityGet: silent(client.identityGet),
    pixelList: silent(client.pixelList),
    bcPixelTransfer: silent(client.bcPixelTransfer),
    bcPixelLinkUpdate: silent(client.bcPixelLinkUpdate),
    bcPixelLinkGet: silent(client.bcPixelLinkGet),
    eventTrack: silent(client.eventTrack),
    pixelEventStats: silent(client.pixelEventStats),
    imageSearch: silent(client.imageSearch),
    imageUpload: silent(client.imageUpload),
    async advertiserCreate(parameters: Parameters<TikTokClient['advertiserCreate']>[0]): Promise<string> {
      return (await client.advertiserCreate(parameters)).advertiser_id;
    },
    async pixelCreate(parameters: Parameters<TikTokClient['pixelCreate']>[0]): Promise<{ readonly id: string; readonly code: string }> {
      const created = await client.pixelCreate(parameters);
      return { id: created.pixel_id, code: created.pixel_code };
    },
    async findTikTokAccount({ bc_id, handle }: OfBc & { readonly handle: string }): Promise<string> {
      return (await lists.tikTokAccounts(bc_id)).find((row) => row.tt_asset_handle === handle)?.asset_id ?? '';
    },
    /** The landing page, which the engine fetches as well. */
    async landingPage(slug: string): Promise<void> {
      await axios.get(`${site}/${slug}`);
    },
  };
}

export type BareActivities = ReturnType<typeof createBareActivities>;
