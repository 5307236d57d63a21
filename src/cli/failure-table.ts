import { type FailureEntry, FAILURES, type FailureCode, isFailureCode } from '../contract/failures.js';

/** One row of the failure table with its code. */
export interface CodedFailure extends FailureEntry {
  readonly code: FailureCode;
}

/** The whole failure table, in its order. */
export function failureTable(): CodedFailure[] {
  return Object.keys(FAILURES)
    .filter(isFailureCode)
    .map((code) => {
      const { retryable, sentence, mend } = FAILURES[code];
      return { code, retryable, sentence, mend };
    });
}
