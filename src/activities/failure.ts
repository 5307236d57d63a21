import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { FAILURES, type Failure, type FailureCode, isFailureCode } from '../contract/failures.js';
import { isDatabaseUnavailable } from '../store/database.js';
import { SecretUnreadable } from '../store/secrets.js';

interface Extra {
  readonly requestId?: string | undefined;
  readonly details?: readonly string[] | undefined;
  readonly nextRetryDelayMs?: number | undefined;
}

/** A failure of the closed table as Temporal carries it: the code is the type, the `Failure` the first detail. */
export function stepFailure(code: FailureCode, message: string, extra: Extra = {}): ApplicationFailure {
  const failure: Failure = {
    code,
    message,
    ...(extra.requestId === undefined ? {} : { requestId: extra.requestId }),
    ...(extra.details === undefined ? {} : { details: extra.details }),
  };
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: !FAILURES[code].retryable,
    details: [failure],
    ...(extra.nextRetryDelayMs === undefined ? {} : { nextRetryDelay: Math.ceil(extra.nextRetryDelayMs) }),
  });
}

/**
 * What an error says about the call behind it: it never left us, TikTok definitely refused it, or nobody knows. Whatever we do not
 * recognise counts as unknown, because a call that costs must not be repeated on a guess.
 */
export type Certainty = 'unsent' | 'refused' | 'unknown';

/** How the TikTok client's errors tell their class. */
interface TikTokFailureShape extends Error {
  readonly failure: FailureCode;
  readonly certainty: Certainty;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

function isTikTokFailure(error: unknown): error is TikTokFailureShape {
  return error instanceof Error && 'failure' in error && isFailureCode(error.failure) && 'certainty' in error;
}

export function certaintyOf(error: unknown): Certainty {
  return isTikTokFailure(error) ? error.certainty : 'unknown';
}

/** Any error of an activity as a failure of the table. Causes stay behind: they may carry a request with its token. */
export function asStepFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof CancelledFailure) throw error;
  if (isTikTokFailure(error)) return stepFailure(error.failure, error.message, { requestId: error.requestId, nextRetryDelayMs: error.retryAfterMs });
  if (isDatabaseUnavailable(error)) return stepFailure('database_unavailable', 'our database does not answer');
  if (error instanceof SecretUnreadable) return stepFailure('internal', error.message);
  return stepFailure('internal', error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown');
}
