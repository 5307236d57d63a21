import type { OnboardingStatus } from '../contract/status.js';

/** What pages say loudly of an onboarding whose decisions nobody signs; undefined where they are signed, and once it has ended. */
export function openApprovalsWarning({ slug, approvals, state }: OnboardingStatus): string | undefined {
  if (approvals === 'signed' || state === 'live' || state === 'cancelled') return undefined;
  return `Approvals of ${slug} are open: whoever reaches the Temporal namespace can decide its gates, in any name. It was started with APPROVALS=open, or before decisions were signed.`;
}
