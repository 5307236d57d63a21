import { ApiRefusal, badParameter } from '../envelope.js';
import type { Advertiser } from '../entities.js';
import {
  adminOfBc,
  type EndpointContext,
  type EndpointHandlers,
  financeManagerOfBc,
  isVisible,
  memberOfBc,
  minorUnits,
  operableAdvertiser,
  paged,
} from './context.js';
import { createAdvertiser } from './advertiser-create.js';

function qualifications(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const verified = context.values.inner('filtering').maybeFlag('verified');
  const rows = Object.values(context.state.qualifications)
    .filter((item) => item.bcId === bc.bcId && isVisible(context, item))
    .filter((item) => verified === undefined || (item.status === 'VERIFIED') === verified)
    .map((item) => ({
      qualification_id: item.qualificationId,
      company_name: item.companyName,
      status: item.status,
      owner_advertiser_id: item.ownerAdvertiserId,
      linked_advertiser_count: Object.values(context.state.advertisers).filter(
        (advertiser) => advertiser.qualificationId === item.qualificationId,
      ).length,
      region_code: item.regionCode,
    }));
  const page = paged(context, rows);
  return { qualifications: page.rows, page_info: page.page_info };
}

/** `a**@e**********`: the form in which TikTok shows contacts (facts 16). */
function maskedEmail(email: string): string {
  return email.replace(/(?<=.)[^@]*@(.).*$/, (_all, first: string) => `**@${first}**********`);
}

function infoRow(context: EndpointContext, advertiser: Advertiser): Record<string, unknown> {
  const { token, state } = context;
  const ownerMember = token === null ? undefined : state.businessCenters[advertiser.ownerBcId]?.members[token.userId];
  return {
    advertiser_id: advertiser.advertiserId,
    name: advertiser.name,
    ...(ownerMember?.role === 'ADMIN' ? { owner_bc_id: advertiser.ownerBcId } : {}),
    status: advertiser.status,
    role: 'ROLE_CHILD_ADVERTISER',
    rejection_reason: advertiser.rejectionReason,
    timezone: advertiser.timezone,
    display_timezone: advertiser.timezone,
    company: advertiser.company,
    industry: advertiser.industry,
    address: advertiser.address,
    country: advertiser.country,
    advertiser_account_type: advertiser.type,
    currency: advertiser.currency,
    contacter: advertiser.contactName === '' ? '' : `${advertiser.contactName.slice(0, 1)}**`,
    email: maskedEmail(advertiser.contactEmail),
    cellphone_number: advertiser.contactNumber === '' ? '' : `${advertiser.contactNumber.slice(0, 3)}*******`,
    telephone_number: '',
    language: 'en',
    license_no: advertiser.licenseNo,
    license_url: null,
    balance: (advertiser.cashMinor + advertiser.grantMinor) / 100,
    create_time: Math.floor(advertiser.createdAt / 1000),
    description: '',
    brand: '',
    can_use_custom_identity: advertiser.canUseCustomIdentity,
    ads_only_mode: false,
  };
}

/** With `fields` only those come back, not even the id unless it is asked for (facts 4.1, live capture). */
function info(context: EndpointContext): object {
  const fields = context.values.texts('fields');
  const list = context.values.texts('advertiser_ids').map((id) => {
    const row = infoRow(context, operableAdvertiser(context, id));
    if (fields.length === 0) return row;
    return {
      ...Object.fromEntries(Object.entries(row).filter(([name]) => fields.includes(name))),
      ...(fields.includes('company_name_editable') ? { company_name_editable: false } : {}),
    };
  });
  return { list };
}

