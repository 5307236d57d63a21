import type { Endpoint } from './endpoint.js';
import { type Certainty, type ErrorClass, TikTokError } from './error.js';

/** The connection was never made, so nothing can have arrived. */
const UNSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The code of a network error, such as `ECONNRESET`; nothing else of it is ever used. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
}

/** Axios has one code for every answer that it stops reading; only the text tells that it was too large. */
function isTooLarge(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('maxContentLength');
}

export interface ConnectionFailure {
  readonly error: unknown;
  /** The caller gave up. */
  readonly cancelled: boolean;
  /** Set when our deadline passed. */
  readonly overdueMs: number | undefined;
}

/** A request that brought no answer. */
export function failedConnection(endpoint: Endpoint<unknown>, { error, cancelled, overdueMs }: ConnectionFailure): TikTokError {
  const code = codeOf(error);
  const made = (message: string, errorClass: ErrorClass, certainty: Certainty): TikTokError =>
    new TikTokError(message, {
      endpoint: endpoint.path,
      class: errorClass,
      certainty,
      irreversible: endpoint.idempotency === 'irreversible',
    });
  if (UNSENT.has(code)) return made(`TikTok cannot be reached (${code})`, 'unavailable', 'unsent');
  if (cancelled) return made('cancelled while TikTok was working on it', 'cancelled', 'unknown');
  if (overdueMs !== undefined) return made(`no complete answer within ${overdueMs} ms`, 'unavailable', 'unknown');
  if (isTooLarge(error)) return made('the answer is larger than any that TikTok documents', 'bad_answer', 'unknown');
  return made(`the connection broke before the answer was complete (${code})`, 'unavailable', 'unknown');
}
