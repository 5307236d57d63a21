/**
 * The fixtures of the facts (section 16), copied by hand. Values stand for their kind: an id for any id of that form, a time for
 * any time of that form. Only where a value is a constant of TikTok must it be equal (`shape.ts`). The webhook is left out: the
 * simulator sends none, since nothing of the checklist listens to one.
 */

const PAGE_INFO = { page: 1, page_size: 10, total_number: 1, total_page: 1 };

export const DOCUMENTED = {
  bcGet: {
    list: [
      {
        bc_info: {
          bc_id: '7300000000000000001',
          name: 'Demo BC',
          company: 'Demo Ltd',
          currency: 'EUR',
          registered_area: 'DE',
          status: 'ENABLE',
          timezone: 'Europe/Berlin',
          type: 'SELF_SERVICE',
          verification_status: 'VERIFIED',
        },
        user_role: 'ADMIN',
        ext_user_role: { finance_role: 'MANAGER' },
      },
    ],
    page_info: PAGE_INFO,
  },
  verificationStatus: {
    qualification_id: '7300000000000000100',
    verification_status: 'VERIFIED',
    rejection_reason: '',
    audit_time: '2026-11-01 09:00:00',
  },
  advertiserCreate: { advertiser_id: '7300000000000000200' },
  advertiserInfo: {
    list: [
      {
        advertiser_id: '7300000000000000200',
        name: 'Shop A',
        status: 'STATUS_PENDING_CONFIRM',
        rejection_reason: '',
        role: 'ROLE_CHILD_ADVERTISER',
        currency: 'EUR',
        timezone: 'Europe/Berlin',
        display_timezone: 'Europe/Berlin',
        country: 'DE',
        company: 'Demo Ltd',
        industry: '290303',
        advertiser_account_type: 'AUCTION',
        owner_bc_id: '7300000000000000001',
        balance: 0,
        create_time: 1_795_132_800,
        can_use_custom_identity: false,
        ads_only_mode: false,
        email: 'a**@e**********',
        license_url: null,
      },
    ],
  },
  transfer: {
    bc_id: 7_300_000_000_000_000_001n,
    advertiser_id: 7_300_000_000_000_000_200n,
    transaction_infos: [
      {
        transaction_id: '1001',
        transaction_type: 'CASH',
        payee_account: { account_type: 'ADVERTISER', account_id: '7300000000000000200' },
        remitter_account: { account_type: 'BC', account_id: '7300000000000000001' },
      },
      { transaction_id: '1002', transaction_type: 'CASH' },
    ],
  },
  pixelCreate: {
    pixel_id: '7300000000000000300',
    pixel_code: 'C4A1B2C3D4E5F6G7H8I0',
    pixel_name: 'Shop A web',
    pixel_category: 'ONLINE_STORE',
    partner_name: '',
    advanced_matching_fields: { phone_number: true, email: true },
  },
  productUpload: { feed_log_id: '7300000000000000400' },
  productLog: {
    product_feed_log: {
      catalog_id: '7300000000000000350',
      feed_id: '0',
      add_count: 1,
      update_count: 0,
      delete_count: 0,
      error_count: 0,
      warn_count: 0,
      process_status: 'SUCCESS',
      start_time: '2026-11-20 10:00:00',
      end_time: '2026-11-20 10:00:20',
      feed_log_data: { error_affected_products: [], warn_affected_products: [] },
    },
  },
  sparkInfo: {
    auth_info: { auth_start_time: '2026-11-20 07:32:45', auth_end_time: '2026-12-20 07:32:44' },
    item_info: {
      auth_code: '#1Ea2=',
      item_id: '7300000000000000500',
      item_type: 'VIDEO',
      text: '',
      status: 'HESITATE_RECOMMEND',
      stitch_original_item_id: '0',
      duet_original_item_id: '0',
      is_multi_duet_stitch: false,
      anchor_list: null,
      carousel_info: null,
    },
    user_info: { tiktok_name: 'shop_a', identity_id: '6f3e0000-0000-4000-8000-000000000000', identity_type: 'AUTH_CODE' },
    video_info: {
      video_id: 'v10033g500000000000000000000',
      duration: 12.3,
      width: 720,
      height: 1280,
      size: 813_340,
      bit_rate: 1_223_985,
      signature: 'd41d8cd98f00b204e9800998ecf8427e',
      file_name: '',
      poster_url: 'https://p16.example/poster',
      preview_url: 'https://p16.example/preview',
    },
  },
  videoUpload: [{ video_id: 'v10033g500000000000000000000' }],
  adCreate: {
    ad_ids: ['7300000000000000800'],
    creatives: [
      {
        ad_id: '7300000000000000800',
        adgroup_id: '7300000000000000700',
        campaign_id: '7300000000000000600',
        ad_name: 'A1',
        identity_type: 'AUTH_CODE',
        identity_id: '6f3e0000-0000-4000-8000-000000000000',
        tiktok_item_id: '7300000000000000500',
        video_id: null,
        ad_format: 'SINGLE_VIDEO',
        operation_status: 'ENABLE',
        secondary_status: 'AD_STATUS_AUDIT',
        create_time: '2026-11-20 10:05:00',
      },
    ],
  },
  adReviewRejected: {
    ad_id: '7300000000000000800',
    is_approved: false,
    review_status: 'UNAVAILABLE',
    appeal_status: null,
    last_audit_time: null,
    forbidden_placements: [],
    forbidden_ages: [],
    forbidden_locations: ['DE'],
    forbidden_operation_systems: [],
    reject_info: [
      {
        reasons: ['a reason'],
        suggestion: 'a suggestion',
        forbidden_placements: [],
        forbidden_ages: [],
        forbidden_locations: ['DE'],
        content_info: {
          content_type: 'MODE_VIDEO',
          text_content: null,
          image_content: { image_id: '' },
          video_content: { video_id: 'v10033g500000000000000000000' },
        },
      },
    ],
  },
  reportRow: {
    dimensions: { ad_id: '7300000000000000800', stat_time_day: '2026-11-20 00:00:00' },
    metrics: { spend: '12.34', impressions: '1000', clicks: '21', ctr: '2.10', conversion: '1', result: '1' },
  },
};
