import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ApiAnswer,
  type ApiRequest,
  claimApiRequest,
  forgetApiRequests,
  settleApiRequest,
  stillBusy,
} from '../../store/api-requests.js';
import type { DeskDependencies } from '../environment.js';
import { Problem } from './problem.js';

/** Whoever works says so before half of this is over. */
const BUSY_MS = 30_000;
/** Clients may ask again for a week. */
const LASTS_MS = 7 * 86_400_000;
const PATIENCE_MS = 10_000;
const LOOKS_EVERY_MS = 100;

/** Statuses that say how a request ended for good; after any other one the same request may be tried again. */
const FINAL: ReadonlySet<number> = new Set([200, 201, 403, 409]);

/** A hash of everything that was asked; the order of a JSON object's fields and its blanks count, because a repeat is sent to the letter. */
export function requestHash(method: string, path: string, body: string): string {
  return createHash('sha256')
    .update(JSON.stringify([method, path, body]))
    .digest('hex');
}

/** The id under which the engine knows the effect: the same request again is the same decision or verb, also after the desk died in between. */
export function effectIdOf({ person, key, hash }: ApiRequest): string {
  return `api-${createHash('sha256')
    .update(JSON.stringify([person, key, hash]))
    .digest('hex')
    .slice(0, 40)}`;
}

async function claimed(deps: DeskDependencies, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const end = Date.now() + (deps.api?.patienceMs ?? PATIENCE_MS);
  for (;;) {
    const claim = await claimApiRequest(deps.db, request, deps.clock(), { busyMs: BUSY_MS, lastsMs: LASTS_MS });
    if (claim.state === 'mine') return undefined;
    if (claim.state === 'answered') return claim.answer;
    if (claim.state === 'other')
      throw new Problem(409, {
        code: 'idempotency_key_reused',
        message: 'this Idempotency-Key belongs to another request of yours; nothing was done',
        field: 'Idempotency-Key',
        mend: 'use a new key for a new request',
      });
    if (Date.now() > end)
      throw new Problem(
        409,
        {
          code: 'request_in_flight',
          message: 'this very request is being worked on; nothing was done a second time',
          field: 'Idempotency-Key',
          mend: 'send it again with the same key in a moment: it is answered with what became of the first',
        },
        { 'retry-after': '5' },
      );
    await sleep(LOOKS_EVERY_MS);
  }
}

/**
 * Answers a request once: the first that comes with a key has the effect, whoever repeats it hears the same answer, and two at once
 * have one effect between them.
 *
 * @param effect is tried again when it throws or fails, under the same effect id
 * @returns the answer, and whether it was given before
 * @throws Problem 409 for another request under the same key, and while the first is at work; what the effect throws
 */
export async function withOneEffect(
  deps: DeskDependencies,
  request: ApiRequest,
  effect: () => Promise<ApiAnswer>,
): Promise<{ readonly answer: ApiAnswer; readonly repeated: boolean }> {
  const earlier = await claimed(deps, request);
  if (earlier) return { answer: earlier, repeated: true };
  const alive = setInterval(() => {
    // When the database is away the claim may pass to another, whose effect is the same one.
    stillBusy(deps.db, request, new Date(deps.clock().getTime() + BUSY_MS)).catch(() => undefined);
  }, BUSY_MS / 3);
  let answer: ApiAnswer | undefined;
  try {
    answer = await effect();
    return { answer, repeated: false };
  } finally {
    clearInterval(alive);
    await settleApiRequest(deps.db, request, answer && FINAL.has(answer.status) ? answer : undefined, deps.clock()).catch(
      (error: unknown) => {
        deps.log.warn({ err: error }, 'an answer could not be kept; the same request again has the same effect');
      },
    );
  }
}

/** Forgets old answers, once an hour at most, when somebody asks. */
export function forgetful(deps: DeskDependencies): () => void {
  let next = 0;
  return () => {
    if (Date.now() < next) return;
    next = Date.now() + 3_600_000;
    forgetApiRequests(deps.db, deps.clock()).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'old answers could not be forgotten');
    });
  };
}
