import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CreativeReport, SparkPostFacts } from '../contract/onboarding-activities.js';
import { canonicalJson } from './canonical-json.js';

/**
 * SHA-256 (64 lower-case hex) of the RFC 8785 canonical JSON of a value; the same in workflow, activity and page.
 *
 * @throws TypeError when the value has no JSON form.
 */
export function evidenceHash(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

/** What the approver of `creative_policy` sees: every file by its hash, with what was measured and found. */
export function creativeEvidence(
  reports: readonly CreativeReport[],
  creatives: readonly { id: string; text: string; music: unknown; declarations: readonly string[] }[],
): unknown {
  return {
    kind: 'creative_policy',
    creatives: creatives.map((creative) => {
      const report = reports.find((r) => r.id === creative.id);
      return {
        id: creative.id,
        text: creative.text,
        music: creative.music,
        declarations: creative.declarations,
        sha256: report?.sha256 ?? '',
        kind: report?.kind ?? '',
        verdict: report?.verdict ?? 'needs_human',
        measured: report?.measured ?? {},
        findings: report?.findings ?? [],
      };
    }),
  };
}

/** What the approver of `spark_ads` sees: each post as TikTok shows it, and until when the creator lets us use it. */
export function sparkEvidence(advertiserId: string, posts: readonly SparkPostFacts[]): unknown {
  return {
    kind: 'spark_ads',
    advertiserId,
    posts: posts.map(({ id, itemId, handle, text, status, authorisedUntil }) => ({ id, itemId, handle, text, status, authorisedUntil })),
  };
}

/** What the approvers of `initial_funding` see: how much, from where to where, and how this Business Center pays. */
export function fundingEvidence(input: {
  advertiserId: string;
  advertiserName: string;
  bcId: string;
  currency: string;
  amountMinor: number;
  budgetCapMinor: number | null;
  thresholdMinor: number;
  paymentModel: string;
  /** Counts towards the threshold, so that parts of an amount need the decisions that the whole would. */
  fundedTodayMinor?: number;
}): unknown {
  return { kind: 'initial_funding', ...input };
}

/** What the approver of `business_verification` sees when nothing is inherited. */
export function verificationEvidence(input: {
  advertiserId: string;
  status: string;
  verificationStatus: string;
  rejectionReason: string;
  legalName: string;
  country: string;
}): unknown {
  return { kind: 'business_verification', ...input };
}
