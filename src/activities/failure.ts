import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { z } from 'zod';
import { FAILURES, type Failure, type FailureCode } from '../contract/failures.js';
import { isDatabaseUnavailable } from '../store/database.js';
import { SecretUnreadable } from '../store/secrets.js';
import { type Certainty, type ErrorClass, TikTokError } from '../tiktok/error.js';
import { NotSent, SlotFarAway } from '../tiktok/not-sent.js';
import { attemptsMade } from './attempts.js';

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
    // The server takes a delay of nothing for no further attempt.
    ...(extra.nextRetryDelayMs === undefined ? {} : { nextRetryDelay: Math.max(1, Math.ceil(extra.nextRetryDelayMs)) }),
  });
}

const detailSchema = z.object({ requestId: z.string() });

/** TikTok's id of the request behind a failure, where there was an answer that had one. */
export function requestIdOf({ details }: ApplicationFailure): string | undefined {
  return detailSchema.safeParse(details?.[0]).data?.requestId;
}

/** The code of the failure table for each class of the TikTok client's errors. */
const CODE_OF_CLASS = {
  retry_later: 'tiktok_unavailable',
  unknown_outcome: 'tiktok_unavailable',
  unavailable: 'tiktok_unavailable',
  cancelled: 'tiktok_unavailable',
  rate_limited: 'tiktok_rate_limited',
  token: 'tiktok_token_revoked',
  permission: 'tiktok_permission_denied',
  bad_input: 'tiktok_bad_input',
  not_found: 'tiktok_not_found',
  conflict: 'tiktok_conflict',
  fatal: 'tiktok_fatal',
  partial: 'tiktok_bad_answer',
  bad_answer: 'tiktok_bad_answer',
  unknown_code: 'tiktok_unknown_code',
} as const satisfies Record<ErrorClass, FailureCode>;

/** The scope itself is missing, not a role (facts 1.3). */
const SCOPE_CODES: ReadonlySet<number | undefined> = new Set([40130, 40131]);

/**
 * How long to leave a throttled endpoint alone. TikTok gives no Retry-After: a second's limit is over in the next second, a
 * minute's after five minutes (facts 1.4), so the wait doubles up to that. Spread, so that waiting calls do not come back together.
 */
export function throttledForMs(times: number): number {
  return Math.min(1_000 * 2 ** (times - 1), 300_000) * (1 + Math.random() / 2);
}

function tiktokFailure(error: TikTokError): ApplicationFailure {
  const code = SCOPE_CODES.has(error.tiktokCode) ? 'tiktok_scope_missing' : CODE_OF_CLASS[error.class];
  const delay = code === 'tiktok_rate_limited' ? { nextRetryDelayMs: throttledForMs(attemptsMade()) } : {};
  return stepFailure(code, error.message, { requestId: error.requestId, ...delay });
}

/**
 * What an error says about the call behind it. Whatever we do not recognise counts as unknown, because a call that costs must not
 * be repeated on a guess.
 */
export function certaintyOf(error: unknown): Certainty {
  if (error instanceof NotSent || error instanceof SlotFarAway) return 'unsent';
  return error instanceof TikTokError ? error.certainty : 'unknown';
}

/** Failures of attempts that waited for a slot and did nothing else. */
const forWantOfSlot = new WeakSet<ApplicationFailure>();

function handedBack({ message, retryInMs }: SlotFarAway): ApplicationFailure {
  const failure = stepFailure('tiktok_rate_limited', message, { nextRetryDelayMs: retryInMs });
  forWantOfSlot.add(failure);
  return failure;
}

/** Whether a failure only says that our own rate limit has no slot soon. */
export function isHandedBack(failure: ApplicationFailure): boolean {
  return forWantOfSlot.has(failure);
}

/** The same failure as the end of all attempts. */
export function lastFailure({ type, message, details }: ApplicationFailure): ApplicationFailure {
  return ApplicationFailure.create({ type: type ?? 'internal', message, details: details ?? [], nonRetryable: true });
}

/**
 * Any error of an activity as a failure of the table. Causes stay behind: they may carry a request with its token.
 *
 * @throws CancelledFailure as it came: a cancelled activity did not fail
 */
export function asStepFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof CancelledFailure) throw error;
  if (error instanceof TikTokError) return tiktokFailure(error);
  if (error instanceof SlotFarAway) return handedBack(error);
  if (error instanceof NotSent) return asStepFailure(error.cause);
  if (isDatabaseUnavailable(error)) return stepFailure('database_unavailable', 'our database does not answer');
  if (error instanceof SecretUnreadable) return stepFailure('internal', error.message);
  return stepFailure('internal', error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown');
}
