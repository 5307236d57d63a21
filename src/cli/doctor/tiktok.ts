import type { Config } from '../../config.js';
import type { TikTokClient } from '../../tiktok/client.js';
import { TikTokError } from '../../tiktok/error.js';
import { readBusinessCenterNow } from '../plan/live-facts.js';
import { type Check, checksOf } from './check.js';
import { checkScopes } from './scopes.js';

const { ok, warn, fail, judged } = checksOf('tiktok');

/** Live, TikTok's sandbox, or something else, by the host (facts 1.1, 14). */
function checkApp({ baseUrl, appId }: Config['tiktok']): Check {
  const { hostname, origin } = new URL(baseUrl);
  if (hostname === 'business-api.tiktok.com') return ok('app', `${appId} is used live`);
  if (hostname === 'sandbox-ads.tiktok.com') {
    return fail(
      'app',
      `${appId} is used in TikTok's sandbox, which has no Business Center, pixel, catalog, money or Spark posts`,
      'set TIKTOK_BASE_URL to https://business-api.tiktok.com/open_api/v1.3',
    );
  }
  return warn('app', `${appId} talks to ${origin}: a simulator or a proxy, not TikTok`, 'for real onboardings leave TIKTOK_BASE_URL out');
}

/** Thresholds for other currencies only are those of another Business Center; without any, people decide every funding. */
function checkCurrency(currency: string, thresholds: Config['onboarding']['fundingThresholdMinor']): Check {
  const set = Object.keys(thresholds);
  const fix = `set KOBI_FUNDING_THRESHOLDS for ${currency}`;
  if (set.includes(currency)) return ok('currency', currency);
  return set.length > 0
    ? fail('currency', `the Business Center is in ${currency}, the funding thresholds are for ${set.join(', ')}`, fix)
    : warn('currency', `${currency}, for which no funding threshold is set: every funding needs the gate`, fix);
}

/** The Business Center as the checklist needs it: role, finance role, currency, verification, billing group. */
async function checkBusinessCenter(
  tiktok: TikTokClient,
  { bcId, billingGroupId, fundingThresholdMinor }: Config['onboarding'],
): Promise<Check[]> {
  const bc = await readBusinessCenterNow(tiktok, bcId, billingGroupId);
  if (!bc)
    return [
      fail('Business Center', `our token's user is no member of ${bcId}`, 'invite it as ADMIN in Business Center, or set TIKTOK_BC_ID'),
    ];
  const qualified = bc.type === 'DIRECT' || bc.verifiedQualifications.length > 0;
  return [
    judged(
      bc.status === 'ENABLE',
      'Business Center',
      `${bc.name} (${bcId}, ${bc.type}, ${bc.registeredArea}) is ${bc.status}`,
      'settle it with TikTok',
    ),
    judged(bc.role === 'ADMIN', 'role', bc.role, "make the token's user ADMIN of the Business Center"),
    judged(bc.financeRole === 'MANAGER', 'finance role', bc.financeRole || 'none', "give the token's user the finance role MANAGER"),
    checkCurrency(bc.currency, fundingThresholdMinor),
    judged(bc.verificationStatus === 'VERIFIED', 'verification', bc.verificationStatus, 'finish the verification in Business Center'),
    judged(
      qualified,
      'qualification',
      bc.verifiedQualifications.map((row) => row.company_name).join(', ') || (qualified ? 'DIRECT needs none' : 'none is VERIFIED'),
      'verify a qualification in Business Center',
    ),
    judged(
      bc.billingGroupStatus === 'VALID',
      'billing group',
      `${billingGroupId} is ${bc.billingGroupStatus ?? 'not there'}`,
      'set KOBI_BILLING_GROUP_ID to a VALID group',
    ),
  ];
}

/** The app, its token and scopes, and the Business Center. */
export async function checkTikTok(tiktok: TikTokClient, { tiktok: settings, onboarding }: Config): Promise<Check[]> {
  const app = [
    checkApp(settings),
    ok(
      'rate level',
      `${settings.rateLevel}${typeof settings.rateLevel === 'number' ? ' calls per second and endpoint' : ''} (TIKTOK_RATE_LEVEL)`,
    ),
  ];
  try {
    const user = await tiktok.userInfo();
    app.push(ok('token', `accepted, of the user ${user.userId || 'whom TikTok does not name'}`));
  } catch (error) {
    if (!(error instanceof TikTokError)) throw error;
    const fix = error.class === 'token' ? 'set TIKTOK_ACCESS_TOKEN to a new token' : 'is TIKTOK_BASE_URL right, and is the network open?';
    return [...app, fail('token', error.message, fix)];
  }
  const scopes = await checkScopes(tiktok, onboarding.bcId, onboarding.billingGroupId);
  try {
    return [...app, ...scopes, ...(await checkBusinessCenter(tiktok, onboarding))];
  } catch (error) {
    if (!(error instanceof TikTokError)) throw error;
    return [...app, ...scopes, fail('Business Center', `cannot be read: ${error.message}`, 'mend the scopes above first')];
  }
}
