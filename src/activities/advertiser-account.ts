import type { BusinessCenterFacts, OnboardingActivities } from '../contract/onboarding-activities.js';
import type { Tenant } from '../contract/tenant.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { once, reconcileByReading } from './once.js';
import { readUntilSeen } from './reading-until-seen.js';
import { type AdvertiserCreate, everyPage, type QualificationRow } from '../tiktok/calls.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'lists' | 'db' | 'log' | 'reconcile'>;
type Step = Pick<OnboardingActivities, 'inspectBusinessCenter' | 'createAdvertiser' | 'reconcileAdvertiser' | 'assignAdvertiser'>;

const KIND = 'create_advertiser';
const keyOf = (slug: string, bcId: string): string => `${slug}/${KIND}/${bcId}`;

/** Ids of the advertisers that carry exactly this name; closed ones are gone for good and do not count. */
async function advertisersNamed({ lists }: Deps, bcId: string, name: string): Promise<string[]> {
  const assets = await lists.advertisers(bcId);
  return assets.filter((asset) => asset.asset_name === name).map((asset) => asset.asset_id);
}

/** The qualification that new accounts inherit: the one of the Business Center's own verification, else the one of its company. */
function inheritable(rows: readonly QualificationRow[], ownId: string, company: string): QualificationRow | undefined {
  const verified = rows.filter((row) => row.status === 'VERIFIED').sort((a, b) => (a.qualification_id < b.qualification_id ? -1 : 1));
  return verified.find((row) => row.qualification_id === ownId) ?? verified.find((row) => row.company_name === company) ?? verified[0];
}

/** A DIRECT Business Center takes no qualification_info at all; with a qualification's id nothing else may stand in it (facts 3.2). */
function creation(tenant: Tenant, bc: BusinessCenterFacts, name: string): AdvertiserCreate {
  const [contact] = tenant.contacts;
  const { billingAddress, taxFields, invoicePayer } = tenant.company;
  return {
    bc_id: bc.bcId,
    advertiser_info: { name, currency: tenant.currency, timezone: tenant.timeZone, type: 'AUCTION' },
    customer_info: { company: bc.company, industry: Number(tenant.industryId), registered_area: bc.registeredArea },
    ...(bc.qualification && bc.type !== 'DIRECT' ? { qualification_info: { qualification_id: bc.qualification.qualificationId } } : {}),
    ...(contact
      ? { contact_info: { name: contact.role, email: contact.email, ...(contact.phone === undefined ? {} : { number: contact.phone }) } }
      : {}),
    ...(billingAddress === undefined && taxFields === undefined
      ? {}
      : {
          billing_info: {
            ...(billingAddress === undefined ? {} : { address: billingAddress }),
            ...(taxFields === undefined ? {} : { tax_field_dict: taxFields }),
          },
        }),
    ...(invoicePayer === undefined ? {} : { billing_group_info: { invoice_payer: invoicePayer } }),
  };
}

/** The account itself: everything that must hold is read before anything irreversible (design, section 3, row 1). */
export function createAdvertiserAccountActivities(deps: Deps): Step {
  const { tiktok } = deps;
  return {
    async inspectBusinessCenter({ bcId, currency, advertiserName }) {
      const [centers, verification] = await Promise.all([
        tiktok.bcGet({ bc_id: bcId, page: 1, page_size: 50 }),
        tiktok.verificationStatus({ bc_id: bcId }),
      ]);
      const row = centers.list.find((center) => center.bc_info.bc_id === bcId);
      if (!row) throw stepFailure('business_center_role', `our token's user is no member of the Business Center ${bcId}`);
      const { bc_info: info, user_role: role } = row;
      if (role !== 'ADMIN')
        throw stepFailure('business_center_role', `our token's user is ${role} of the Business Center ${bcId}, not ADMIN`);
      if (info.status !== 'ENABLE') throw stepFailure('business_center_not_enabled', `the Business Center ${bcId} is ${info.status}`);
      if (info.currency !== currency)
        throw stepFailure('currency_mismatch', `the tenant pays in ${currency}, the Business Center ${bcId} in ${info.currency}`);
      if (verification.verification_status !== 'VERIFIED') {
        const why = verification.rejection_reason ? `: ${verification.rejection_reason}` : '';
        throw stepFailure(
          'business_center_not_verified',
          `the verification of the Business Center ${bcId} is ${verification.verification_status}${why}`,
        );
      }
      // Only now: an attempt that the rate limit sends away would have read the whole list for nothing.
      const named = await advertisersNamed(deps, bcId, advertiserName);
      if (named.length > 1)
        throw stepFailure('advertiser_ambiguous', `${named.length} advertisers are named ${advertiserName}: ${named.join(', ')}`, {
          details: named,
        });
      const [advertiserId] = named;
      const facts: BusinessCenterFacts = {
        bcId,
        name: info.name,
        type: info.type,
        status: info.status,
        currency: info.currency,
        company: info.company,
        registeredArea: info.registered_area,
        role,
        financeRole: row.ext_user_role?.finance_role ?? '',
        verificationStatus: verification.verification_status,
        ...(advertiserId === undefined ? {} : { advertiserId }),
      };
      if (info.type === 'DIRECT') return facts;

      const qualifications = await everyPage(async (page) => {
        const answer = await tiktok.qualificationGet({ bc_id: bcId, filtering: { verified: true }, page, page_size: 100 });
        return { rows: answer.qualifications, page_info: answer.page_info };
      });
      const chosen = inheritable(qualifications, verification.qualification_id ?? '', info.company);
      if (!chosen) throw stepFailure('qualification_missing', `the Business Center ${bcId} has no VERIFIED qualification`);
      return {
        ...facts,
        company: chosen.company_name,
        registeredArea: chosen.region_code || info.registered_area,
        qualification: { qualificationId: chosen.qualification_id, companyName: chosen.company_name, status: chosen.status },
      };
    },

    async createAdvertiser({ slug, tenant, bc, name }) {
      const request = creation(tenant, bc, name);
      const plan = { key: keyOf(slug, bc.bcId), slug, kind: KIND, request: { bcId: bc.bcId, name } };
      const ids = await once(deps, plan, async (signal) => ({
        advertiserId: (await tiktok.advertiserCreate(request, { signal })).advertiser_id,
      }));
      return { advertiserId: ids.advertiserId ?? '' };
    },

    async reconcileAdvertiser({ slug, bcId, name }) {
      const settled = await reconcileByReading(deps, keyOf(slug, bcId), async () =>
        (await advertisersNamed(deps, bcId, name)).map((advertiserId) => ({ advertiserId })),
      );
      return settled.found ? { found: true, value: { advertiserId: settled.value.advertiserId ?? '' } } : { found: false };
    },

    async assignAdvertiser({ bcId, advertiserId, userIds }) {
      await Promise.all(
        userIds.map((userId) =>
          tiktok.assetAssign({ bc_id: bcId, user_id: userId, asset_type: 'ADVERTISER', asset_id: advertiserId, advertiser_role: 'ADMIN' }),
        ),
      );
      const seen = await readUntilSeen(deps, async () =>
        (await tiktok.tokenAdvertisers()).list.find((row) => row.advertiser_id === advertiserId),
      );
      if (!seen) throw stepFailure('advertiser_unreachable', `the advertiser ${advertiserId} is not among those that our token reaches`);
      return { reachable: true };
    },
  };
}
