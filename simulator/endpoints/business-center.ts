import { ApiRefusal, badParameter } from '../envelope.js';
import type { BusinessCenter, Member } from '../entities.js';
import { isBoundMember, memberPage } from './members.js';
import { createdId, type EndpointContext, type EndpointHandlers, memberOfBc, nextSequence, adminOfBc, paged } from './context.js';
import { imageId } from '../ids.js';

function bcRow(bc: BusinessCenter, member: Member): object {
  return {
    bc_info: {
      bc_id: bc.bcId,
      name: bc.name,
      company: bc.company,
      currency: bc.currency,
      registered_area: bc.registeredArea,
      status: bc.status,
      timezone: bc.timezone,
      type: bc.type,
      verification_status: bc.verificationStatus,
    },
    user_role: member.role,
    ext_user_role: member.financeRole === null ? {} : { finance_role: member.financeRole },
  };
}

function bcGet(context: EndpointContext): object {
  const userId = context.token?.userId ?? '';
  const asked = context.values.maybeText('bc_id');
  const rows = Object.values(context.state.businessCenters)
    .filter((bc) => isBoundMember(bc, userId) && (asked === undefined || bc.bcId === asked))
    .flatMap((bc) => {
      const member = bc.members[userId];
      return member === undefined ? [] : [bcRow(bc, member)];
    });
  const page = paged(context, rows);
  return { list: page.rows, page_info: page.page_info };
}

function imageUpload(context: EndpointContext): object {
  adminOfBc(context);
  const file = context.files.get('image_file');
  if (file === undefined) throw new ApiRefusal(40905, 'The file is missing.');
  if (file.bytes.byteLength > 10 * 1024 * 1024) throw new ApiRefusal(40907, 'The file is too large.');
  const id = imageId(nextSequence(context.state));
  context.state.images[id] = { imageId: id, size: file.bytes.byteLength };
  context.created.push(id);
  return { image_id: id, image_url: `${context.url}/cdn/${id}` };
}

function attribute(context: EndpointContext): object {
  const bc = memberOfBc(context);
  return { currencies: [bc.currency], region_codes: [bc.registeredArea] };
}

/** People are asked by e-mail; they stay PENDING until someone accepts (facts 3.6). */
function memberInvite(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const role = context.values.maybeText('user_role') === 'ADMIN' ? 'ADMIN' : 'STANDARD';
  for (const email of context.values.texts('emails')) {
    if (!email.includes('@')) throw badParameter(`emails: ${email} is not a valid email.`);
    if (Object.values(bc.members).some((member) => member.userEmail === email)) continue;
    const userId = createdId(context);
    bc.members[userId] = {
      userId,
      userName: email,
      userEmail: email,
      role,
      financeRole: null,
      relationStatus: 'PENDING',
    };
  }
  return {};
}

/** `/bc/…` reads about the Business Center itself and its members (facts 3.1, 3.6). */
export const businessCenterHandlers: EndpointHandlers = {
  '/bc/get/': bcGet,
  '/bc/member/get/': memberPage,
  '/bc/member/invite/': memberInvite,
  '/bc/image/upload/': imageUpload,
  '/bc/advertiser/attribute/': attribute,
};
