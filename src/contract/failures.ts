/**
 * The one closed table of failures: every parked step names one of these codes. `sentence` speaks to the person who mends it,
 * `mend` is the command that does; `{slug}` and `{step}` are filled in. docs/operations.md has a runbook entry for each.
 */
export interface FailureEntry {
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly sentence: string;
  readonly mend: string;
}

const retry = 'kobi retry {slug} {step} --as PERSON --reason TEXT';
const amend = 'kobi amend {slug} --file FILE --as PERSON --reason TEXT';
/** A file or an address whose content was mended stays the same to the tenant file, so that an amendment would find no difference. */
const mended = (what: string): string => `mend the ${what}, then ${retry} (amend instead, if the tenant file is to name another one)`;

export const FAILURES = {
  tiktok_unavailable: { retryable: true, sentence: 'TikTok does not answer, or answers with a system error.', mend: retry },
  tiktok_rate_limited: { retryable: true, sentence: 'TikTok throttles our calls to this endpoint.', mend: retry },
  tiktok_bad_answer: {
    retryable: true,
    sentence: 'TikTok sent something that is not its documented answer (cut, HTML, or fields missing).',
    mend: retry,
  },
  tiktok_unknown_code: { retryable: true, sentence: 'TikTok answered with a code that its documentation does not know.', mend: retry },
  tiktok_token_revoked: {
    retryable: false,
    sentence: 'TikTok no longer accepts our access token.',
    mend: `set TIKTOK_ACCESS_TOKEN to a new token, restart the worker, then ${retry}`,
  },
  tiktok_scope_missing: {
    retryable: false,
    sentence: 'Our access token lacks a scope that this call needs.',
    mend: `grant the scope (kobi doctor names it), then ${retry}`,
  },
  tiktok_permission_denied: {
    retryable: false,
    sentence: 'TikTok does not let our user act on this account or asset.',
    mend: `give the token's user its role in the Business Center, then ${retry}`,
  },
  tiktok_bad_input: { retryable: false, sentence: 'TikTok refuses a value that we sent.', mend: amend },
  tiktok_not_found: { retryable: false, sentence: 'An object that we rely on is gone at TikTok.', mend: retry },
  tiktok_conflict: { retryable: true, sentence: 'TikTok is busy with another write to the same object.', mend: retry },
  tiktok_fatal: { retryable: false, sentence: 'TikTok refuses this call for good.', mend: retry },
  outcome_unknown: {
    retryable: false,
    sentence: 'A call that must happen at most once got no answer, and reading TikTok does not tell whether it happened.',
    mend: `look at the candidates in Ads Manager, keep one, then ${retry}`,
  },
  business_center_role: {
    retryable: false,
    sentence: 'Our user is not ADMIN of the Business Center.',
    mend: `make the token's user ADMIN, then ${retry}`,
  },
  business_center_not_enabled: {
    retryable: false,
    sentence: 'The Business Center is not enabled at TikTok.',
    mend: `settle it with TikTok, then ${retry}`,
  },
  business_center_not_verified: {
    retryable: false,
    sentence: "Kobi's Business Center is not VERIFIED, so nothing can be inherited.",
    mend: `finish the verification in Business Center, then ${retry}`,
  },
  currency_mismatch: { retryable: false, sentence: "The tenant's currency differs from the Business Center's.", mend: amend },
  qualification_missing: {
    retryable: false,
    sentence: 'The Business Center has no VERIFIED qualification that an account could inherit.',
    mend: `verify a qualification in Business Center, then ${retry}`,
  },
  advertiser_ambiguous: {
    retryable: false,
    sentence: 'More than one advertiser carries our name; we never guess.',
    mend: `rename or close the wrong ones in Business Center, then ${retry}`,
  },
  advertiser_unreachable: {
    retryable: false,
    sentence: 'The advertiser exists, but our token does not see it.',
    mend: `assign the token's user to it in Business Center, then ${retry}`,
  },
  account_review_refused: {
    retryable: false,
    sentence: "TikTok's account review refused the account.",
    mend: `mend what TikTok names (kobi status {slug}), then ${retry}`,
  },
  account_suspended: {
    retryable: false,
    sentence: 'TikTok has suspended or closed the account.',
    mend: `appeal with TikTok support, then ${retry}`,
  },
  verification_expired: {
    retryable: false,
    sentence: 'The business verification is refused or expired.',
    mend: `hand in papers again, then ${retry}`,
  },
  tiktok_account_unavailable: {
    retryable: false,
    sentence: "The client's TikTok account is linked but cannot run ads.",
    mend: `ask the client to make it a public business account, then ${retry}`,
  },
  pixel_ambiguous: {
    retryable: false,
    sentence: 'More than one pixel carries our name; we never guess.',
    mend: `rename the wrong ones in Events Manager, then ${retry}`,
  },
  test_event_refused: {
    retryable: false,
    sentence: 'The Events API refused the test event.',
    mend: `kobi provide {slug} test-event-code CODE --as PERSON`,
  },
  event_set_ambiguous: {
    retryable: false,
    sentence: 'More than one event set carries our name; we never guess.',
    mend: `rename the wrong ones in Events Manager, then ${retry}`,
  },
  catalog_ambiguous: {
    retryable: false,
    sentence: 'More than one catalog carries our name; we never guess.',
    mend: `rename the wrong ones in Catalog Manager, then ${retry}`,
  },
  feed_invalid: { retryable: false, sentence: 'The product feed has rows that TikTok would refuse.', mend: mended('feed') },
  feed_unreachable: { retryable: false, sentence: 'The product feed cannot be read.', mend: mended('feed') },
  products_rejected: { retryable: false, sentence: 'TikTok rejected products of the catalog.', mend: mended('feed') },
  events_impossible: { retryable: false, sentence: 'The conversion events do not fit the objective.', mend: amend },
  finance_role: {
    retryable: false,
    sentence: 'Our finance role in the Business Center is below MANAGER.',
    mend: `give the token's user the finance role MANAGER, then ${retry}`,
  },
  billing_group_missing: {
    retryable: false,
    sentence: "Kobi's configured billing group does not exist or is not valid.",
    mend: `set KOBI_BILLING_GROUP_ID to a VALID group, then ${retry}`,
  },
  balance_too_low: {
    retryable: false,
    sentence: "The Business Center's balance does not cover the initial funding.",
    mend: `top up the Business Center, then ${retry}`,
  },
  funding_limit: { retryable: false, sentence: 'The funding passes the cumulative limit per tenant and day.', mend: amend },
  transfer_ambiguous: {
    retryable: false,
    sentence: 'More than one transaction matches the transfer; we never guess.',
    mend: `look at the transactions, then ${retry}`,
  },
  creative_rejected: { retryable: false, sentence: "A creative breaks TikTok's specifications.", mend: mended('file') },
  creative_unreadable: { retryable: false, sentence: 'A creative file cannot be read.', mend: mended('file') },
  creative_changed: { retryable: false, sentence: 'A creative file changed after it was approved.', mend: retry },
  spark_post_unavailable: {
    retryable: false,
    sentence: 'A Spark post is deleted, private, or its authorisation was withdrawn.',
    mend: "kobi provide {slug} spark-code POST 'CODE' --as PERSON",
  },
  gate_rejected: { retryable: false, sentence: 'An approver rejected the gate.', mend: amend },
  gate_expired: { retryable: false, sentence: 'Nobody decided the gate in time; silence never approves.', mend: retry },
  gate_withdrawn: { retryable: false, sentence: 'The gate was withdrawn.', mend: retry },
  address_refused: { retryable: false, sentence: 'An address in the tenant file may not be fetched.', mend: amend },
  landing_page_broken: {
    retryable: false,
    sentence: 'A landing page does not answer, loses parameters on the way, or lacks the tags.',
    mend: `mend the page, then ${retry}`,
  },
  launch_check_failed: { retryable: false, sentence: 'Something the launch needs is not in place.', mend: retry },
  mode_not_available: { retryable: false, sentence: 'This mode is not available yet; only `managed` is.', mend: amend },
  database_unavailable: { retryable: true, sentence: 'Our database does not answer.', mend: retry },
  internal: { retryable: false, sentence: 'The engine met something it does not know.', mend: `read the log of the worker, then ${retry}` },
} as const satisfies Record<string, FailureEntry>;

export type FailureCode = keyof typeof FAILURES;

/** Whether a text (an ApplicationFailure's type) is a code of the table. */
export function isFailureCode(text: unknown): text is FailureCode {
  return typeof text === 'string' && Object.hasOwn(FAILURES, text);
}

/** What a parked step carries: the code, what exactly happened (redacted), and TikTok's request id where there is one. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly requestId?: string;
  readonly details?: readonly string[];
}

/** The command that mends a failure, filled in for one tenant and step. */
export function mendingCommand(code: FailureCode, slug: string, step: string): string {
  return FAILURES[code].mend.replaceAll('{slug}', slug).replaceAll('{step}', step);
}
