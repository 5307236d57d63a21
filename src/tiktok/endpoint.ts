import type { z } from 'zod';

/**
 * `read` changes nothing, `idempotent` may be repeated with the same effect, `irreversible` must happen at most once: its answer may
 * not be guessed, and it waits for its slot because its activity has one attempt.
 */
export type Idempotency = 'read' | 'idempotent' | 'irreversible';

/** One endpoint of TikTok's API as data; parameters are typed where the client's methods are (`TikTokCalls`). */
export interface Endpoint<Answer> {
  readonly method: 'GET' | 'POST';
  /** Below the version, with both slashes: without the trailing one TikTok answers a bare 404 (facts 1.1). */
  readonly path: `/${string}/`;
  readonly area: string;
  readonly idempotency: Idempotency;
  /** Any of these scope ids opens it (facts 2.1); empty: any token. */
  readonly scopes: readonly string[];
  /** What we read of the envelope's `data`; other fields are dropped, a missing one makes the answer a `bad_answer`. */
  readonly answer: z.ZodType<Answer>;
}

type Rest<Answer> = Omit<Endpoint<Answer>, 'method' | 'path' | 'area' | 'answer'>;

/** Makes the definitions of one area. */
export function endpointsOf(area: string): {
  get: <Answer>(path: `/${string}/`, scopes: readonly string[], answer: z.ZodType<Answer>) => Endpoint<Answer>;
  post: <Answer>(path: `/${string}/`, rest: Rest<Answer>, answer: z.ZodType<Answer>) => Endpoint<Answer>;
} {
  return {
    get: (path, scopes, answer) => ({ method: 'GET', path, area, idempotency: 'read', scopes, answer }),
    post: (path, rest, answer) => ({ method: 'POST', path, area, ...rest, answer }),
  };
}
