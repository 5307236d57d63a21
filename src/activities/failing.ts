import { asStepFailure } from './failure.js';

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
        try {
          return await Reflect.apply(member, target, input);
        } catch (error) {
          throw asStepFailure(error);
        }
      };
    },
  });
}
