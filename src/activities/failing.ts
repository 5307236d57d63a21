import type { ApplicationFailure } from '@temporalio/common';
import { attemptsMade, beginAttempt, handBack } from './attempts.js';
import { asStepFailure, isHandedBack, lastFailure, stepFailure } from './failure.js';

/**
 * Attempts of an activity that may fail before its step parks; with Temporal's growing waits about ten minutes. Counted here and not by
 * the retry policy, which would count those that only waited for a slot of the rate limit too.
 */
const MOST_ATTEMPTS = 12;

function judged(error: unknown): ApplicationFailure {
  const failure = asStepFailure(error);
  if (isHandedBack(failure)) {
    handBack();
    return failure;
  }
  return attemptsMade() < MOST_ATTEMPTS ? failure : lastFailure(failure);
}

/**
 * The same activities, whose every error is a failure of the closed table: nothing else (an HTTP client's error with its
 * request attached, a driver's error with its address) leaves the worker. A proxy, so that no signature is lost.
 */
export function failing<Activities extends object>(activities: Activities): Activities {
  return new Proxy(activities, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...input: unknown[]): Promise<unknown> => {
        beginAttempt();
        // The last ones ended without a word: a worker that died, or an answer that never came.
        if (attemptsMade() > MOST_ATTEMPTS)
          throw lastFailure(stepFailure('tiktok_unavailable', `${MOST_ATTEMPTS} attempts of ${String(name)} had no answer in time`));
        try {
          return await Reflect.apply(member, target, input);
        } catch (error) {
          throw judged(error);
        }
      };
    },
  });
}
