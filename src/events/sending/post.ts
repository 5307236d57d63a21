import type { TrackDestination } from '../../contract/events.js';
import { trackRequestText } from '../../domain/events/track-request.js';
import type { ClaimedEvent } from '../../store/event-queue.js';
import { JsonBody } from '../../tiktok/json-body.js';
import { TikTokError } from '../../tiktok/error.js';
import type { Limiter } from '../../tiktok/limiter.js';
import { NotSent, SlotFarAway } from '../../tiktok/not-sent.js';
import type { SendingDependencies } from './dependencies.js';
import { type Fate, fateOf } from './fate.js';

/** What became of one request. */
export type PostAnswer =
  | { readonly kind: 'accepted'; readonly requestId: string }
  /** Nothing left us: no slot was near, or something of ours was in the way. */
  | { readonly kind: 'not_sent'; readonly retryInMs: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly fate: Fate; readonly error: TikTokError };

/** After a failure of our own database or token store. */
const OURS_FAILED_MS = 1_000;

/**
 * Waits for the destination's own slot: TikTok throttles on the value of pixel_code as well (facts 1.3, code 40132).
 * @throws NotSent where the limiter's database fails: nothing has left us, and that must be known
 */
async function ownSlot(limiter: Limiter | undefined, { event_source_id }: TrackDestination, signal: AbortSignal): Promise<void> {
  const endpoint = `/event/track/ ${event_source_id}`;
  try {
    await limiter?.take(endpoint, { signal });
  } catch (error) {
    if (error instanceof SlotFarAway || signal.aborted) throw error;
    throw new NotSent(endpoint, { cause: error });
  }
}

/** Sends some events of one destination in one request. */
export async function postEvents(
  { tiktok, limiter }: Pick<SendingDependencies, 'tiktok' | 'limiter'>,
  destination: TrackDestination,
  events: readonly ClaimedEvent[],
  signal: AbortSignal,
): Promise<PostAnswer> {
  try {
    await ownSlot(limiter, destination, signal);
    const body = trackRequestText(
      destination,
      events.map(({ payload }) => payload),
    );
    const { requestId } = await tiktok.trackEvents(new JsonBody(body), { signal });
    return { kind: 'accepted', requestId };
  } catch (error) {
    if (error instanceof TikTokError)
      return error.certainty === 'unsent' && error.class === 'cancelled'
        ? { kind: 'not_sent', retryInMs: 0, reason: error.message }
        : { kind: 'failed', fate: fateOf(error), error };
    if (error instanceof SlotFarAway) return { kind: 'not_sent', retryInMs: error.retryInMs, reason: error.message };
    if (error instanceof NotSent) return { kind: 'not_sent', retryInMs: OURS_FAILED_MS, reason: String(error.cause) };
    if (signal.aborted) return { kind: 'not_sent', retryInMs: 0, reason: 'stopped before it was sent' };
    throw error;
  }
}
