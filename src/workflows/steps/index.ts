import type { StepId } from '../../contract/checklist.js';
import type { StepFunction } from '../run.js';
import { advertiserAccount } from './advertiser-account.js';
import { billing } from './billing.js';
import { businessVerification } from './business-verification.js';
import { catalog } from './catalog.js';
import { conversionEvents } from './conversion-events.js';
import { creativePolicy } from './creative-policy.js';
import { launchCheck } from './launch-check.js';
import { pixel } from './pixel.js';
import { sparkAds } from './spark-ads.js';
import { tiktokAccount } from './tiktok-account.js';

export const STEP: Readonly<Record<StepId, StepFunction>> = {
  advertiser_account: advertiserAccount,
  business_verification: businessVerification,
  tiktok_account: tiktokAccount,
  pixel,
  catalog,
  conversion_events: conversionEvents,
  billing,
  creative_policy: creativePolicy,
  spark_ads: sparkAds,
  launch_check: launchCheck,
};
