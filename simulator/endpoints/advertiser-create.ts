import { badParameter } from '../envelope.js';
import type { Advertiser, BusinessCenter, Qualification } from '../entities.js';
import { adminOfBc, createdId, type EndpointContext, minorUnits, visibleFrom } from './context.js';

/** Currencies of ad accounts (facts 7.4's ratio table). */
const CURRENCIES = new Set(
  'USD EUR GBP AUD CAD SGD CHF BRL ILS AED SAR MYR NZD ARS HUF PLN CNY HKD TWD MXN THB TRY DKK SEK NOK ZAR CZK EGP BOB GTQ HNL MOP NIO JPY RUB INR BDT DZD KES ISK KRW CLP COP CRC IDR VND'.split(
    ' ',
  ),
);

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
}

function needed(context: EndpointContext, missing: readonly [path: string, present: boolean][]): void {
  const names = missing.filter(([, present]) => !present).map(([path]) => path);
  if (names.length > 0) throw badParameter(`Missing required field(s): ${names.join(', ')}.`);
}

/** Requirements that depend on the country and on the Business Center (facts 3.2). */
function checkCountryRules(context: EndpointContext, bc: BusinessCenter): void {
  const { values } = context;
  const area = values.inner('customer_info').text('registered_area');
  const qualification = values.inner('qualification_info');
  const reused = qualification.has('qualification_id');
  const agency = bc.type === 'AGENCY' || bc.type === 'SELF_SERVICE_AGENCY';
  const strict = ['FR', 'BR', 'MX'];
  const billing = values.inner('billing_info');
  const places = [area, bc.registeredArea];
  needed(context, [
    ['qualification_info.promotion_link', reused || !agency || qualification.has('promotion_link')],
    ['qualification_info.license_no', reused || !['CN', 'HK', 'BR', 'MX'].includes(area) || qualification.has('license_no')],
    ['qualification_info.license_image_id', reused || !['CN', 'HK'].includes(area) || qualification.has('license_image_id')],
    [
      'qualification_info.qualification_image_ids',
      reused || !places.some((place) => strict.includes(place)) || qualification.has('qualification_image_ids'),
    ],
    ['contact_info.email', !strict.includes(area) || values.inner('contact_info').has('email')],
    ['billing_info', !(strict.includes(area) || (agency && strict.includes(bc.registeredArea))) || Object.keys(billing.raw).length > 0],
    ['billing_group_info.invoice_payer', area !== 'FR' || values.inner('billing_group_info').has('invoice_payer')],
  ]);
}

function qualificationOf(context: EndpointContext, bc: BusinessCenter): Qualification | null {
  const { values } = context;
  const info = values.inner('qualification_info');
  if (bc.type === 'DIRECT' && values.has('qualification_info')) {
    throw badParameter('qualification_info is not supported for this type of Business Center.');
  }
  const id = info.maybeText('qualification_id');
  if (id === undefined) return null;
  if (Object.keys(info.raw).some((name) => name !== 'qualification_id' && info.has(name))) {
    throw badParameter('qualification_id can not be used together with other fields of qualification_info.');
  }
  const qualification = context.state.qualifications[id];
  if (qualification === undefined || qualification.bcId !== bc.bcId) {
    throw badParameter(`qualification_id ${id} does not exist.`);
  }
  return qualification;
}

type Review = Pick<Advertiser, 'status' | 'rejectionReason' | 'reviewEndsAt' | 'reviewOutcome'>;

