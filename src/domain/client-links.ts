import type { GateId, StepId } from '../contract/checklist.js';

/** What a link asks a client for; each link asks for one thing. */
export const CLIENT_LINK_PURPOSES = ['spark_code', 'music_licence', 'verification_papers', 'account_link'] as const;
export type ClientLinkPurpose = (typeof CLIENT_LINK_PURPOSES)[number];

interface PurposeFacts {
  /** What the tenant file must name for it: the post or the creative. */
  readonly item: 'post' | 'creative' | null;
  readonly step: StepId;
  /** The gate whose people want to know. */
  readonly gate: GateId | null;
}

export const PURPOSE_FACTS: Readonly<Record<ClientLinkPurpose, PurposeFacts>> = {
  spark_code: { item: 'post', step: 'spark_ads', gate: 'spark_ads' },
  music_licence: { item: 'creative', step: 'creative_policy', gate: 'creative_policy' },
  verification_papers: { item: null, step: 'business_verification', gate: 'business_verification' },
  account_link: { item: null, step: 'tiktok_account', gate: null },
};

/** Days that a link may last. */
export const LINK_DAYS = { least: 1, usual: 7, most: 30 } as const;

/** Why a link takes nothing more, or that it does. */
export type ClientLinkStanding = 'open' | 'expired' | 'revoked' | 'used';

export function clientLinkStanding(
  link: { readonly expiresAt: string; readonly revokedAt: string | null; readonly usedAt: string | null },
  now: Date,
): ClientLinkStanding {
  if (link.revokedAt !== null) return 'revoked';
  if (link.usedAt !== null) return 'used';
  return Date.parse(link.expiresAt) <= now.getTime() ? 'expired' : 'open';
}
