import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { BareActivities } from './activities.js';

export interface BareInput {
  readonly slug: string;
  readonly bcId: string;
  readonly billingGroupId: string;
  readonly userIds: readonly string[];
  readonly qualificationId: string;
  readonly handle: string;
  readonly image: { readonly path: string; readonly md5: string };
}

const call = proxyActivities<BareActivities>({ startToCloseTimeout: 60_000, retry: { maximumAttempts: 5 } });
const page = { page: 1, page_size: 50 } as const;
const pixels = { page: 1, page_size: 20 } as const;
export const approve = defineSignal('approve');

/**
 * The bare baseline of the benchmark: the HTTP calls that the engine makes for a school, in the same layers, one normal activity each,
 * and one signal for its gate. No database, no search attributes, no summaries.
 */
export async function bareOnboarding(input: BareInput): Promise<void> {
  const { slug, bcId, billingGroupId } = input;
  let approved = false;
  setHandler(approve, () => void (approved = true));
  const bc = { bc_id: bcId };

  await Promise.all([
    call.bcGet({ ...bc, ...page }),
    call.verificationStatus(bc),
    call.advertisers(bc),
    call.qualificationGet({ ...bc, ...page, filtering: { verified: true } }),
  ]);
  const advertiserId = await call.advertiserCreate({
    ...bc,
    advertiser_info: { name: `kobi_${slug}_tiktok`, currency: 'EUR', timezone: 'Europe/Berlin', type: 'AUCTION' },
    customer_info: { company: 'Kobi GmbH', industry: 290303, registered_area: 'DE' },
    qualification_info: { qualification_id: input.qualificationId },
  });
  const advertiser = { advertiser_id: advertiserId };
  await Promise.all(
    input.userIds.map((user_id) =>
      call.assetAssign({ ...bc, user_id, asset_type: 'ADVERTISER', asset_id: advertiserId, advertiser_role: 'ADMIN' }),
    ),
  );
  await call.tokenAdvertisers();

  const reads = { advertiser_ids: [advertiserId], fields: ['advertiser_id', 'status', 'rejection_reason'] };
  const identities = { ...advertiser, ...page, identity_type: 'BC_AUTH_TT', identity_authorized_bc_id: bcId } as const;

  async function billing(): Promise<void> {
    await Promise.all([call.advertiserInfo(reads), call.verificationStatus(advertiser), call.verificationStatus(bc)]);
    await Promise.all([
      call.bcGet({ ...bc, ...page }),
      call.bcBalance(bc),
      call.billingGroupGet({ ...bc, ...page, filtering: { billing_group_id: billingGroupId } }),
      call.advertiserBalance({ ...bc, ...page, filtering: { keyword: advertiserId } }),
    ]);
    await call.billingGroupUpdate({ ...bc, billing_group_id: billingGroupId, add_advertiser_ids: [advertiserId] });
    await call.advertiserUpdateBudget({
      ...bc,
      budget_update_type: 'UPDATE',
      advertiser_budgets: [{ advertiser_id: advertiserId, budget_mode: 'MONTHLY_BUDGET', budget: 3_000 }],
    });
    await Promise.all([call.bcGet({ ...bc, ...page }), call.bcBalance(bc)]);
    await call.bcTransfer({ ...bc, ...advertiser, transfer_level: 'ADVERTISER', transfer_type: 'RECHARGE', cash_amount: 50 });
  }
  async function tiktokAccount(): Promise<void> {
    const [assetId] = await Promise.all([call.findTikTokAccount({ ...bc, handle: input.handle }), call.identityGet(identities)]);
    await call.assetAdvertiserAssign({ ...bc, ...advertiser, asset_id: assetId, asset_type: 'TT_ACCOUNT' });
    await Promise.all([call.tikTokAccounts(bc), call.identityGet(identities)]);
  }
  let created = { id: '', code: '' };
  async function pixel(): Promise<void> {
    await call.pixelList({ ...advertiser, ...pixels });
    created = await call.pixelCreate({ ...advertiser, pixel_name: `kobi_${slug}_web`, pixel_category: 'ONLINE_STORE' });
    await call.pixelList({ ...advertiser, ...pixels, code: created.code });
    await call.bcPixelTransfer({ ...bc, pixel_code: created.code });
    await call.bcPixelLinkUpdate({ ...bc, pixel_code: created.code, advertiser_ids: [advertiserId], relation_status: 'LINK' });
    await call.eventTrack({
      event_source: 'web',
      event_source_id: created.code,
      test_event_code: 'TEST00000',
      data: [
        {
          event: 'Lead',
          event_time: Math.floor(Date.now() / 1_000),
          event_id: `bare-${slug}`,
          user: { external_id: 'a'.repeat(64) },
          page: { url: 'https://school.example/' },
        },
      ],
    });
  }
  async function creative(): Promise<void> {
    await condition(() => approved);
    const name = `kobi_${slug}_campus`;
    await call.imageSearch({ ...advertiser, ...page, filtering: { image_name: name } });
    await call.imageUpload({ ...advertiser, file_name: `${name}.jpg`, path: input.image.path, md5: input.image.md5 });
  }
  await Promise.all([billing(), tiktokAccount(), pixel(), creative()]);
  const today = new Date().toISOString().slice(0, 10);
  await Promise.all([
    call.advertiserInfo(reads),
    call.identityGet(identities),
    call.bcPixelLinkGet({ ...bc, ...page, pixel_code: created.code }),
    call.pixelEventStats({ ...advertiser, pixel_ids: [created.id], date_range: { start_date: today, end_date: today } }),
    call.advertiserBalance({ ...bc, ...page, filtering: { keyword: advertiserId } }),
    call.verificationStatus(advertiser),
    call.verificationStatus(bc),
    call.landingPage(slug),
  ]);
}
