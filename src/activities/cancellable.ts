import { Context } from '@temporalio/activity';
import type { CallOptions, TikTokCalls } from '../tiktok/calls.js';

/**
 * The same calls, which end when their activity is cancelled: so that a worker whose grace period is over hands an activity back
 * instead of waiting for TikTok. A call that brings its own signal keeps it.
 */
export function cancellable(tiktok: TikTokCalls): TikTokCalls {
  return new Proxy(tiktok, {
    get(target, name, receiver) {
      const call: unknown = Reflect.get(target, name, receiver);
      if (typeof call !== 'function') return call;
      return (parameters: object, options?: CallOptions): unknown =>
        Reflect.apply(call, target, [parameters, { signal: Context.current().cancellationSignal, ...options }]);
    },
  });
}
