import type { TrackRequest } from '../contract/events.js';

/**
 * What the activities ask of the TikTok client: one method per endpoint, parameters and answers by TikTok's own field names,
 * narrowed to what the checklist reads. Lists are one page at a time.
 */
export interface CallOptions {
  readonly signal?: AbortSignal;
}
type Call<Parameters, Answer> = (parameters: Parameters, options?: CallOptions) => Promise<Answer>;

export interface PageInfo {
  readonly page: number;
  readonly total_page: number;
}
interface Paged {
  readonly page: number;
  readonly page_size: number;
}
interface OfBc {
  readonly bc_id: string;
}
interface OfAdvertiser {
  readonly advertiser_id: string;
}
interface OfCatalog extends OfBc {
  readonly catalog_id: string;
}

export interface BcRow {
  readonly bc_info: {
    readonly bc_id: string;
    readonly name: string;
    readonly company: string;
    readonly currency: string;
    readonly registered_area: string;
    readonly status: string;
    readonly type: string;
    readonly verification_status?: string | undefined;
  };
  readonly user_role: string;
  readonly ext_user_role?: { readonly finance_role?: string | undefined } | null | undefined;
}

export interface AssetRow {
  readonly asset_id: string;
  readonly asset_name: string;
  readonly tt_asset_handle?: string | null | undefined;
}

export interface QualificationRow {
  readonly qualification_id: string;
  readonly company_name: string;
  readonly status: string;
  readonly region_code?: string | undefined;
}

export interface AdvertiserCreate extends OfBc {
  readonly advertiser_info: { readonly name: string; readonly currency: string; readonly timezone: string; readonly type: 'AUCTION' };
  readonly customer_info: { readonly company: string; readonly industry: number; readonly registered_area: string };
  readonly qualification_info?: { readonly qualification_id: string };
  readonly contact_info?: { readonly name: string; readonly email: string; readonly number?: string };
  readonly billing_info?: { readonly address?: string; readonly tax_field_dict?: Readonly<Record<string, string>> };
  readonly billing_group_info?: { readonly invoice_payer: 'AGENCY' | 'ADVERTISER' };
}

export interface AdvertiserInfo {
  readonly advertiser_id: string;
  readonly status: string;
  readonly rejection_reason?: string | null | undefined;
}

export interface VerificationStatus {
  readonly qualification_id?: string | null | undefined;
  readonly verification_status: string;
  readonly rejection_reason?: string | null | undefined;
}

export interface PixelRow {
  readonly pixel_id: string;
  readonly pixel_code: string;
  readonly pixel_name: string;
  readonly pixel_script?: string | null | undefined;
  readonly asset_ownership?:
    | { readonly asset_relation_status?: string | null | undefined; readonly owner_bc_id?: string | null | undefined }
    | null
    | undefined;
  readonly events?: readonly PixelEventRow[] | null | undefined;
}

/** A rule of a pixel; events without a name have the id 0 (facts 4.1). */
export interface PixelEventRow {
  readonly event_id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly event_type?: string | null | undefined;
  readonly rules?: PixelEventCreate['rules'] | null | undefined;
}

/** Both kinds of types are TikTok's words: a custom event has its name in the second. */
export interface PixelStatistics {
  readonly pixel_id: string;
  readonly statistics?:
    | readonly {
        readonly pixel_event_type?: string | null | undefined;
        readonly custom_event_type?: string | null | undefined;
        readonly total_count?: number | null | undefined;
      }[]
    | null
    | undefined;
}

/** An offline or CRM event set. */
export interface EventSetRow {
  readonly event_set_id: string;
  readonly name: string;
}

export interface PixelEventCreate {
  readonly event_type: string;
  readonly event_name: string;
  readonly statistic_type: 'ONCE' | 'EVERY_TIME';
  readonly rules: readonly { readonly trigger: string; readonly operator: string; readonly variable: string; readonly value: string }[];
}

export interface TransactionRow {
  readonly transaction_id: string;
  readonly account_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly amount_type: string;
  readonly transaction_type: string;
  readonly timezone?: string | null | undefined;
  readonly create_time: string;
}

export interface BillingGroupRow {
  readonly billing_group_id: string;
  readonly status: string;
  readonly advertisers?: readonly { readonly advertiser_id: string }[] | null | undefined;
}

