import { Context } from '@temporalio/activity';
import type { LaunchFinding, OnboardingActivities } from '../contract/onboarding-activities.js';
import { amountText, toMinorUnits } from '../domain/money.js';
import { paymentModelOf } from '../domain/payment-model.js';
import { createBusinessVerificationActivities } from './business-verification.js';
import type { ActivityDependencies } from './dependencies.js';
import { checkLandingPage } from './landing-page.js';
import { eventsSeen } from './events-seen.js';
import { readUntilSeen } from './reading-until-seen.js';
import { everyPage } from '../tiktok/calls.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'hosts' | 'allowLoopback' | 'reconcile' | 'clock'>;
type Input = Parameters<OnboardingActivities['checkLaunch']>[0];

async function account(deps: Deps, input: Input): Promise<LaunchFinding[]> {
  const review = await createBusinessVerificationActivities(deps).readAccountReview(input);
  const own = input.tenant.verification === 'own';
  return [
    { check: 'account_enabled', ok: review.status === 'STATUS_ENABLE', detail: `the account is ${review.status}` },
    {
      check: 'account_verified',
      // Without inheritance a person decided on the papers at the gate; the workflow checks that gate.
      ok: own || review.verificationStatus === 'VERIFIED',
      detail: own ? 'decided at the gate business_verification' : `the account's verification is ${review.verificationStatus || 'unknown'}`,
    },
  ];
}

async function identity({ tiktok }: Deps, { bcId, advertiserId, identity: wanted }: Input): Promise<LaunchFinding> {
  const check = 'identity';
  if (!wanted)
    return { check, ok: false, detail: 'there is neither a linked TikTok account nor a released Spark post, so ads have no identity' };
  const { identityId, identityType } = wanted;
  const identities = await everyPage(async (page) => {
    const of = identityType === 'BC_AUTH_TT' ? { identity_authorized_bc_id: bcId } : {};
    const answer = await tiktok.identityGet({ advertiser_id: advertiserId, identity_type: identityType, ...of, page, page_size: 100 });
    return { rows: answer.identity_list, page_info: answer.page_info };
  });
  const found = identities.find((row) => row.identity_id === identityId);
  if (!found) return { check, ok: false, detail: `the advertiser ${advertiserId} no longer has the identity ${identityId}` };
  // Identities of Spark posts come without a status; that the post is public and authorised was checked at its release.
  const status = found.available_status ?? (identityType === 'AUTH_CODE' ? 'AVAILABLE' : 'without a status');
  return { check, ok: status === 'AVAILABLE', detail: `identity ${identityId} is ${status}` };
}

async function pixel({ tiktok }: Deps, { bcId, advertiserId, pixel: { pixelCode } }: Input): Promise<LaunchFinding> {
  const linked = await everyPage(async (page) => {
    const { list, page_info } = await tiktok.bcPixelLinkGet({ bc_id: bcId, pixel_code: pixelCode, page, page_size: 50 });
    return { rows: list, page_info };
  });
  const ok = linked.some((row) => row.advertiser_id === advertiserId);
  return { check: 'pixel_linked', ok, detail: `pixel ${pixelCode} is ${ok ? '' : 'not '}linked to the advertiser ${advertiserId}` };
}

async function catalog({ tiktok }: Deps, { bcId, catalogId }: Input): Promise<LaunchFinding> {
  const check = 'catalog';
  if (catalogId === null) return { check, ok: true, detail: 'skipped' };
  const { list } = await tiktok.catalogGet({ bc_id: bcId, catalog_id: catalogId, page: 1, page_size: 100 });
  const status = list.find((row) => row.catalog_id === catalogId)?.ad_creation_eligible ?? 'not shown';
  return { check, ok: status === 'AVAILABLE', detail: `catalog ${catalogId} is ${status} for ads` };
}

function testEvent({ testEventId, proof, pixel: { pixelCode } }: Input): LaunchFinding {
  const named = proof ? `s of ${proof.events.map(({ name }) => name).join(', ')} (request ${proof.requestId})` : ` ${testEventId}`;
  const detail =
    testEventId === null
      ? `no test event of pixel ${pixelCode} was accepted by the Events API`
      : `the Events API accepted the test event${named}`;
  return { check: 'test_event', ok: testEventId !== null, detail };
}

/** Money that was moved must be there; where nothing was moved, the account must be able to spend without it. */
async function funding(deps: Deps, input: Input): Promise<LaunchFinding> {
  const { tiktok } = deps;
  const { bcId, advertiserId, funded, launchedBefore } = input;
  const { currency, billing } = input.tenant;
  const check = 'funded';
  if (billing.initialFundingMinor === 0) return { check, ok: true, detail: 'no initial funding was asked for' };
  if (funded && launchedBefore) return { check, ok: true, detail: 'the account was funded before it went live' };
  if (funded) {
    const balance = await readUntilSeen(deps, async () => {
      const { advertiser_account_list: accounts } = await tiktok.advertiserBalance({
        bc_id: bcId,
        filtering: { keyword: advertiserId },
        page: 1,
        page_size: 50,
      });
      const amount = accounts.find((row) => row.advertiser_id === advertiserId)?.valid_account_balance ?? 0;
      return amount > 0 ? amount : undefined;
    });
    const detail =
      balance === undefined ? 'was funded, but its balance is 0 now' : `has ${amountText(toMinorUnits(balance, currency), currency)}`;
    return { check, ok: balance !== undefined, detail: `the account ${detail}` };
  }
  const [balance, centers] = await Promise.all([tiktok.bcBalance({ bc_id: bcId }), tiktok.bcGet({ bc_id: bcId, page: 1, page_size: 50 })]);
  const type = centers.list.find((row) => row.bc_info.bc_id === bcId)?.bc_info.type ?? '';
  const model = paymentModelOf(balance.payment_portfolio_type, type);
  const ok = model !== 'NON_SHARED';
  return {
    check,
    ok,
    detail: ok ? `the account spends from the Business Center's balance (${model})` : 'the initial funding did not happen',
  };
}

/** Everything that "live" promises, read and not changed (design, section 3, `launch_check`). */
export function createLaunchCheckActivities(deps: Deps): Pick<OnboardingActivities, 'checkLaunch'> {
  return {
    async checkLaunch(input) {
      const { tenant } = input;
      const allowLoopback = input.allowLoopback && deps.allowLoopback === true;
      const signal = Context.current().cancellationSignal;
      const tags = { measurementId: tenant.ga4.measurementId, pixelCode: input.pixel.pixelCode };
      const read = await Promise.all([
        account(deps, input),
        identity(deps, input),
        pixel(deps, input),
        catalog(deps, input),
        funding(deps, input),
        eventsSeen(deps, input),
        ...tenant.landingPages.map((address) => checkLandingPage(address, tags, { allowLoopback, hosts: deps.hosts, signal })),
      ]);
      return { findings: [...read.flat(), testEvent(input)] };
    },
  };
}