/** The account's review (facts 11.4): at once for verified ones, unless the seed asks for a wait or a person. */
function review(context: EndpointContext, bc: BusinessCenter, qualification: Qualification | null): Review {
  const { timings } = context.state;
  const customer = context.values.inner('customer_info');
  const pending = { status: 'STATUS_PENDING_CONFIRM', rejectionReason: '' };
  const endsAt = timings.reviewDelaySeconds === null ? null : context.now + timings.reviewDelaySeconds * 1000;
  if (context.rejectReview) return { ...pending, reviewEndsAt: endsAt ?? context.now, reviewOutcome: 'reject' };
  if (qualification !== null) {
    const matches = qualification.companyName === customer.text('company') && qualification.regionCode === customer.text('registered_area');
    if (!matches) {
      const rejectionReason = 'The company name or registered area does not match the qualification.';
      if (endsAt === null) return { status: 'STATUS_CONFIRM_FAIL', rejectionReason, reviewEndsAt: null, reviewOutcome: 'reject' };
      return { ...pending, rejectionReason, reviewEndsAt: endsAt, reviewOutcome: 'reject' };
    }
  }
  if (timings.reviewOutcome === 'reject') return { ...pending, reviewEndsAt: endsAt ?? context.now, reviewOutcome: 'reject' };
  const verified = bc.verificationStatus === 'VERIFIED' && qualification?.status === 'VERIFIED';
  if (endsAt === null && verified && timings.automaticApproval) {
    return { status: 'STATUS_ENABLE', rejectionReason: '', reviewEndsAt: null, reviewOutcome: 'approve' };
  }
  return { ...pending, reviewEndsAt: endsAt, reviewOutcome: 'approve' };
}

/** `POST /bc/advertiser/create/` (facts 3.2). Two equal calls make two accounts: there is no idempotency key. */
export function createAdvertiser(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const { values, state } = context;
  const info = values.inner('advertiser_info');
  const customer = values.inner('customer_info');
  const contact = values.inner('contact_info');
  const currency = info.text('currency');
  if (!CURRENCIES.has(currency)) throw badParameter(`advertiser_info.currency: ${currency} is not supported.`);
  if (currency !== bc.currency) throw badParameter('The currency must be the same as that of the Business Center.');
  if (!isTimezone(info.text('timezone'))) throw badParameter(`advertiser_info.timezone: ${info.text('timezone')} is not supported.`);
  if (bc.type === 'DIRECT' && info.maybeText('type') === 'RESERVATION') {
    throw badParameter('advertiser_info.type: Must be one of AUCTION.');
  }
  const qualification = qualificationOf(context, bc);
  checkCountryRules(context, bc);
  const group = billingGroup(context, bc);
  const budget = values.inner('payment_info').inner('budget_info');
  const advertiserId = createdId(context);
  state.advertisers[advertiserId] = {
    advertiserId,
    name: info.text('name'),
    ownerBcId: bc.bcId,
    ...review(context, bc, qualification),
    currency,
    timezone: info.text('timezone'),
    company: customer.text('company'),
    industry: customer.text('industry'),
    country: customer.text('registered_area'),
    address: values.inner('billing_info').maybeText('address') ?? '',
    type: info.maybeText('type') === 'RESERVATION' ? 'RESERVATION' : 'AUCTION',
    contactName: contact.maybeText('name') ?? '',
    contactEmail: contact.maybeText('email') ?? '',
    contactNumber: contact.maybeText('number') ?? '',
    licenseNo: values.inner('qualification_info').maybeText('license_no') ?? '',
    promotionLink: values.inner('qualification_info').maybeText('promotion_link') ?? '',
    createdAt: context.now,
    canUseCustomIdentity: false,
    qualificationId: qualification?.qualificationId ?? null,
    verificationStatus: qualification?.status === 'VERIFIED' && bc.verificationStatus === 'VERIFIED' ? 'VERIFIED' : 'NOT_SUBMITTED',
    verificationReason: '',
    verificationAuditTime: qualification === null ? null : bc.verificationAuditTime,
    cashMinor: 0,
    grantMinor: 0,
    budgetMode: budget.maybeText('budget_mode') ?? 'UNLIMITED',
    budgetMinor: minorUnits(budget.maybeNumber('budget') ?? 0),
    delivering: false,
    visibleFrom: visibleFrom(context),
  };
  group?.advertiserIds.push(advertiserId);
  return {
    advertiser_id: advertiserId,
    ...(budget.has('budget_mode') ? { budget_setup_result: { status: 'SUCCESS', error_msg: null } } : {}),
  };
}

function billingGroup(context: EndpointContext, bc: BusinessCenter): { advertiserIds: string[] } | undefined {
  const id = context.values.inner('billing_group_info').maybeText('billing_group_id');
  if (id === undefined) return undefined;
  const group = context.state.billingGroups[id];
  if (group === undefined || group.bcId !== bc.bcId) throw badParameter(`billing_group_id ${id} does not exist.`);
  return group;
}
