import { ApiRefusal, badParameter } from '../envelope.js';
import type { Pixel } from '../entities.js';
import { adminOfBc, type EndpointContext, type EndpointHandlers, memberOfBc, paged, reaches } from './context.js';

function pixelByCode(context: EndpointContext): Pixel {
  const code = context.values.text('pixel_code');
  const pixel = Object.values(context.state.pixels).find((item) => item.pixelCode === code);
  if (pixel === undefined) throw new ApiRefusal(40007, `The pixel ${code} does not exist.`);
  return pixel;
}

/** Ownership goes from the account to the Business Center; once only (facts 3.7). */
function transfer(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const pixel = pixelByCode(context);
  if (!reaches(context, pixel.advertiserId)) {
    throw new ApiRefusal(40001, `No permission to operate advertiser: ${pixel.advertiserId}`);
  }
  if (pixel.ownerBcId === bc.bcId) throw badParameter('The pixel is already owned by the Business Center.');
  if (pixel.ownerBcId !== null) throw new ApiRefusal(40001, `No permission to operate pixel: ${pixel.pixelCode}`);
  pixel.ownerBcId = bc.bcId;
  pixel.updatedAt = context.now;
  pixel.linkedAdvertiserIds = [pixel.advertiserId];
  return { asset_id: pixel.pixelId };
}

function ownedPixel(context: EndpointContext, bcId: string): Pixel {
  const pixel = pixelByCode(context);
  if (pixel.ownerBcId !== bcId) {
    throw new ApiRefusal(40001, `The pixel ${pixel.pixelCode} is not owned by the Business Center.`);
  }
  return pixel;
}

function linkUpdate(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const pixel = ownedPixel(context, bc.bcId);
  const ids = context.values.texts('advertiser_ids');
  for (const id of ids) {
    if (context.state.advertisers[id] === undefined) throw new ApiRefusal(40001, `No permission to operate advertiser: ${id}`);
  }
  const others = pixel.linkedAdvertiserIds.filter((id) => !ids.includes(id));
  pixel.linkedAdvertiserIds = context.values.text('relation_status') === 'LINK' ? [...others, ...ids] : others;
  pixel.updatedAt = context.now;
  return {};
}

function linkGet(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const page = paged(context, ownedPixel(context, bc.bcId).linkedAdvertiserIds);
  return { list: page.rows.map((id) => ({ advertiser_id: id })), page_info: page.page_info };
}

/** Pixels as property of a Business Center (facts 3.7). */
export const pixelBusinessCenterHandlers: EndpointHandlers = {
  '/bc/pixel/transfer/': transfer,
  '/bc/pixel/link/update/': linkUpdate,
  '/bc/pixel/link/get/': linkGet,
};
