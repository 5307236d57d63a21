import { ApiRefusal, badParameter } from '../envelope.js';
import type { Assignment, BusinessCenter } from '../entities.js';
import { adminOfBc, type EndpointContext, type EndpointHandlers, isVisible, memberOfBc, paged, settledAdvertiser } from './context.js';

interface AssetRow {
  readonly id: string;
  readonly name: string;
  readonly relationType: 'OWNER_BC' | 'OWNER_PARTNER';
  readonly ownerBcName: string;
  readonly extra: Record<string, unknown>;
}

/** Display status of an account (facts 3.3). */
export function showStatus(status: string): string {
  if (status === 'STATUS_ENABLE') return 'SHOW_ACCOUNT_STATUS_APPROVED';
  if (status === 'STATUS_LIMIT') return 'SHOW_ACCOUNT_STATUS_PUNISHED';
  if (status.startsWith('STATUS_PENDING')) return 'SHOW_ACCOUNT_STATUS_IN_REVIEW';
  return 'SHOW_ACCOUNT_STATUS_NOT_APPROVED';
}

function advertiserRows(context: EndpointContext, bc: BusinessCenter): AssetRow[] {
  const { advertisers, shares, businessCenters } = context.state;
  const owned = Object.values(advertisers).filter((item) => item.ownerBcId === bc.bcId);
  const shared = shares
    .filter((share) => share.partnerBcId === bc.bcId && share.assetType === 'ADVERTISER')
    .flatMap((share) => advertisers[share.assetId] ?? []);
  return [...owned, ...shared]
    .filter((item) => isVisible(context, item))
    .map((item) => ({
      id: item.advertiserId,
      name: item.name,
      relationType: item.ownerBcId === bc.bcId ? 'OWNER_BC' : 'OWNER_PARTNER',
      ownerBcName: businessCenters[item.ownerBcId]?.name ?? '',
      extra: {
        advertiser_account_type: item.type,
        advertiser_status: showStatus(settledAdvertiser(context, item).status),
      },
    }));
}

function assetRows(context: EndpointContext, bc: BusinessCenter, type: string): AssetRow[] {
  const { pixels, catalogs, tiktokAccounts } = context.state;
  const own = { relationType: 'OWNER_BC' as const, ownerBcName: bc.name };
  switch (type) {
    case 'ADVERTISER':
      return advertiserRows(context, bc);
    case 'PIXEL':
      return Object.values(pixels)
        .filter((item) => item.ownerBcId === bc.bcId && isVisible(context, item))
        .map((item) => ({ ...own, id: item.pixelId, name: item.name, extra: { pixel_code: item.pixelCode } }));
    case 'CATALOG':
      return Object.values(catalogs)
        .filter((item) => item.bcId === bc.bcId && isVisible(context, item))
        .map((item) => ({ ...own, id: item.catalogId, name: item.name, extra: {} }));
    case 'TT_ACCOUNT':
    case 'BC_AUTH_TT':
      return Object.values(tiktokAccounts)
        .filter((item) => item.bcId === bc.bcId && isVisible(context, item))
        .map((item) => ({
          ...own,
          id: item.assetId,
          name: item.displayName,
          extra: {
            tt_asset_handle: item.handle,
            tt_asset_profile_image: '',
            tt_account_roles: ['POST'],
            is_business_verified: false,
          },
        }));
    default:
      return [];
  }
}

function rowJson(type: string, row: AssetRow, role: string | undefined): object {
  return {
    asset_type: type,
    asset_id: row.id,
    asset_name: row.name,
    owner_bc_name: row.ownerBcName,
    relation_type: row.relationType,
    relation_status: 'BOUND',
    ...(type === 'ADVERTISER' ? { advertiser_role: role ?? null } : {}),
    ...(type === 'CATALOG' ? { catalog_role: role ?? 'ADMIN' } : {}),
    ...row.extra,
  };
}

function listAssets(context: EndpointContext, bc: BusinessCenter, keep: (row: AssetRow) => boolean, userId: string): object {
  const type = context.values.text('asset_type');
  const keyword = context.values.inner('filtering').maybeText('keyword')?.toLowerCase();
  const rows = assetRows(context, bc, type)
    .filter((row) => keyword === undefined || row.name.toLowerCase().includes(keyword) || row.id === keyword)
    .filter(keep);
  const page = paged(context, rows);
  const roleOf = (row: AssetRow): string | undefined =>
    context.state.assignments.find((item) => item.assetType === type && item.assetId === row.id && item.userId === userId)?.role;
  return { list: page.rows.map((row) => rowJson(type, row, roleOf(row))), page_info: page.page_info };
}

