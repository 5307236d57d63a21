import { ApiRefusal } from '../envelope.js';
import type { TikTokAccount } from '../entities.js';
import { adminOfBc, type EndpointContext, type EndpointHandlers, memberOfBc, paged } from './context.js';

/** The link that the owner of the TikTok account opens (facts 3.5). */
function authorization(context: EndpointContext): object {
  const bc = adminOfBc(context);
  return { bc_auth_qr_code: `${context.url}/link-account?bc_id=${bc.bcId}` };
}

function accountOfBc(context: EndpointContext): TikTokAccount {
  const bc = adminOfBc(context);
  const assetId = context.values.text('asset_id');
  const account = context.state.tiktokAccounts[assetId];
  if (account === undefined || account.bcId !== bc.bcId) {
    throw new ApiRefusal(40001, `No permission to operate asset: ${assetId}`);
  }
  return account;
}

function assign(context: EndpointContext): object {
  const account = accountOfBc(context);
  const advertiserId = context.values.text('advertiser_id');
  if (context.state.advertisers[advertiserId] === undefined) {
    throw new ApiRefusal(40001, `No permission to operate advertiser: ${advertiserId}`);
  }
  if (!account.advertiserIds.includes(advertiserId)) account.advertiserIds.push(advertiserId);
  return {};
}

function unassign(context: EndpointContext): object {
  const account = accountOfBc(context);
  account.advertiserIds = account.advertiserIds.filter((id) => id !== context.values.text('advertiser_id'));
  return {};
}

function assigned(context: EndpointContext): object {
  memberOfBc(context);
  const rows = accountOfBc(context).advertiserIds.map((id) => ({
    advertiser_id: id,
    advertiser_name: context.state.advertisers[id]?.name ?? '',
  }));
  const page = paged(context, rows);
  return { list: page.rows, page_info: page.page_info };
}

/** TikTok accounts that clients linked to the Business Center (facts 3.5). */
export const tiktokAccountHandlers: EndpointHandlers = {
  '/bc/asset/account/authorization/': authorization,
  '/bc/asset/advertiser/assign/': assign,
  '/bc/asset/advertiser/unassign/': unassign,
  '/bc/asset/advertiser/assigned/': assigned,
};
