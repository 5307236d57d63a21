/** How senders go about it; the defaults are for TikTok, tests take shorter ones. All times in milliseconds. */
export interface SendingSettings {
  /** Events of one claim; TikTok takes at most 1,000 in a request. */
  readonly batch: number;
  /** Batches of one process at the same time. */
  readonly inFlight: number;
  /** Of these, for one destination. */
  readonly inFlightPerDestination: number;
  /** How long a claim holds; longer than any batch takes. */
  readonly leaseMs: number;
  /** How often it is looked for what is due. */
  readonly everyMs: number;
  /** After its first failure an event waits so long, twice as long after each further one, up to the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** So many failures of a destination in a row open its breaker. */
  readonly breakerAfter: number;
  readonly breakerFirstMs: number;
  readonly breakerLongestMs: number;
  /** A pause that TikTok's throttle asks for: a second where the second's calls were used up, five minutes for the minute's (facts 1.4). */
  readonly slowDownFirstMs: number;
  readonly slowDownLongestMs: number;
}

export const SENDING: SendingSettings = {
  batch: 1_000,
  inFlight: 8,
  inFlightPerDestination: 2,
  leaseMs: 300_000,
  everyMs: 100,
  firstRetryMs: 2_000,
  longestRetryMs: 60_000,
  breakerAfter: 5,
  breakerFirstMs: 15_000,
  breakerLongestMs: 300_000,
  slowDownFirstMs: 1_000,
  slowDownLongestMs: 300_000,
};
