import type { BusinessCenter } from '../entities.js';
import { type EndpointContext, memberOfBc, paged } from './context.js';

/** Whether the user belongs to the Business Center and accepted. */
export function isBoundMember(bc: BusinessCenter, userId: string): boolean {
  return bc.members[userId]?.relationStatus === 'BOUND';
}

/** `GET /bc/member/get/` (facts 3.6). */
export function memberPage(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const filtering = context.values.inner('filtering');
  const keyword = filtering.maybeText('keyword')?.toLowerCase();
  const role = filtering.maybeText('user_role');
  const status = filtering.maybeText('relation_status');
  const rows = Object.values(bc.members)
    .filter((member) => role === undefined || member.role === role)
    .filter((member) => status === undefined || member.relationStatus === status)
    .filter((member) => keyword === undefined || `${member.userName} ${member.userEmail}`.toLowerCase().includes(keyword))
    .map((member) => ({
      user_id: member.userId,
      user_name: member.userName,
      user_email: member.userEmail,
      user_role: member.role,
      relation_status: member.relationStatus,
      ext_user_role: member.financeRole === null ? {} : { finance_role: member.financeRole },
    }));
  const page = paged(context, rows);
  return { list: page.rows, page_info: page.page_info };
}
