import { STEP_IDS, type StepId } from '../../contract/checklist.js';
import { advertiserName, catalogName, eventSetName, pixelName } from '../../domain/naming.js';
import { amountText } from '../../domain/money.js';
import type { PlanInput, PlannedAction, PlannedStep } from './plan.js';
import { plannedFunding } from './planned-funding.js';
import { counted } from '../../domain/counted.js';

type Rule = (input: PlanInput) => { readonly action: PlannedAction; readonly what: string; readonly calls: number };

/** Found by its exact name, or created; unknown without TikTok, or where our user may not look yet. */
function createOrAdopt(what: string, found: readonly string[] | null | undefined): { action: PlannedAction; what: string } {
  if (!found) return { action: 'create', what: `${what}, unless TikTok has it already` };
  const [id] = found;
  return id === undefined ? { action: 'create', what } : { action: 'adopt', what: `${what}: ${found.join(', ')}` };
}

/** One rule per step; the calls are those of its activities (src/activities). */
const RULES: Readonly<Record<StepId, Rule>> = {
  advertiser_account: ({ tenant, settings, live }) => {
    const planned = createOrAdopt(`advertiser ${advertiserName(tenant.slug)}`, live?.tenant.advertiserIds);
    const operators = settings?.operatorUserIds.length ?? 1;
    return { ...planned, calls: 4 + (planned.action === 'create' ? 1 : 0) + operators + 1 };
  },
  business_verification: ({ tenant, live }) => ({
    action: 'check',
    what: `TikTok's review of the account${live?.tenant.accountStatus ? ` (now ${live.tenant.accountStatus})` : ''}; verification ${tenant.verification === 'inherited' ? "inherited from Kobi's" : "the tenant's own"}`,
    calls: 3,
  }),
  tiktok_account: ({ tenant, live }) => {
    if (tenant.tiktokAccount.use === 'spark_posts')
      return { action: 'skip', what: 'approved Spark posts serve as the identity of the ads', calls: 0 };
    const whose = tenant.tiktokAccount.handle ?? "the client's TikTok account";
    if (live?.tenant.tiktokAccountLinked) return { action: 'adopt', what: `${whose} is linked to the Business Center`, calls: 5 };
    return { action: 'ask', what: `the client links ${whose} by the Business Center's link`, calls: 7 };
  },
  pixel: ({ tenant, live }) => {
    const planned = createOrAdopt(`pixel ${pixelName(tenant.slug)}`, live?.tenant.pixelCodes);
    const code = tenant.pixel.testEventCode === undefined ? '; Kobi provides the test event code' : '';
    return {
      ...planned,
      what: `${planned.what}, owned, linked, proved by a test event${code}`,
      calls: 5 + (planned.action === 'create' ? 1 : 0),
    };
  },
  catalog: ({ tenant, live }) => {
    if (!tenant.catalog) return { action: 'skip', what: 'the tenant sells no products', calls: 0 };
    const planned = createOrAdopt(`catalog ${catalogName(tenant.slug)}`, live?.tenant.catalogIds);
    const feed = tenant.catalog.feed.kind === 'url' ? 'a scheduled feed' : 'its file uploaded in batches';
    return {
      ...planned,
      what: `${planned.what}, ${feed}, products reviewed, pixel bound`,
      calls: 8 + (planned.action === 'create' ? 1 : 0),
    };
  },
  conversion_events: ({ tenant }) => {
    const rules = tenant.ga4.keyEvents.filter((event) => event.source === 'pixel_rule');
    const sets = (tenant.eventUploads ?? []).map((source) => eventSetName(tenant.slug, source));
    const made = [
      ...(rules.length === 0 ? [] : [`${counted(rules.length, 'pixel event rule')}: ${rules.map((event) => event.name).join(', ')}`]),
      ...(sets.length === 0
        ? []
        : [`${sets.length === 1 ? 'event set' : 'event sets'} ${sets.join(', ')}, unless TikTok has them already`]),
    ];
    const optimised = `optimised for ${tenant.optimisationEvent}`;
    const sent = `${counted(tenant.ga4.keyEvents.length, 'key event')}, all sent by the site or the Events API`;
    return {
      action: made.length === 0 ? 'check' : 'create',
      what: [...(made.length === 0 ? [sent] : made), optimised].join('; '),
      calls: (rules.length === 0 ? 0 : 2) + 2 * sets.length,
    };
  },
  billing: (input) => {
    const { tenant, settings } = input;
    const { initialFundingMinor: funding, budgetCapPerMonthMinor: cap } = tenant.billing;
    const { transfers, approved } = plannedFunding(input);
    const parts = [
      `billing group ${settings?.billingGroupId ?? "of Kobi's"}`,
      ...(cap === undefined ? [] : [`cap ${amountText(cap, tenant.currency)} a month`]),
      transfers
        ? `transfer ${amountText(funding, tenant.currency)}`
        : funding === 0
          ? 'no funding'
          : "no transfer, accounts spend from the Business Center's balance",
    ];
    // What was approved is compared with TikTok's word once more before each write.
    return { action: 'change', what: parts.join(', '), calls: 5 + (approved ? 2 : 0) + (cap === undefined ? 0 : 1) + (transfers ? 3 : 0) };
  },
  creative_policy: ({ tenant }) =>
    tenant.creatives.length === 0
      ? { action: 'skip', what: 'the tenant file names no creatives', calls: 0 }
      : {
          action: 'create',
          what: `${counted(tenant.creatives.length, 'approved creative')} uploaded to the library`,
          calls: 2 * tenant.creatives.length,
        },
  spark_ads: ({ tenant }) => {
    if (tenant.sparkPosts.length === 0) return { action: 'skip', what: 'the tenant file names no Spark posts', calls: 0 };
    const missing = tenant.sparkPosts.filter((post) => post.authCodeRef === undefined).map((post) => post.id);
    return {
      action: missing.length > 0 ? 'ask' : 'change',
      what: `${counted(tenant.sparkPosts.length, 'Spark post')} authorised and released${missing.length > 0 ? `; the client sends the code of ${missing.join(', ')}` : ''}`,
      calls: 3 * tenant.sparkPosts.length,
    };
  },
  launch_check: (input) => {
    const { tenant } = input;
    const money = tenant.billing.initialFundingMinor === 0 ? 0 : plannedFunding(input).transfers ? 1 : 2;
    return {
      action: 'check',
      what: `everything that live promises, ${counted(tenant.landingPages.length, 'landing page')}`,
      calls: 6 + (tenant.catalog ? 1 : 0) + money,
    };
  },
};

/** What each step would do, in the order of the checklist. */
export function plannedSteps(input: PlanInput): PlannedStep[] {
  return STEP_IDS.map((step) => ({ step, ...RULES[step](input) }));
}
