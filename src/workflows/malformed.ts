import { ApplicationFailure } from '@temporalio/workflow';
import type { z } from 'zod';

/** The refusal of a malformed message: names every field at fault, never the values. */
export function malformed(message: string, cause: z.ZodError | string): ApplicationFailure {
  const faults =
    typeof cause === 'string' ? cause : cause.issues.map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.message}`).join('; ');
  return ApplicationFailure.nonRetryable(`${message} refused: ${faults}`, 'malformed');
}
