import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isDatabaseUnavailable } from '../store/database.js';
import { isUnstorable } from '../store/unstorable.js';

/** Why a whole request is refused; nothing of it was taken in. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: ContentfulStatusCode,
    /** For programs: stays the same. */
    readonly code: string,
    message: string,
    readonly mend: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Facts for programs beside the sentence. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  get body(): object {
    return { code: this.code, message: this.message, mend: this.mend, ...this.more };
  }
}

/** PostgreSQL: a statement took longer than it may. */
const TOOK_TOO_LONG = '57014';

function isOverloaded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === TOOK_TOO_LONG;
}

export function busy(message: string, seconds: number): Refusal {
  return new Refusal(503, 'busy', message, `send it again in ${seconds} s`, { 'retry-after': String(seconds) });
}

/** What a sender is told of any error; undefined for those that nobody foresaw. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (isDatabaseUnavailable(error) || isOverloaded(error))
    return new Refusal(
      503,
      'database_away',
      'the database does not answer now; nothing of this was acknowledged',
      'send the same again: what was stored already is not stored twice',
      { 'retry-after': '5' },
    );
  if (isUnstorable(error))
    return new Refusal(400, 'unstorable', 'the request holds a character that is none, such as U+0000', 'take it out, and send it again');
  return undefined;
}
