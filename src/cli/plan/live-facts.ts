import { TikTokError } from '../../tiktok/error.js';
import { everyPage, type QualificationRow, type TikTokCalls } from '../../tiktok/calls.js';
import type { Tenant } from '../../contract/tenant.js';
import { advertiserName, catalogName, pixelName } from '../../domain/naming.js';
import type { BusinessCenterTraits } from '../../domain/tenant-intake.js';

/** The Business Center as TikTok shows it now; nothing is judged here. */
export interface BusinessCenterNow extends BusinessCenterTraits {
  readonly name: string;
  readonly company: string;
  readonly status: string;
  readonly role: string;
  readonly financeRole: string;
  readonly verificationStatus: string;
  readonly verifiedQualifications: readonly QualificationRow[];
  /** NON_SHARED, SHARED or empty, as bc/balance/get says. */
  readonly portfolio: string;
  /** Currency units. */
  readonly balance: number;
  /** Status of Kobi's billing group; null when it is not there. */
  readonly billingGroupStatus: string | null;
}

/** What TikTok has of one tenant already, by our exact names. */
export interface TenantNow {
  readonly advertiserIds: readonly string[];
  /** Null when there is no account, or none that our token's user may look into, as after a cancel. */
  readonly accountStatus: string | null;
  /** Null when it cannot be told: nobody looks into the account yet. */
  readonly pixelCodes: readonly string[] | null;
  readonly catalogIds: readonly string[];
  readonly tiktokAccountLinked: boolean;
}

type Rows<Row> = { readonly rows: readonly Row[]; readonly page_info: { readonly page: number; readonly total_page: number } };

/**
 * Reads the Business Center; undefined when our token's user is no member of it.
 * @throws TikTokError of the first call that failed
 */
export async function readBusinessCenterNow(
  tiktok: TikTokCalls,
  bcId: string,
  billingGroupId: string,
): Promise<BusinessCenterNow | undefined> {
  const { list } = await tiktok.bcGet({ bc_id: bcId, page: 1, page_size: 50 });
  const row = list.find((center) => center.bc_info.bc_id === bcId);
  if (!row) return undefined;
  const [verification, qualifications, balance, groups] = await Promise.all([
    tiktok.verificationStatus({ bc_id: bcId }),
    everyPage(async (page): Promise<Rows<QualificationRow>> => {
      const answer = await tiktok.qualificationGet({ bc_id: bcId, filtering: { verified: true }, page, page_size: 100 });
      return { rows: answer.qualifications, page_info: answer.page_info };
    }),
    tiktok.bcBalance({ bc_id: bcId }),
    tiktok.billingGroupGet({ bc_id: bcId, filtering: { billing_group_id: billingGroupId }, page: 1, page_size: 50 }),
  ]);
  const { bc_info: info } = row;
  return {
    name: info.name,
    company: info.company,
    status: info.status,
    type: info.type,
    currency: info.currency,
    registeredArea: info.registered_area,
    role: row.user_role,
    financeRole: row.ext_user_role?.finance_role ?? '',
    verificationStatus: verification.verification_status,
    verifiedQualifications: qualifications.filter((qualification) => qualification.status === 'VERIFIED'),
    portfolio: balance.payment_portfolio_type ?? '',
    balance: balance.valid_cash_balance ?? balance.valid_account_balance,
    billingGroupStatus: groups.list.find((group) => group.billing_group_id === billingGroupId)?.status ?? null,
  };
}

async function assetNames(tiktok: TikTokCalls, bcId: string, assetType: 'ADVERTISER' | 'TT_ACCOUNT') {
  return everyPage(async (page) => {
    const { list, page_info } = await tiktok.assetGet({ bc_id: bcId, asset_type: assetType, page, page_size: 50 });
    return { rows: list, page_info };
  });
}

/**
 * Reads what is there of a tenant, matched by exact names.
 * @throws TikTokError of the first call that failed
 */
export async function readTenantNow(tiktok: TikTokCalls, bcId: string, tenant: Tenant): Promise<TenantNow> {
  const { slug, tiktokAccount } = tenant;
  const advertisers = (await assetNames(tiktok, bcId, 'ADVERTISER')).filter((asset) => asset.asset_name === advertiserName(slug));
  const [advertiserId] = advertisers.map((asset) => asset.asset_id);
  const catalogs = tenant.catalog
    ? await everyPage(async (page) => {
        const { list, page_info } = await tiktok.catalogGet({ bc_id: bcId, page, page_size: 100 });
        return { rows: list, page_info };
      })
    : [];
  const linked = tiktokAccount.use === 'link' ? await assetNames(tiktok, bcId, 'TT_ACCOUNT') : [];
  const handle = tiktokAccount.handle?.replace(/^@/, '').toLowerCase();
  const base = {
    advertiserIds: advertisers.map((asset) => asset.asset_id),
    catalogIds: catalogs.filter((row) => row.catalog_name === catalogName(slug)).map((row) => row.catalog_id),
    tiktokAccountLinked: handle !== undefined && linked.some((asset) => asset.tt_asset_handle?.replace(/^@/, '').toLowerCase() === handle),
  };
  if (advertiserId === undefined || advertisers.length > 1) return { ...base, accountStatus: null, pixelCodes: [] };
  const inside = await Promise.all([
    tiktok.advertiserInfo({ advertiser_ids: [advertiserId], fields: ['advertiser_id', 'status', 'rejection_reason'] }),
    everyPage(async (page) => {
      const { pixels: rows, page_info } = await tiktok.pixelList({ advertiser_id: advertiserId, page, page_size: 20 });
      return { rows, page_info };
    }),
  ]).catch((error: unknown) => {
    if (error instanceof TikTokError && error.class === 'permission') return null;
    throw error;
  });
  if (inside === null) return { ...base, accountStatus: null, pixelCodes: null };
  const [info, pixels] = inside;
  return {
    ...base,
    accountStatus: info.list.find((row) => row.advertiser_id === advertiserId)?.status ?? null,
    pixelCodes: pixels.filter((row) => row.pixel_name === pixelName(slug)).map((row) => row.pixel_code),
  };
}
