import type { BreakerReason } from '../../contract/event-reasons.js';
import type { TikTokError } from '../../tiktok/error.js';

/** Throttled on the value of one field, or one advertiser; every other throttle is the app's (facts 1.3). */
const THROTTLED_DESTINATION: ReadonlySet<number> = new Set([40_132, 40_133]);
const TOO_LARGE = 413;

/** What becomes of the events of a request that TikTok did not simply accept. */
export type Fate =
  /** They wait and go again; failures in a row open the destination's breaker. Where it keeps failing, one of them may be the cause. */
  | { readonly kind: 'again'; readonly oneMayBeTheCause: boolean }
  /** They wait until TikTok lets us go on. */
  | { readonly kind: 'slow_down'; readonly whom: 'destination' | 'everything' }
  /** Something in the request is refused: it is halved until the bad event is alone. */
  | { readonly kind: 'split' }
  /** Nothing of the kind will be accepted until a person mends something: they wait, and the breaker opens at once. */
  | { readonly kind: 'stop'; readonly whom: 'destination' | 'token'; readonly reason: BreakerReason };

/**
 * The fate of a request by how it failed: one for every class of src/tiktok/codes.ts and for what goes wrong without a code. Whether
 * TikTok may have taken the events all the same is the error's `certainty`.
 */
export function fateOf(error: Pick<TikTokError, 'class' | 'tiktokCode' | 'httpStatus'>): Fate {
  switch (error.class) {
    case 'bad_input':
      return { kind: 'split' };
    case 'partial':
      // TikTok does not say which; what it took it recognises by the event id when it comes again (facts 4.3).
      return { kind: 'split' };
    case 'rate_limited':
      return { kind: 'slow_down', whom: THROTTLED_DESTINATION.has(error.tiktokCode ?? 0) ? 'destination' : 'everything' };
    case 'token':
      return { kind: 'stop', whom: 'token', reason: 'token' };
    case 'permission':
      return { kind: 'stop', whom: 'destination', reason: 'permission' };
    case 'not_found':
      return { kind: 'stop', whom: 'destination', reason: 'not_found' };
    case 'fatal':
      return { kind: 'stop', whom: 'destination', reason: 'fatal' };
    case 'bad_answer':
      return error.httpStatus === TOO_LARGE ? { kind: 'split' } : { kind: 'again', oneMayBeTheCause: false };
    case 'retry_later':
    case 'conflict':
    case 'unknown_outcome':
    case 'unknown_code':
      return { kind: 'again', oneMayBeTheCause: true };
    case 'unavailable':
    case 'cancelled':
      return { kind: 'again', oneMayBeTheCause: false };
  }
}

/** The place of the event that TikTok's text names, as `data[17]` or `data.17`; undefined where it names none of these. */
export function namedEvent(text: string | undefined, count: number): number | undefined {
  const found = /\bdata(?:\[|\.)(\d{1,4})\b/.exec(text ?? '');
  const index = found ? Number(found[1]) : Number.NaN;
  return index < count ? index : undefined;
}
