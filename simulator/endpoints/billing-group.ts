import { ApiRefusal, badParameter } from '../envelope.js';
import type { BillingGroup, BusinessCenter } from '../entities.js';
import { adminOfBc, createdId, type EndpointContext, type EndpointHandlers, isVisible, memberOfBc, paged, visibleFrom } from './context.js';

function ownAdvertisers(context: EndpointContext, bc: BusinessCenter, name: string): readonly string[] {
  const ids = context.values.texts(name);
  for (const id of ids) {
    if (context.state.advertisers[id]?.ownerBcId !== bc.bcId) {
      throw new ApiRefusal(40001, `No permission to operate advertiser: ${id}`);
    }
  }
  return ids;
}

/** An account is in one group at a time. */
function moveInto(context: EndpointContext, group: BillingGroup, ids: readonly string[]): void {
  if (ids.length === 0) return;
  for (const other of Object.values(context.state.billingGroups)) {
    other.advertiserIds = other.advertiserIds.filter((id) => !ids.includes(id));
  }
  group.advertiserIds.push(...ids);
}

function create(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const ids = ownAdvertisers(context, bc, 'advertiser_ids');
  const name = context.values.text('billing_group_name');
  if (Object.values(context.state.billingGroups).some((group) => group.bcId === bc.bcId && group.name === name)) {
    throw badParameter('billing_group_name already exists.');
  }
  const billingGroupId = createdId(context);
  const group: BillingGroup = {
    billingGroupId,
    bcId: bc.bcId,
    name,
    status: 'VALID',
    isPrimary: context.values.maybeFlag('is_primary') ?? false,
    advertiserIds: [],
    emails: [...context.values.texts('billing_group_emails')],
    type: context.values.maybeText('billing_group_type') === 'RESERVATION' ? 'RESERVATION' : 'AUCTION',
    invoiceGroupBy: 'ACCOUNT',
    billedToType: 'ACCOUNT',
    visibleFrom: visibleFrom(context),
  };
  context.state.billingGroups[billingGroupId] = group;
  moveInto(context, group, ids);
  return { billing_group_id: billingGroupId };
}

function groupOf(context: EndpointContext, bc: BusinessCenter): BillingGroup {
  const id = context.values.text('billing_group_id');
  const group = context.state.billingGroups[id];
  if (group === undefined || group.bcId !== bc.bcId) throw badParameter(`billing_group_id ${id} does not exist.`);
  return group;
}

function update(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const group = groupOf(context, bc);
  const { values } = context;
  const added = ownAdvertisers(context, bc, 'add_advertiser_ids');
  const removed = values.texts('delete_advertiser_ids');
  group.name = values.maybeText('new_billing_group_name') ?? group.name;
  if (values.has('new_billing_group_emails')) group.emails = [...values.texts('new_billing_group_emails')];
  group.isPrimary = values.maybeFlag('is_primary') ?? group.isPrimary;
  group.advertiserIds = group.advertiserIds.filter((id) => !removed.includes(id));
  moveInto(context, group, added);
  return {};
}

function list(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const filtering = context.values.inner('filtering');
  const asked = (name: string, actual: string): boolean => {
    const value = filtering.maybeText(name);
    return value === undefined || value === actual;
  };
  const rows = Object.values(context.state.billingGroups)
    .filter((group) => group.bcId === bc.bcId && isVisible(context, group))
    .filter((group) => asked('billing_group_id', group.billingGroupId) && asked('billing_group_type', group.type))
    .filter((group) => asked('invoice_group_by', group.invoiceGroupBy) && asked('billed_to_type', group.billedToType))
    .filter((group) => group.name.includes(filtering.maybeText('billing_group_name') ?? ''))
    .filter((group) => {
      const status = filtering.maybeText('status');
      return status === undefined || status === group.status || status === (group.status === 'VALID' ? '1' : '0');
    });
  const page = paged(context, rows);
  return { list: page.rows.map((group) => groupRow(context, group, bc)), page_info: page.page_info };
}

function groupRow(context: EndpointContext, group: BillingGroup, bc: BusinessCenter): object {
  return {
    status: group.status,
    billing_group_id: group.billingGroupId,
    billing_group_name: group.name,
    invoice_object_name: bc.company,
    is_primary: group.isPrimary,
    advertisers: group.advertiserIds.map((id) => ({
      advertiser_id: id,
      advertiser_name: context.state.advertisers[id]?.name ?? '',
    })),
    billing_group_emails: group.emails,
    invoice_group_by: group.invoiceGroupBy,
    billed_to_type: group.billedToType,
    billing_group_type: group.type,
  };
}

function advertisers(context: EndpointContext): object {
  const group = groupOf(context, memberOfBc(context));
  const page = paged(context, group.advertiserIds);
  return { list: page.rows.map((id) => ({ advertiser_id: id })), page_info: page.page_info };
}

/** Billing groups (facts 3.8). */
export const billingGroupHandlers: EndpointHandlers = {
  '/bc/billing_group/create/': create,
  '/bc/billing_group/update/': update,
  '/bc/billing_group/get/': list,
  '/bc/billing_group/advertiser/list/': advertisers,
};
