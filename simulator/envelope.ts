import { createHash } from 'node:crypto';
import { toJsonText } from './json.js';

/** A refusal in TikTok's terms: a body code and the text that goes with it (facts 1.2, 1.3). */
export class ApiRefusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: object = {},
  ) {
    super(message);
  }
}

/** What TikTok answers for a parameter it does not accept. */
export function badParameter(message: string): ApiRefusal {
  return new ApiRefusal(40002, message);
}

/** Wrapper that lets an endpoint answer a body of its own instead of the usual envelope (`/oauth/token/`). */
export class FlatAnswer {
  constructor(readonly fields: Record<string, unknown>) {}
}

/** A log id: fourteen digits of the time, then hex (facts 1.2). */
export function makeRequestId(nowMs: number, sequence: number): string {
  const digits = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  const hex = createHash('sha256').update(`${nowMs}:${sequence}`).digest('hex').slice(0, 20);
  return `${digits}${hex.toUpperCase()}`;
}

/** The text of TikTok's envelope. */
export function envelopeText(code: number, message: string, requestId: string, data: unknown): string {
  if (data instanceof FlatAnswer) {
    return toJsonText({ code, message, request_id: requestId, ...data.fields });
  }
  return toJsonText({ code, message, request_id: requestId, data });
}