function updateDetails(context: EndpointContext): object {
  const { values, state } = context;
  const advertiser = operableAdvertiser(context, values.text('advertiser_id'));
  if (values.has('company') && values.text('company') !== advertiser.company) {
    throw badParameter('The company name of this advertiser is not editable.');
  }
  advertiser.name = values.maybeText('advertiser_name') ?? advertiser.name;
  advertiser.contactName = values.maybeText('contact_name') ?? advertiser.contactName;
  advertiser.contactEmail = values.maybeText('contact_email') ?? advertiser.contactEmail;
  advertiser.contactNumber = values.maybeText('contact_number') ?? advertiser.contactNumber;
  advertiser.address = values.maybeText('address') ?? advertiser.address;
  advertiser.promotionLink = values.maybeText('promotion_link') ?? advertiser.promotionLink;
  advertiser.licenseNo = values.maybeText('license_no') ?? advertiser.licenseNo;
  if (values.maybeFlag('need_submit_certificate') === true) {
    const delay = state.timings.reviewDelaySeconds;
    advertiser.status = 'STATUS_PENDING_CONFIRM_MODIFY';
    advertiser.rejectionReason = '';
    advertiser.reviewEndsAt = delay === null ? null : context.now + delay * 1000;
    advertiser.reviewOutcome = state.timings.reviewOutcome;
  }
  return {};
}

function updateBudgets(context: EndpointContext): object {
  const bc = financeManagerOfBc(context);
  const kind = context.values.maybeText('budget_update_type') ?? 'UPDATE';
  const budgets = context.values.items('advertiser_budgets');
  const limit = kind === 'UPDATE' || kind === 'RESET' ? 50 : 1;
  if (budgets.length === 0) throw badParameter('Missing required field(s): advertiser_budgets.');
  if (budgets.length > limit) throw badParameter(`advertiser_budgets: Must not be longer than ${limit} items.`);
  const list = budgets.map((budget) => {
    const advertiser = context.state.advertisers[budget.text('advertiser_id')];
    const answer = { advertiser_id: budget.text('advertiser_id'), one_click_set_amount: null };
    if (advertiser === undefined || advertiser.ownerBcId !== bc.bcId) {
      return { ...answer, status: 'FAILED', error_msg: 'The advertiser does not belong to the Business Center.' };
    }
    const mode = budget.maybeText('budget_mode') ?? advertiser.budgetMode;
    const amount = budget.maybeNumber('budget');
    if (mode !== 'UNLIMITED' && amount === undefined) {
      return { ...answer, status: 'FAILED', error_msg: 'The budget is missing.' };
    }
    if (kind === 'RESET' && mode !== 'CUSTOM_BUDGET') {
      return { ...answer, status: 'FAILED', error_msg: 'RESET is only supported for CUSTOM_BUDGET.' };
    }
    const asked = minorUnits(amount ?? 0);
    advertiser.budgetMode = mode;
    advertiser.budgetMinor = mode === 'UNLIMITED' ? 0 : kind === 'INCREMENTAL_UPDATE' ? advertiser.budgetMinor + asked : asked;
    return { ...answer, status: 'SUCCESS', error_msg: null };
  });
  return { list };
}

function update(context: EndpointContext): object {
  return context.values.has('advertiser_budgets') || context.values.has('budget_update_type')
    ? updateBudgets(context)
    : updateDetails(context);
}

/** Closes an account for good; money left on it returns to the Business Center (facts 3.2). */
function disable(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const id = context.values.texts('advertiser_ids')[0] ?? '';
  const advertiser = context.state.advertisers[id];
  if (advertiser === undefined || advertiser.ownerBcId !== bc.bcId) {
    throw new ApiRefusal(40001, `No permission to operate advertiser: ${id}`);
  }
  const reason = advertiser.delivering ? 'DELIVERING' : advertiser.status === 'STATUS_LIMIT' ? 'SUSPENDED' : null;
  if (reason !== null) return { disabled_advertiser_ids: [], failed_infos: { [id]: reason } };
  bc.cashMinor += advertiser.cashMinor;
  bc.grantMinor += advertiser.grantMinor;
  advertiser.cashMinor = 0;
  advertiser.grantMinor = 0;
  advertiser.status = 'STATUS_DISABLE';
  advertiser.reviewEndsAt = null;
  return { disabled_advertiser_ids: [id], failed_infos: {} };
}

/** Ad accounts (facts 3.2, 3.3). */
export const advertiserHandlers: EndpointHandlers = {
  '/bc/advertiser/qualification/get/': qualifications,
  '/bc/advertiser/create/': createAdvertiser,
  '/bc/advertiser/disable/': disable,
  '/advertiser/info/': info,
  '/advertiser/update/': update,
};
