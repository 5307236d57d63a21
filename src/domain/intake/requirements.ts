import type { Tenant } from '../../contract/tenant.js';
import { COUNTRY_RULE, taxFieldsOf } from '../countries.js';
import { fault, type Fault } from '../faults.js';

/** What decides about the rules, of Kobi's Business Center (`bc/get`). */
export interface BusinessCenterTraits {
  readonly currency: string;
  /** TikTok's type: NORMAL, SELF_SERVICE, AGENCY, SELF_SERVICE_AGENCY, DIRECT … */
  readonly type: string;
  /** ISO 3166-1, two letters. */
  readonly registeredArea: string;
}

/** What a tenant file says about the company, as far as the rules ask. */
export interface Papers {
  readonly country: string;
  readonly promotionLink: boolean;
  readonly licenceNo: boolean;
  readonly licenceImage: boolean;
  readonly qualificationImages: boolean;
  readonly contactEmail: boolean;
  readonly billingAddress: boolean;
  readonly taxFieldNames: readonly string[];
  readonly invoicePayer: boolean;
}

function taxFaults(papers: Papers): Fault[] {
  const { known, required } = taxFieldsOf(papers.country);
  const path = ['company', 'tax_fields'];
  const missing = required
    .filter((name) => !papers.taxFieldNames.includes(name))
    .map((name) => fault([...path, name], `is required for an account of ${papers.country} (TikTok's tax_field_dict for a new account)`));
  const unknown = papers.taxFieldNames
    .filter((name) => !known.includes(name))
    .map((name) =>
      fault([...path, name], `is no tax field of ${papers.country} (TikTok's tax_field_dict for a new account)`, {
        allowed: known,
        written: name,
      }),
    );
  return [...missing, ...unknown];
}

/**
 * What TikTok demands by the tenant's country and the type and area of the Business Center (facts 3.2, bc/advertiser/create).
 * A DIRECT Business Center takes no licence and no qualification. Without a Business Center only the country's rules are judged.
 */
export function requirementFaults(papers: Papers, bc?: Pick<BusinessCenterTraits, 'type' | 'registeredArea'>): Fault[] {
  const { country } = papers;
  const agency = bc?.type === 'AGENCY' || bc?.type === 'SELF_SERVICE_AGENCY';
  const direct = bc?.type === 'DIRECT';
  const area = bc?.registeredArea ?? country;
  const faults: Fault[] = [];
  const demand = (field: string, given: boolean, rule: string): void => {
    if (!given) faults.push(fault(['company', field], `is required ${rule} (TikTok's rule for a new account)`));
  };
  const account = `for an account of ${country}`;
  const accountOrArea = country === area ? account : `for an account of ${country} under a Business Center of ${area}`;

  if (!direct) {
    if (agency) demand('promotion_link', papers.promotionLink, `under a Business Center of type ${bc.type}`);
    if (COUNTRY_RULE.licenceNo.includes(country)) demand('licence_no', papers.licenceNo, account);
    if (COUNTRY_RULE.licenceImage.includes(country)) demand('licence_image', papers.licenceImage, account);
    if ([country, area].some((place) => COUNTRY_RULE.qualificationImages.includes(place)))
      demand('qualification_images', papers.qualificationImages, accountOrArea);
  }
  if (COUNTRY_RULE.billingInfo.includes(country) || (agency && COUNTRY_RULE.billingInfo.includes(area))) {
    demand('billing_address', papers.billingAddress || papers.taxFieldNames.length > 0, `(or tax_fields) ${accountOrArea}`);
  }
  if (COUNTRY_RULE.invoicePayer.includes(country)) demand('invoice_payer', papers.invoicePayer, account);
  if (COUNTRY_RULE.contactEmail.includes(country) && !papers.contactEmail)
    faults.push(fault(['contacts', 0, 'email'], `is required ${account} (TikTok's rule for a new account)`));
  return [...faults, ...taxFaults(papers)];
}

/** The rules that need the live Business Center, for a tenant that passed `intake` without one: its currency, type and area. */
export function bcFaults(tenant: Tenant, bc: BusinessCenterTraits): Fault[] {
  const { company } = tenant;
  const papers: Papers = {
    country: tenant.country,
    promotionLink: company.promotionLink !== undefined,
    licenceNo: company.licenceNo !== undefined,
    licenceImage: company.licenceImage !== undefined,
    qualificationImages: company.qualificationImages !== undefined,
    contactEmail: tenant.contacts.length > 0,
    billingAddress: company.billingAddress !== undefined,
    taxFieldNames: Object.keys(company.taxFields ?? {}),
    invoicePayer: company.invoicePayer !== undefined,
  };
  return [...currencyFaults(tenant.currency, bc), ...requirementFaults(papers, bc)];
}

/** The account's currency is the Business Center's (facts 3.2, advertiser_info.currency). */
export function currencyFaults(currency: string | undefined, bc: BusinessCenterTraits): Fault[] {
  if (currency === undefined || currency === bc.currency) return [];
  return [
    fault(['currency'], `${currency} is not the currency of Kobi's Business Center (TikTok's rule for a new account)`, {
      allowed: [bc.currency],
      suggestion: bc.currency,
    }),
  ];
}
