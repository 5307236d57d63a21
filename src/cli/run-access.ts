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

/** The Temporal server did not answer in the short time that somebody who reads is kept waiting. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway';
  constructor() {
    super('the Temporal server cannot be reached');
  }
}

/** The Temporal server cannot be reached. */
export function isServerAway(error: unknown): boolean {
  if (error instanceof ServerAway) return true;
  if (grpcCode(error) === GRPC.unavailable) return true;
  return error instanceof Error && /failed to connect|ECONNREFUSED|ENOTFOUND|no connection established/i.test(error.message);
}

/** The server is there, but no worker answered in time. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcCode(error);
  return code === GRPC.deadlineExceeded || code === GRPC.cancelled || code === GRPC.failedPrecondition;
}

/** A call had no answer at all before its end. */
export function isTooLate(error: unknown): boolean {
  return grpcCode(error) === GRPC.deadlineExceeded;
}

/** The worker cannot answer for this run: it knows no such query, or cannot replay the run's history, which the SDK tells by the same error. */
export function isUnknownQuery(error: unknown): boolean {
  return error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError;
}

/** Calls with an end: a query or an update would otherwise wait for a worker for ever. */
export async function within<T>(client: Client, timeoutMs: number, call: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + timeoutMs, call);
}

/** After so long without an answer we look whether the server is there at all, and for so long. */
const LOOK = { afterMs: 500, forMs: 2_500 } as const;

/** Who changes something is told that it did not happen: the server is given longer before that is believed. */
const LOOK_OF_CHANGES = { afterMs: 500, forMs: 6_000 } as const;

/** Whether the server answers at all, found out in at most two and a half seconds. */
export async function serverAnswers(client: Client): Promise<boolean> {
  try {
    await within(client, LOOK.forMs, () => client.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}

async function serverAway(client: Client, answered: AbortSignal, look: { afterMs: number; forMs: number }): Promise<never> {
  await sleep(look.afterMs, undefined, { signal: answered });
  try {
    await within(client, look.forMs, () => client.workflowService.getSystemInfo({}));
  } catch {
    throw new ServerAway();
  }
  return new Promise(() => undefined);
}

/** A call with an end that comes earlier when the server is away. It is given up then, with what the SDK would still try. */
async function unlessAway<T>(
  client: Client,
  timeoutMs: number,
  look: { afterMs: number; forMs: number },
  call: () => Promise<T>,
): Promise<T> {
  const answered = new AbortController();
  const givenUp = new AbortController();
  const away = serverAway(client, answered.signal, look);
  // Once there is an answer, nobody listens.
  away.catch(() => undefined);
  try {
    return await Promise.race([client.withAbortSignal(givenUp.signal, () => within(client, timeoutMs, call)), away]);
  } catch (error) {
    if (error instanceof ServerAway) givenUp.abort();
    throw error;
  } finally {
    answered.abort();
  }
}

/**
 * A read with an end.
 * @throws ServerAway after about three seconds without a server
 */
export function read<T>(client: Client, timeoutMs: number, call: () => Promise<T>): Promise<T> {
  return unlessAway(client, timeoutMs, LOOK, call);
}

/**
 * A call that changes something, with an end: nothing happens behind the back of somebody who was told that the server is away.
 * @throws ServerAway after about seven seconds without a server
 */
export function change<T>(client: Client, timeoutMs: number, call: () => Promise<T>): Promise<T> {
  return unlessAway(client, timeoutMs, LOOK_OF_CHANGES, call);
}

/** A run continues as a new one within a moment. */
const AGAIN_AFTER_MS = 200;

/**
 * An update with an end; a run that must continue as new first is asked again until then.
 * @throws ServerAway within seconds when there is no server
 */
export async function askRun<T>(client: Client, timeoutMs: number, update: () => Promise<T>): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await change(client, Math.max(end - Date.now(), 1), update);
    } catch (error) {
      const full =
        error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type === HISTORY_FULL;
      if (!full) throw error;
    }
    await sleep(AGAIN_AFTER_MS);
  }
}