export interface AdvertiserBalanceRow {
  readonly advertiser_id: string;
  readonly valid_account_balance?: number | null | undefined;
  readonly budget_mode?: string | null | undefined;
  readonly budget?: number | null | undefined;
}

export interface IdentityRow {
  readonly identity_id: string;
  readonly identity_type: string;
  readonly username?: string | null | undefined;
  readonly display_name?: string | null | undefined;
  readonly available_status?: string | null | undefined;
}

export interface SparkInfo {
  readonly auth_info: { readonly auth_end_time: string };
  readonly item_info: { readonly item_id: string; readonly text?: string | null | undefined; readonly status: string };
  readonly user_info: { readonly tiktok_name: string; readonly identity_id: string };
}

export interface FeedLog {
  readonly process_status: string;
  readonly error_count?: number | null | undefined;
  readonly feed_log_data?:
    | {
        readonly error_affected_products?:
          | readonly {
              readonly field?: string | null | undefined;
              readonly issue?: string | null | undefined;
              readonly suggestion?: string | null | undefined;
              readonly affected_product_item_list?: readonly { readonly sku_id?: string | null | undefined }[] | null | undefined;
            }[]
          | null
          | undefined;
      }
    | null
    | undefined;
}

/** One load of a scheduled feed; its errors are only counted here (facts 5.3). */
export interface FeedRun {
  readonly update_status: { readonly process_status: string; readonly error_count?: number | null | undefined };
  readonly update_time?: { readonly start_time?: string | null | undefined } | null | undefined;
}

export interface ScheduledFeedRow {
  readonly feed_id: string;
  readonly feed_name: string;
  readonly last_update_param?: { readonly uri?: string | null | undefined } | null | undefined;
}

export interface FeedSchedule {
  readonly update_mode: 'OVERWRITE' | 'INCREMENTAL';
  readonly schedule_param: {
    readonly source: { readonly uri: string };
    readonly interval_type: 'DAILY';
    readonly interval_count: number;
    readonly timezone: string;
    readonly hour: number;
    readonly minute: number;
  };
}

export interface ProductRow {
  readonly sku_id: string;
  readonly title: string;
  readonly image_status?: string | null | undefined;
  readonly audit?:
    | {
        readonly audit_status?: string | null | undefined;
        readonly rejected_info?:
          | readonly { readonly reason?: string | null | undefined; readonly suggestion?: string | null | undefined }[]
          | null
          | undefined;
      }
    | null
    | undefined;
}

export interface CatalogRow {
  readonly catalog_id: string;
  readonly catalog_name: string;
  readonly ad_creation_eligible?: string | null | undefined;
}

export interface TikTokCalls {
  bcGet: Call<OfBc & Paged, { readonly list: readonly BcRow[]; readonly page_info: PageInfo }>;
  verificationStatus: Call<{ readonly bc_id: string } | { readonly advertiser_id: string }, VerificationStatus>;
  qualificationGet: Call<
    OfBc & Paged & { readonly filtering: { readonly verified: boolean } },
    { readonly qualifications: readonly QualificationRow[]; readonly page_info: PageInfo }
  >;
  advertiserCreate: Call<AdvertiserCreate, { readonly advertiser_id: string }>;
  assetGet: Call<
    OfBc & Paged & { readonly asset_type: 'ADVERTISER' | 'TT_ACCOUNT' },
    { readonly list: readonly AssetRow[]; readonly page_info: PageInfo }
  >;
  assetAssign: Call<
    OfBc & { readonly user_id: string; readonly asset_type: 'ADVERTISER'; readonly asset_id: string; readonly advertiser_role: 'ADMIN' },
    unknown
  >;
  assetUnassign: Call<OfBc & { readonly user_id: string; readonly asset_type: 'ADVERTISER'; readonly asset_id: string }, unknown>;
  tokenAdvertisers: (options?: CallOptions) => Promise<{ readonly list: readonly { readonly advertiser_id: string }[] }>;
  advertiserInfo: Call<
    { readonly advertiser_ids: readonly string[]; readonly fields: readonly string[] },
    { readonly list: readonly AdvertiserInfo[] }
  >;
  advertiserUpdateBudget: Call<
    OfBc & {
      readonly budget_update_type: 'UPDATE';
      readonly advertiser_budgets: readonly {
        readonly advertiser_id: string;
        readonly budget_mode: 'MONTHLY_BUDGET';
        readonly budget: number;
      }[];
    },
    {
      readonly list: readonly { readonly advertiser_id: string; readonly status: string; readonly error_msg?: string | null | undefined }[];
    }
  >;

