import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { HISTORY_FULL } from '../contract/messages.js';

/** gRPC status numbers (grpc.io, "Status codes") that this file tells apart. */
const GRPC = { cancelled: 1, deadlineExceeded: 4, failedPrecondition: 9, unimplemented: 12, unavailable: 14 } as const;

/** The run of a workflow id has ended or was never there. */
export function isRunGone(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError;
}

/** What a server answered that refused a call, in its own words; undefined for every other error. */
export function serverRefusal(error: unknown): { readonly noTemporal: boolean; readonly words: string } | undefined {
  if (isGrpcServiceError(error)) return { noTemporal: error.code === GRPC.unimplemented, words: error.details };
  return error instanceof Error && error.cause !== undefined ? serverRefusal(error.cause) : undefined;
}

function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCode(error.cause) : undefined;
}

/** The Temporal server cannot be reached. */
export function isServerAway(error: unknown): boolean {
  if (grpcCode(error) === GRPC.unavailable) return true;
  return error instanceof Error && /failed to connect|ECONNREFUSED|ENOTFOUND|no connection established/i.test(error.message);
}

/** The server is there, but no worker answered in time. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcCode(error);
  return code === GRPC.deadlineExceeded || code === GRPC.cancelled || code === GRPC.failedPrecondition;
}

/** The worker cannot answer for this run: it knows no such query, or cannot replay the run's history, which the SDK tells by the same error. */
export function isUnknownQuery(error: unknown): boolean {
  return error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError;
}

/** Calls with an end: a query or an update would otherwise wait for a worker for ever. */
export async function within<T>(client: Client, timeoutMs: number, call: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + timeoutMs, call);
}

/** A run continues as a new one within a moment. */
const AGAIN_AFTER_MS = 200;

/** An update with an end; a run that must continue as new first is asked again until then. */
export async function askRun<T>(client: Client, timeoutMs: number, update: () => Promise<T>): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await within(client, Math.max(end - Date.now(), 1), update);
    } catch (error) {
      const full =
        error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type === HISTORY_FULL;
      if (!full) throw error;
    }
    await sleep(AGAIN_AFTER_MS);
  }
}
