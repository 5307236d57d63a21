import type { StepStatus } from '../../../contract/status.js';

/**
 * Whether the address in a step's note comes from TikTok, so that it may be a link of ours. The notes of other steps hold reasons that
 * somebody typed, and an address in those is only text.
 */
export function namesTikToksPage({ id, state }: StepStatus): boolean {
  return id === 'tiktok_account' && state === 'waiting_on';
}
