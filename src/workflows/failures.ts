import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { isFailureCode, type Failure, type FailureCode } from '../contract/failures.js';

/** Thrown by a step that cannot go on; the checklist turns it into `parked`. */
export class Park extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'Park';
  }
}

export function park(code: FailureCode, message: string, details?: readonly string[]): never {
  throw new Park({ code, message, ...(details ? { details } : {}) });
}

function detailOf(failure: ApplicationFailure): Partial<Failure> {
  const detail: unknown = failure.details?.[0];
  if (typeof detail !== 'object' || detail === null) return {};
  const requestId = 'requestId' in detail && typeof detail.requestId === 'string' ? { requestId: detail.requestId } : {};
  const details = 'details' in detail && Array.isArray(detail.details) ? { details: detail.details.map(String) } : {};
  return { ...requestId, ...details };
}

/**
 * The failure with which a step parks, or undefined for an error that is none of ours (a bug stalls the workflow task,
 * where it can be mended by a deployment, instead of ending a tenant's onboarding).
 */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Park) return error.failure;
  if (!(error instanceof ActivityFailure)) return undefined;
  const cause = error.cause;
  if (cause instanceof ApplicationFailure) {
    const code = isFailureCode(cause.type) ? cause.type : 'internal';
    return { code, message: cause.message, ...detailOf(cause) };
  }
  if (cause instanceof TimeoutFailure) {
    return { code: 'tiktok_unavailable', message: `${error.activityType} had no answer in time (${cause.timeoutType})` };
  }
  return { code: 'internal', message: `${error.activityType}: ${cause?.message ?? error.message}` };
}

/** Whether an irreversible write may have happened although we have no answer: it said so, or its one attempt was lost. */
export function isUnknownOutcome(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  if (error.cause instanceof TimeoutFailure) return true;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'outcome_unknown';
}

/** Two attempts of an irreversible write whose outcome nobody knows, with what is known of the last: its words, and TikTok's id of the request. */
export function unansweredTwice(error: unknown): Park {
  const last = failureOf(error);
  const words = last === undefined ? '' : `; the last one: ${last.message}`;
  return new Park({
    ...last,
    code: 'outcome_unknown',
    message: `two attempts had no answer that tells, and reading TikTok found nothing after either${words}`,
  });
}
