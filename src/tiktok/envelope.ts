import { z } from 'zod';
import { explain } from './codes.js';
import type { Endpoint } from './endpoint.js';
import { type Certainty, type ErrorClass, TikTokError } from './error.js';
import { parseJsonKeepingIds } from './json-text.js';
import { redact } from './redaction.js';
import type { Incoming } from './transport.js';

const LONGEST_TEXT = 500;
const MOST_ISSUES = 3;

const envelopeSchema = z.object({
  code: z.int(),
  message: z.string().catch(''),
  request_id: z.string().optional().catch(undefined),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** TikTok's envelope (facts 1.2), or null where the text is something else: a gateway's page, cut JSON, nothing. */
export function readEnvelope(text: string): Envelope | null {
  try {
    return envelopeSchema.safeParse(parseJsonKeepingIds(text)).data ?? null;
  } catch {
    return null;
  }
}

interface Verdict {
  readonly message: string;
  readonly class: ErrorClass;
  readonly certainty: Certainty;
}

function verdictOn(status: number): Verdict {
  const message = `HTTP ${status} without TikTok's envelope`;
  if (status >= 500 || status === 408) return { message, class: 'unavailable', certainty: 'unknown' };
  if (status === 429) return { message, class: 'rate_limited', certainty: 'unknown' };
  // Refused before the API's own layer: a wrong path, or a gateway that does not let us through.
  if (status >= 400) return { message, class: 'bad_answer', certainty: 'refused' };
  return { message, class: 'bad_answer', certainty: 'unknown' };
}

/** The error for an answer that has no envelope; its text is not quoted, for it may be a whole page. */
export function noEnvelope(endpoint: Endpoint<unknown>, { status }: Incoming): TikTokError {
  const { message, ...facts } = verdictOn(status);
  return new TikTokError(message, {
    endpoint: endpoint.path,
    irreversible: endpoint.idempotency === 'irreversible',
    httpStatus: status,
    ...facts,
  });
}

/**
 * The answer of a call, checked against what we rely on.
 *
 * @throws TikTokError of the code's class; `bad_answer` naming the field where code 0 came without what it promises
 */
export function answerOf<Answer>(
  endpoint: Endpoint<Answer>,
  envelope: Envelope,
  { status }: Incoming,
  secrets: () => readonly string[],
): Answer {
  const facts = {
    endpoint: endpoint.path,
    irreversible: endpoint.idempotency === 'irreversible',
    tiktokCode: envelope.code,
    requestId: envelope.request_id,
    httpStatus: status,
  };
  const meaning = explain(envelope.code);
  if (meaning.class !== 'ok') {
    const text = redact(envelope.message, secrets()).slice(0, LONGEST_TEXT);
    const scopes = envelope.code === 40_130 ? `; it needs scope ${endpoint.scopes.join(' or ')}` : '';
    throw new TikTokError(`code ${envelope.code} (${meaning.meaning}${scopes}): ${text}`, {
      ...facts,
      class: meaning.class,
      certainty: meaning.mayHaveHappened ? 'unknown' : 'refused',
      tiktokMessage: text,
    });
  }
  const answer = status === 200 ? endpoint.answer.safeParse(envelope.data) : undefined;
  if (answer?.success) return answer.data;
  const issues = answer?.error.issues.slice(0, MOST_ISSUES).map(({ path, message }) => `${['data', ...path].join('.')}: ${message}`);
  const problem = issues === undefined ? `code 0 with HTTP ${status}` : redact(issues.join('; '), secrets());
  throw new TikTokError(`not the documented answer: ${problem}`, { ...facts, class: 'bad_answer', certainty: 'unknown' });
}