  accountAuthorization: Call<OfBc, { readonly bc_auth_qr_code: string }>;
  assetAdvertiserAssign: Call<OfBc & OfAdvertiser & { readonly asset_id: string; readonly asset_type: 'TT_ACCOUNT' }, unknown>;
  assetAdvertiserUnassign: Call<OfBc & OfAdvertiser & { readonly asset_id: string; readonly asset_type: 'TT_ACCOUNT' }, unknown>;
  identityGet: Call<
    OfAdvertiser & Paged & { readonly identity_type: 'BC_AUTH_TT' | 'AUTH_CODE'; readonly identity_authorized_bc_id?: string },
    { readonly identity_list: readonly IdentityRow[]; readonly page_info: PageInfo }
  >;

  pixelList: Call<
    OfAdvertiser & Paged & { readonly code?: string },
    { readonly pixels: readonly PixelRow[]; readonly page_info: PageInfo }
  >;
  pixelCreate: Call<
    OfAdvertiser & { readonly pixel_name: string; readonly pixel_category: string },
    { readonly pixel_id: string; readonly pixel_code: string }
  >;
  pixelEventCreate: Call<OfAdvertiser & { readonly pixel_id: string; readonly pixel_events: readonly PixelEventCreate[] }, unknown>;
  pixelEventDelete: Call<OfAdvertiser & { readonly event_id: string }, unknown>;
  /** Counts of real events by name, of at most 10 pixels and 30 days (facts 4.1); days are UTC, `2026-11-21`. */
  pixelEventStats: Call<
    OfAdvertiser & {
      readonly pixel_ids: readonly string[];
      readonly date_range: { readonly start_date: string; readonly end_date: string };
    },
    { readonly list: readonly PixelStatistics[] }
  >;
  bcPixelTransfer: Call<OfBc & { readonly pixel_code: string }, unknown>;
  bcPixelLinkUpdate: Call<
    OfBc & { readonly pixel_code: string; readonly advertiser_ids: readonly string[]; readonly relation_status: 'LINK' | 'UNLINK' },
    unknown
  >;
  bcPixelLinkGet: Call<
    OfBc & Paged & { readonly pixel_code: string },
    { readonly list: readonly { readonly advertiser_id: string }[]; readonly page_info: PageInfo }
  >;
  /** Answers TikTok's request id: the only proof that the Events API gives (facts 4.2). */
  eventTrack: Call<TrackRequest, { readonly requestId: string }>;

  offlineGet: Call<OfAdvertiser & { readonly name: string }, { readonly event_set_list?: readonly EventSetRow[] | null | undefined }>;
  offlineCreate: Call<
    OfAdvertiser & { readonly name: string; readonly description: string; readonly auto_tracking: boolean },
    { readonly event_set_id: string }
  >;
  crmList: Call<OfAdvertiser & { readonly name: string }, { readonly crm_event_sets?: readonly EventSetRow[] | null | undefined }>;
  crmCreate: Call<OfAdvertiser & { readonly name: string }, { readonly event_set_id: string }>;

