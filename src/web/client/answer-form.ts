import type { Context } from 'hono';
import { type HandedIn, notAccepted } from './hand-in.js';

/** Fields and files of the largest of these forms, several times over. */
const MOST_PARTS = 50;
/** Of a form without files. */
const LARGEST_TEXT_BYTES = 65_536;
/** RFC 2046, 5.1.1. */
const BOUNDARY = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s";,]{1,70}))/i;

/** The fields by name, several of one name as a list; or why nothing is read. */
export type AnswerForm = { readonly fields: Record<string, unknown> } | { readonly refusal: HandedIn };

function refused(status: 400 | 413, text: string): AnswerForm {
  return { refusal: notAccepted(status, text) };
}

function hasTooManyParts(body: Buffer, boundary: string): boolean {
  const mark = Buffer.from(`--${boundary}`);
  let parts = 0;
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    parts += 1;
    if (parts > MOST_PARTS) return true;
  }
  return false;
}

/**
 * What a client's form says, or why it is not read. A body of many small parts is refused before it is parsed: that takes longer than
 * linear time, in which nobody else would be served.
 */
export async function answerForm(c: Context): Promise<AnswerForm> {
  const type = c.req.header('content-type') ?? '';
  const body = await c.req.arrayBuffer();
  const boundary = BOUNDARY.exec(type);
  if (boundary === null && body.byteLength > LARGEST_TEXT_BYTES) return refused(413, 'That is too long. Nothing was handed in.');
  if (boundary !== null && hasTooManyParts(Buffer.from(body), boundary[1] ?? boundary[2] ?? ''))
    return refused(413, 'That form has too many parts. Nothing was handed in.');
  try {
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    const fields = [...new Set(form.keys())].map((name): [string, unknown] => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    });
    return { fields: Object.fromEntries(fields) };
  } catch {
    // Whoever sends something else than a form is no browser at our page.
    return refused(400, 'That did not arrive whole. Please open the link again and use its form.');
  }
}
