import type { CallOptions, PageInfo, TikTokCalls } from './calls.js';
import { createCaller, type TikTokClientOptions } from './caller.js';
import type { Endpoint } from './endpoint.js';
import { advertiser } from './endpoints/advertiser.js';
import { billing } from './endpoints/billing.js';
import { businessCenter } from './endpoints/business-center.js';
import { catalog } from './endpoints/catalog.js';
import { creative } from './endpoints/creative.js';
import { eventSets } from './endpoints/event-sets.js';
import { oauth } from './endpoints/oauth.js';
import { pixel } from './endpoints/pixel.js';
import { spark } from './endpoints/spark.js';
import type { JsonBody } from './json-body.js';
import { uploadForm } from './upload.js';

/** Every endpoint that the engine calls, by the name of its method. */
export const ENDPOINTS = {
  ...businessCenter,
  ...advertiser,
  ...oauth,
  ...pixel,
  ...eventSets,
  ...catalog,
  ...billing,
  ...creative,
  ...spark,
} as const;

export interface MemberRow {
  readonly user_id: string;
  readonly user_name?: string | null | undefined;
  readonly user_email?: string | null | undefined;
  readonly user_role: string;
  readonly relation_status: string;
  readonly ext_user_role?: { readonly finance_role?: string | null | undefined } | null | undefined;
}

/** The calls of the activities, and what the environment's check asks besides. */
export interface TikTokClient extends TikTokCalls {
  /** The cheapest call that tells whether the token is accepted (facts 1.6). */
  userInfo(options?: CallOptions): Promise<{ readonly userId: string; readonly displayName: string }>;
  memberGet(
    parameters: { readonly bc_id: string; readonly page: number; readonly page_size: number },
    options?: CallOptions,
  ): Promise<{ readonly list: readonly MemberRow[]; readonly page_info: PageInfo }>;
  /** `eventTrack` with a body that was written already (`trackRequestText`). */
  trackEvents(body: JsonBody, options?: CallOptions): Promise<{ readonly requestId: string }>;
  /** Closes the kept connections. */
  close(): void;
}

/**
 * TikTok's Business API as the engine uses it. Every call may throw what `Caller.send` throws.
 */
export function createTikTokClient(options: TikTokClientOptions): TikTokClient {
  const { appId, appSecret } = options;
  const { send, close } = createCaller(options);

  function call<Answer>(endpoint: Endpoint<Answer>) {
    return async (parameters: object, callOptions?: CallOptions): Promise<Answer> => (await send(endpoint, parameters, callOptions)).answer;
  }

  return {
    bcGet: call(ENDPOINTS.bcGet),
    memberGet: call(ENDPOINTS.memberGet),
    assetGet: call(ENDPOINTS.assetGet),
    assetAssign: call(ENDPOINTS.assetAssign),
    assetUnassign: call(ENDPOINTS.assetUnassign),
    accountAuthorization: call(ENDPOINTS.accountAuthorization),
    assetAdvertiserAssign: call(ENDPOINTS.assetAdvertiserAssign),
    assetAdvertiserUnassign: call(ENDPOINTS.assetAdvertiserUnassign),

    verificationStatus: call(ENDPOINTS.verificationStatus),
    qualificationGet: call(ENDPOINTS.qualificationGet),
    advertiserCreate: call(ENDPOINTS.advertiserCreate),
    advertiserInfo: call(ENDPOINTS.advertiserInfo),
    advertiserUpdateBudget: call(ENDPOINTS.advertiserUpdateBudget),

    // The one call that names the app: TikTok tells what the token reaches only to whoever knows the app's secret.
    tokenAdvertisers: (callOptions) => call(ENDPOINTS.tokenAdvertisers)({ app_id: appId, secret: appSecret }, callOptions),
    async userInfo(callOptions) {
      const user = await call(ENDPOINTS.userInfo)({}, callOptions);
      return { userId: user.core_user_id ?? user.id ?? '', displayName: user.display_name ?? '' };
    },

    pixelList: call(ENDPOINTS.pixelList),
    pixelCreate: call(ENDPOINTS.pixelCreate),
    pixelEventCreate: call(ENDPOINTS.pixelEventCreate),
    pixelEventDelete: call(ENDPOINTS.pixelEventDelete),
    pixelEventStats: call(ENDPOINTS.pixelEventStats),
    bcPixelTransfer: call(ENDPOINTS.bcPixelTransfer),
    bcPixelLinkUpdate: call(ENDPOINTS.bcPixelLinkUpdate),
    bcPixelLinkGet: call(ENDPOINTS.bcPixelLinkGet),
    async trackEvents(body, callOptions) {
      const { requestId } = await send(ENDPOINTS.eventTrack, body, callOptions);
      return { requestId: requestId ?? '' };
    },
    async eventTrack(parameters, callOptions) {
      const { requestId } = await send(ENDPOINTS.eventTrack, parameters, callOptions);
      return { requestId: requestId ?? '' };
    },

    offlineGet: call(ENDPOINTS.offlineGet),
    offlineCreate: call(ENDPOINTS.offlineCreate),
    crmList: call(ENDPOINTS.crmList),
    crmCreate: call(ENDPOINTS.crmCreate),

    catalogGet: call(ENDPOINTS.catalogGet),
    catalogCreate: call(ENDPOINTS.catalogCreate),
    catalogDelete: call(ENDPOINTS.catalogDelete),
    catalogOverview: call(ENDPOINTS.catalogOverview),
    productUpload: call(ENDPOINTS.productUpload),
    productLog: call(ENDPOINTS.productLog),
    productGet: call(ENDPOINTS.productGet),
    productDelete: call(ENDPOINTS.productDelete),
    productFile: call(ENDPOINTS.productFile),
    feedGet: call(ENDPOINTS.feedGet),
    feedCreate: call(ENDPOINTS.feedCreate),
    feedUpdate: call(ENDPOINTS.feedUpdate),
    feedDelete: call(ENDPOINTS.feedDelete),
    feedLog: call(ENDPOINTS.feedLog),
    eventSourceBind: call(ENDPOINTS.eventSourceBind),
    eventSourceUnbind: call(ENDPOINTS.eventSourceUnbind),
    eventSourceBindGet: call(ENDPOINTS.eventSourceBindGet),

    bcBalance: call(ENDPOINTS.bcBalance),
    advertiserBalance: call(ENDPOINTS.advertiserBalance),
    billingGroupGet: call(ENDPOINTS.billingGroupGet),
    billingGroupUpdate: call(ENDPOINTS.billingGroupUpdate),
    bcTransfer: call(ENDPOINTS.bcTransfer),
    accountTransactions: call(ENDPOINTS.accountTransactions),

    async videoUpload(upload, callOptions) {
      const form = await uploadForm(ENDPOINTS.videoUpload, 'video', upload);
      return call(ENDPOINTS.videoUpload)(form, callOptions);
    },
    async imageUpload(upload, callOptions) {
      const form = await uploadForm(ENDPOINTS.imageUpload, 'image', upload);
      return call(ENDPOINTS.imageUpload)(form, callOptions);
    },
    videoSearch: call(ENDPOINTS.videoSearch),
    imageSearch: call(ENDPOINTS.imageSearch),

    identityGet: call(ENDPOINTS.identityGet),
    sparkAuthorize: call(ENDPOINTS.sparkAuthorize),
    sparkInfo: call(ENDPOINTS.sparkInfo),
    sparkUnbind: call(ENDPOINTS.sparkUnbind),

    close,
  };
}
