import type { Approvals } from '../../src/approvals/approvals.js';

/** For tests that are about something else: runs take decisions as they come, and nothing is signed. */
export const openApprovals: Approvals = {
  forNewRun: () => Promise.resolve({ mode: 'open' }),
  sign: () => Promise.reject(new Error('an open run asks for no envelope')),
};