/** Administrators see the Business Center's assets; standard members and `filtering.user_id` see what a member was given. */
function assetGet(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const type = context.values.text('asset_type');
  const self = context.token?.userId ?? '';
  const asked = context.values.inner('filtering').maybeText('user_id');
  const userId = asked ?? (bc.members[self]?.role === 'ADMIN' ? undefined : self);
  const given = new Set(
    context.state.assignments.filter((item) => item.assetType === type && item.userId === userId).map((item) => item.assetId),
  );
  return listAssets(context, bc, (row) => userId === undefined || given.has(row.id), userId ?? self);
}

function assetAdminGet(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const filtering = context.values.inner('filtering');
  const status = filtering.maybeText('advertiser_show_status');
  const relation = filtering.maybeText('relation_type');
  const keep = (row: AssetRow): boolean =>
    (status === undefined || row.extra.advertiser_status === status) && (relation === undefined || row.relationType === relation);
  return listAssets(context, bc, keep, context.token?.userId ?? '');
}

const ROLE_FIELD: Readonly<Record<string, string>> = {
  ADVERTISER: 'advertiser_role',
  CATALOG: 'catalog_role',
  LEAD: 'form_library_role',
  STOREFRONT: 'store_role',
};

function roleFor(context: EndpointContext, type: string): string {
  const field = ROLE_FIELD[type];
  if (field !== undefined) return context.values.text(field);
  const roles = [...context.values.texts('tt_account_roles'), ...context.values.texts('business_account_roles')];
  if (type === 'TT_ACCOUNT' && roles.length === 0) throw badParameter('Missing required field(s): tt_account_roles.');
  return roles.join(',') || 'ADMIN';
}

function assignTarget(context: EndpointContext): Omit<Assignment, 'role'> {
  const bc = adminOfBc(context);
  const assetType = context.values.text('asset_type');
  const assetId = context.values.text('asset_id');
  const userId = context.values.text('user_id');
  if (bc.members[userId]?.relationStatus !== 'BOUND') {
    throw badParameter(`The user ${userId} is not a member of the Business Center.`);
  }
  if (!assetRows(context, bc, assetType).some((row) => row.id === assetId) && !ownedUnseen(context, bc, assetId)) {
    throw new ApiRefusal(40001, `No permission to operate asset: ${assetId}`);
  }
  return { bcId: bc.bcId, userId, assetType, assetId };
}

/** An account that lists do not show yet can be given to people all the same. */
function ownedUnseen(context: EndpointContext, bc: BusinessCenter, assetId: string): boolean {
  return context.state.advertisers[assetId]?.ownerBcId === bc.bcId;
}

function isSame(left: Omit<Assignment, 'role'>, right: Omit<Assignment, 'role'>): boolean {
  return left.userId === right.userId && left.assetType === right.assetType && left.assetId === right.assetId;
}

function assign(context: EndpointContext): object {
  const target = assignTarget(context);
  const role = roleFor(context, target.assetType);
  const existing = context.state.assignments.find((item) => isSame(item, target));
  if (existing === undefined) context.state.assignments.push({ ...target, role });
  else existing.role = role;
  return {};
}

function unassign(context: EndpointContext): object {
  const target = assignTarget(context);
  context.state.assignments = context.state.assignments.filter((item) => !isSame(item, target));
  return {};
}

function assetMembers(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const type = context.values.text('asset_type');
  const assetId = context.values.text('asset_id');
  const rows = context.state.assignments
    .filter((item) => item.assetType === type && item.assetId === assetId)
    .flatMap((item) => {
      const member = bc.members[item.userId];
      const role = type === 'CATALOG' ? { catalog_role: item.role } : { advertiser_role: item.role };
      return member === undefined ? [] : [{ user_id: member.userId, user_name: member.userName, user_email: member.userEmail, ...role }];
    });
  const page = paged(context, rows);
  return { list: page.rows, page_info: page.page_info };
}

/** Assets of a Business Center and who works on them (facts 3.5). */
export const assetHandlers: EndpointHandlers = {
  '/bc/asset/get/': assetGet,
  '/bc/asset/admin/get/': assetAdminGet,
  '/bc/asset/assign/': assign,
  '/bc/asset/unassign/': unassign,
  '/bc/asset/member/get/': assetMembers,
};
