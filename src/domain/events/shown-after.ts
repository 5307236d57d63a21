/** After how long at most TikTok shows a new event, in milliseconds: 30 to 90 minutes (ga4-events facts, section 3). */
export const SHOWN_AFTER_MS = 90 * 60_000;
