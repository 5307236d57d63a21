import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

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