  catalogGet: Call<OfBc & Paged & { readonly catalog_id?: string }, { readonly list: readonly CatalogRow[]; readonly page_info: PageInfo }>;
  catalogCreate: Call<
    OfBc & {
      readonly name: string;
      readonly catalog_type: 'ECOM';
      readonly catalog_conf: { readonly region_code: string; readonly currency: string };
    },
    { readonly catalog_id: string }
  >;
  catalogDelete: Call<OfCatalog, unknown>;
  catalogOverview: Call<OfCatalog, { readonly approved: number; readonly rejected: number; readonly processing: number }>;
  productUpload: Call<OfCatalog & { readonly products: readonly Readonly<Record<string, unknown>>[] }, { readonly feed_log_id: string }>;
  productLog: Call<OfCatalog & { readonly feed_log_id: string }, { readonly product_feed_log: FeedLog }>;
  productGet: Call<OfCatalog & Paged, { readonly list: readonly ProductRow[]; readonly page_info: PageInfo }>;
  /** At most 1,000 SKUs; TikTok refuses it while another write of the catalog runs (facts 5.2). */
  productDelete: Call<OfCatalog & { readonly sku_ids: readonly string[] }, unknown>;
  /** Loads a feed's file now; one load per feed at a time (facts 5.2). */
  productFile: Call<
    OfCatalog & { readonly feed_id: string; readonly file_url: string; readonly update_mode: 'OVERWRITE' },
    { readonly feed_log_id: string }
  >;
  feedGet: Call<OfCatalog, { readonly feed_list: readonly ScheduledFeedRow[] }>;
  feedCreate: Call<OfCatalog & FeedSchedule & { readonly feed_name: string }, { readonly feed_id: string }>;
  feedUpdate: Call<OfCatalog & FeedSchedule & { readonly feed_id: string }, unknown>;
  feedDelete: Call<OfCatalog & { readonly feed_id: string }, unknown>;
  feedLog: Call<OfCatalog & { readonly feed_id: string }, { readonly feed_logs: readonly FeedRun[] }>;
  eventSourceBind: Call<OfCatalog & OfAdvertiser & { readonly pixel_code: string }, unknown>;
  eventSourceUnbind: Call<OfCatalog & OfAdvertiser & { readonly pixel_code: string }, unknown>;
  eventSourceBindGet: Call<OfCatalog, { readonly event_sources: readonly { readonly pixel_code?: string | null | undefined }[] }>;

  bcBalance: Call<
    OfBc,
    {
      readonly valid_account_balance: number;
      readonly valid_cash_balance?: number | null | undefined;
      readonly payment_portfolio_type?: string | null | undefined;
    }
  >;
  advertiserBalance: Call<
    OfBc & Paged & { readonly filtering: { readonly keyword: string } },
    { readonly advertiser_account_list: readonly AdvertiserBalanceRow[]; readonly page_info: PageInfo }
  >;
  billingGroupGet: Call<
    OfBc & Paged & { readonly filtering: { readonly billing_group_id: string } },
    { readonly list: readonly BillingGroupRow[]; readonly page_info: PageInfo }
  >;
  billingGroupUpdate: Call<
    OfBc & {
      readonly billing_group_id: string;
      readonly add_advertiser_ids?: readonly string[];
      readonly delete_advertiser_ids?: readonly string[];
    },
    unknown
  >;
  bcTransfer: Call<
    OfBc &
      OfAdvertiser & { readonly transfer_level: 'ADVERTISER'; readonly transfer_type: 'RECHARGE' | 'REFUND'; readonly cash_amount: number },
    { readonly transaction_infos: readonly { readonly transaction_id: string }[] }
  >;
  accountTransactions: Call<
    OfBc &
      Paged & {
        readonly transaction_level: 'ADVERTISER';
        readonly filtering: { readonly account_ids: readonly string[]; readonly start_time: string };
      },
    { readonly transaction_list: readonly TransactionRow[]; readonly page_info: PageInfo }
  >;

  videoUpload: Call<
    OfAdvertiser & { readonly file_name: string; readonly path: string; readonly md5: string },
    { readonly video_id: string }
  >;
  imageUpload: Call<
    OfAdvertiser & { readonly file_name: string; readonly path: string; readonly md5: string },
    { readonly image_id: string }
  >;
  videoSearch: Call<
    OfAdvertiser & Paged & { readonly filtering: { readonly video_name: string } },
    { readonly list: readonly { readonly video_id: string; readonly file_name: string }[]; readonly page_info: PageInfo }
  >;
  imageSearch: Call<
    OfAdvertiser & Paged & { readonly filtering: { readonly image_name: string } },
    { readonly list: readonly { readonly image_id: string; readonly file_name: string }[]; readonly page_info: PageInfo }
  >;

  sparkAuthorize: Call<OfAdvertiser & { readonly auth_code: string }, unknown>;
  sparkInfo: Call<OfAdvertiser & { readonly auth_code: string }, SparkInfo>;
  sparkUnbind: Call<OfAdvertiser & { readonly item_id: string }, unknown>;
}

/** Every row of a list, page after page. */
export async function everyPage<Row>(
  fetchPage: (page: number) => Promise<{ readonly rows: readonly Row[]; readonly page_info: PageInfo }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await fetchPage(page);
    rows.push(...answer.rows);
    if (page >= answer.page_info.total_page || answer.rows.length === 0) return rows;
  }
}
