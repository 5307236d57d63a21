import type { CodeClass } from './codes.js';

/** A code's class, or what went wrong before there was a code. */
export type ErrorClass = Exclude<CodeClass, 'ok'> | 'unavailable' | 'bad_answer' | 'cancelled';

/**
 * What is known about the call: `unsent` nothing left us, `refused` TikTok says that it did not do it, `unknown` it was sent and
 * may have happened. Only an irreversible call needs to care.
 */
export type Certainty = 'unsent' | 'refused' | 'unknown';

export interface TikTokErrorFacts {
  readonly endpoint: string;
  readonly class: ErrorClass;
  readonly certainty: Certainty;
  /** Whether the endpoint must happen at most once (`idempotency: 'irreversible'`). */
  readonly irreversible: boolean;
  readonly tiktokCode?: number | undefined;
  /** TikTok's own text, redacted. */
  readonly tiktokMessage?: string | undefined;
  readonly requestId?: string | undefined;
  readonly httpStatus?: number | undefined;
}

/**
 * The only error that the client throws for a call that went wrong. It never carries the request, its headers, an axios error or the
 * answer's body, so that no token can leave with it.
 */
export class TikTokError extends Error {
  override readonly name = 'TikTokError';
  readonly endpoint: string;
  readonly class: ErrorClass;
  readonly certainty: Certainty;
  readonly irreversible: boolean;
  readonly tiktokCode: number | undefined;
  readonly tiktokMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly httpStatus: number | undefined;

  constructor(message: string, facts: TikTokErrorFacts) {
    super(`${facts.endpoint}: ${message}`);
    this.endpoint = facts.endpoint;
    this.class = facts.class;
    this.certainty = facts.certainty;
    this.irreversible = facts.irreversible;
    this.tiktokCode = facts.tiktokCode;
    this.tiktokMessage = facts.tiktokMessage;
    this.requestId = facts.requestId;
    this.httpStatus = facts.httpStatus;
  }
}
