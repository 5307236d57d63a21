import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { Attempt } from '../tiktok/turns.js';

/** What one attempt leaves to the next, in the details of its last heartbeat. */
const leftSchema = z.object({ handedBack: z.int().nonnegative(), progress: z.unknown().optional() });

/** The progress of each attempt that is under way, so that a later heartbeat does not drop it. */
const latest = new WeakMap<Context, unknown>();

/** When the attempts that are under way began. */
const began = new WeakMap<Context, number>();

/** Notes that the attempt begins now. */
export function beginAttempt(): void {
  began.set(Context.current(), performance.now());
}

/**
 * Ends with the attempt, somewhat before the server gives it up, so that a worker that was frozen does not send what somebody else may
 * have sent since.
 */
export function attemptSignal(): AbortSignal {
  const context = Context.current();
  const now = performance.now();
  const leftMs = context.info.startToCloseTimeoutMs * 0.9 - (now - (began.get(context) ?? now));
  return AbortSignal.any([context.cancellationSignal, AbortSignal.timeout(Math.max(1, Math.floor(leftMs)))]);
}

function leftBefore(context: Context): z.infer<typeof leftSchema> {
  return leftSchema.safeParse(context.info.heartbeatDetails).data ?? { handedBack: 0, progress: undefined };
}

function leave(context: Context, handedBack: number): void {
  context.heartbeat({ handedBack, progress: latest.has(context) ? latest.get(context) : leftBefore(context).progress });
}

const sharedAttempt = new AsyncLocalStorage<Attempt>();

/** Does what no single activity does, so that the rate limit knows its calls as those of an attempt that serves many. */
export function asSharedAttempt<Answer>(kind: string, work: () => Promise<Answer>): Promise<Answer> {
  return sharedAttempt.run({ identity: {}, kind, only: false, waiter: undefined }, work);
}

/** The attempt at work, as the rate limit wants to know it; undefined where there is none. */
export function currentAttempt(): Attempt | undefined {
  const shared = sharedAttempt.getStore();
  if (shared) return shared;
  try {
    const identity = Context.current();
    const { activityType, activityId, retryPolicy, workflowExecution } = identity.info;
    // Not the priority's fairness key, which is the same tenant: an activity that the server hands out with the answer to its workflow task has none.
    const waiter = { name: `${workflowExecution?.runId} ${activityId}`, fairnessKey: workflowExecution?.workflowId ?? '' };
    return { identity, kind: activityType, only: retryPolicy?.maximumAttempts === 1, waiter };
  } catch {
    return undefined;
  }
}

/** Shows that the attempt is alive, and keeps `progress`, if it has any, for the next one. */
export function beat(progress?: unknown): void {
  const context = Context.current();
  if (progress !== undefined) latest.set(context, progress);
  leave(context, leftBefore(context).handedBack);
}

/** What the attempts before told `beat` last. */
export function progressBefore(): unknown {
  return leftBefore(Context.current()).progress;
}

/** Notes that this attempt ends unused, for want of a slot, and must not count. */
export function handBack(): void {
  const context = Context.current();
  leave(context, leftBefore(context).handedBack + 1);
}

/** Attempts that did something, this one included. The server's own number counts those that were handed back too. */
export function attemptsMade(): number {
  const context = Context.current();
  return context.info.attempt - leftBefore(context).handedBack;
}
