import { accountHandlers } from './account.js';
import { advertiserHandlers } from './advertiser.js';
import { advertisingHandlers } from './advertising.js';
import { assetHandlers } from './asset.js';
import { billingGroupHandlers } from './billing-group.js';
import { businessCenterHandlers } from './business-center.js';
import { catalogHandlers } from './catalog.js';
import type { EndpointHandlers } from './context.js';
import { eventHandlers } from './event.js';
import { eventSetHandlers } from './event-set.js';
import { feedHandlers } from './feed.js';
import { fileHandlers } from './file.js';
import { identityHandlers } from './identity.js';
import { moneyHandlers } from './money.js';
import { partnerHandlers } from './partner.js';
import { pixelBusinessCenterHandlers } from './pixel-business-center.js';
import { pixelHandlers } from './pixel.js';
import { productHandlers } from './product.js';
import { reportHandlers } from './report.js';
import { sparkHandlers } from './spark.js';
import { tiktokAccountHandlers } from './tiktok-account.js';
import { verificationHandlers } from './verification.js';

/** Every endpoint's behaviour, by path. */
export const endpointHandlers: EndpointHandlers = {
  ...accountHandlers,
  ...businessCenterHandlers,
  ...assetHandlers,
  ...tiktokAccountHandlers,
  ...partnerHandlers,
  ...advertiserHandlers,
  ...verificationHandlers,
  ...pixelHandlers,
  ...pixelBusinessCenterHandlers,
  ...eventHandlers,
  ...eventSetHandlers,
  ...moneyHandlers,
  ...billingGroupHandlers,
  ...fileHandlers,
  ...sparkHandlers,
  ...identityHandlers,
  ...catalogHandlers,
  ...productHandlers,
  ...feedHandlers,
  ...advertisingHandlers,
  ...reportHandlers,
};
