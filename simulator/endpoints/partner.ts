import { ApiRefusal, badParameter } from '../envelope.js';
import { adminOfBc, type EndpointContext, type EndpointHandlers, memberOfBc, paged } from './context.js';

function list(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const name = context.values.inner('filtering').maybeText('name')?.toLowerCase();
  const rows = bc.partners
    .map((id) => ({ bc_id: id, bc_name: context.state.businessCenters[id]?.name ?? '' }))
    .filter((row) => name === undefined || row.bc_name.toLowerCase().includes(name));
  const page = paged(context, rows);
  return { list: page.rows, page_info: page.page_info };
}

/** Makes a partner and shares assets with it; also shares more with one that is a partner already (facts 3.6). */
function add(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const partnerId = context.values.text('partner_id');
  const partner = context.state.businessCenters[partnerId];
  if (partner === undefined || partnerId === bc.bcId) throw badParameter(`The partner ${partnerId} does not exist.`);
  const assetType = context.values.maybeText('asset_type') ?? 'ADVERTISER';
  const role =
    assetType === 'CATALOG'
      ? (context.values.maybeText('catalog_role') ?? 'AD_PROMOTE')
      : (context.values.maybeText('advertiser_role') ?? 'ANALYST');
  const assetIds = context.values.texts('asset_ids');
  for (const assetId of assetIds) {
    const owner = assetType === 'CATALOG' ? context.state.catalogs[assetId]?.bcId : context.state.advertisers[assetId]?.ownerBcId;
    if (owner !== bc.bcId) throw new ApiRefusal(40001, `No permission to operate asset: ${assetId}`);
  }
  if (!bc.partners.includes(partnerId)) bc.partners.push(partnerId);
  if (!partner.partners.includes(bc.bcId)) partner.partners.push(bc.bcId);
  for (const assetId of assetIds) {
    dropShare(context, bc.bcId, partnerId, assetType, assetId);
    context.state.shares.push({ ownerBcId: bc.bcId, partnerBcId: partnerId, assetType, assetId, role });
  }
  return {};
}

function dropShare(context: EndpointContext, owner: string, partner: string, type: string, assetId?: string): void {
  context.state.shares = context.state.shares.filter(
    (share) =>
      !(
        share.ownerBcId === owner &&
        share.partnerBcId === partner &&
        (type === '' || share.assetType === type) &&
        (assetId === undefined || share.assetId === assetId)
      ),
  );
}

function remove(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const partnerId = context.values.text('partner_id');
  if (!bc.partners.includes(partnerId)) throw badParameter(`The partner ${partnerId} does not exist.`);
  bc.partners = bc.partners.filter((id) => id !== partnerId);
  const partner = context.state.businessCenters[partnerId];
  if (partner !== undefined) partner.partners = partner.partners.filter((id) => id !== bc.bcId);
  dropShare(context, bc.bcId, partnerId, '');
  dropShare(context, partnerId, bc.bcId, '');
  return {};
}

/** SHARING: what we gave the partner; SHARED: what the partner gave us. */
function assets(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const partnerId = context.values.text('partner_id');
  const type = context.values.text('asset_type');
  const sharing = context.values.text('share_type') === 'SHARING';
  const [owner, user] = sharing ? [bc.bcId, partnerId] : [partnerId, bc.bcId];
  const rows = context.state.shares
    .filter((share) => share.ownerBcId === owner && share.partnerBcId === user && share.assetType === type)
    .map((share) => ({
      asset_id: share.assetId,
      asset_type: type,
      asset_name: context.state.advertisers[share.assetId]?.name ?? context.state.catalogs[share.assetId]?.name ?? '',
      ...(type === 'CATALOG'
        ? { catalog_role: share.role }
        : {
            advertiser_role: share.role,
            advertiser_account_type: context.state.advertisers[share.assetId]?.type ?? 'AUCTION',
          }),
    }));
  const page = paged(context, rows);
  return { list: page.rows, page_info: page.page_info };
}

function removeAssets(context: EndpointContext): object {
  const bc = adminOfBc(context);
  for (const assetId of context.values.texts('asset_ids')) {
    dropShare(context, bc.bcId, context.values.text('partner_id'), context.values.text('asset_type'), assetId);
  }
  return {};
}

/** Partnerships between Business Centers (facts 3.6). */
export const partnerHandlers: EndpointHandlers = {
  '/bc/partner/get/': list,
  '/bc/partner/add/': add,
  '/bc/partner/delete/': remove,
  '/bc/partner/asset/get/': assets,
  '/bc/partner/asset/delete/': removeAssets,
};
