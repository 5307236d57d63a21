/** What TikTok's words for a state mean, by the words as its API spells them (facts 3.3, 3.4, 3.8 and 6.2). */
const MEANS: Readonly<Record<string, string>> = {
  HESITATE_RECOMMEND: 'the post is public',
  ONLY_AUTHOR_SEE: 'only its author sees the post',
  ONLY_FRIEND_SEE: 'only friends of its author see the post',
  REVIEW_PENDING: 'TikTok still reviews the post',
  AUDIT_DELETE: 'TikTok took the post away',
  USER_DELETE: 'its author deleted the post',
  STATUS_ENABLE: 'the account is approved',
  STATUS_DISABLE: 'the account is closed',
  STATUS_LIMIT: 'the account is suspended',
  STATUS_PENDING_CONFIRM: 'TikTok reviews the account',
  STATUS_PENDING_CONFIRM_MODIFY: 'TikTok reviews a change of the account',
  STATUS_PENDING_VERIFIED: 'the account waits for its verification',
  STATUS_CONFIRM_FAIL: 'TikTok’s review refused the account',
  STATUS_CONFIRM_FAIL_END: 'TikTok’s review refused the account for good',
  STATUS_CONFIRM_MODIFY_FAIL: 'TikTok’s review refused a change of the account',
  STATUS_SELF_SERVICE_UNAUDITED: 'the account’s qualification is not reviewed yet',
  STATUS_CONTRACT_PENDING: 'the account waits for its contract',
  NOT_SUBMITTED: 'no papers were handed in',
  REVIEWING: 'TikTok reviews the papers',
  VERIFIED: 'the company is verified',
  FAILED: 'TikTok refused the papers',
  EXPIRED: 'the verification has expired',
  NON_SHARED: 'a balance of the account’s own',
  SHARED: 'from the balance of the Business Center',
  CREDIT_LINE: 'from a line of credit',
};

/** One of TikTok's words for a state as people read it, with the word itself behind; a word that we do not know stands alone. */
export function tiktokWord(word: string): string {
  const means = MEANS[word];
  return means === undefined ? word : `${means} (${word})`;
}
