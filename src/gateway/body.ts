import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from 'hono';
import { type EventVerdict, MAX_EVENT_BYTES } from '../contract/events.js';
import { tooLarge, unreadable } from '../domain/events/judge.js';
import { Refusal } from './refusal.js';

const unzip = promisify(gunzip);

const JSON_LINES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/jsonlines',
]);

/** A line of JSON, or the verdict about one that is none. */
export type JsonLine = { readonly event: unknown } | { readonly verdict: EventVerdict };

export type Body =
  | { readonly kind: 'json'; readonly value: unknown; readonly bytes: number }
  | { readonly kind: 'lines'; readonly lines: readonly JsonLine[] };

export interface BodyLimits {
  readonly maxBytes: number;
  /** How long it may take to come, in milliseconds. */
  readonly maxMs: number;
}

function tooMuch(maxBytes: number): Refusal {
  return new Refusal(
    413,
    'too_large',
    `the body is larger than ${maxBytes} bytes`,
    'send fewer events at a time, or upload a file (docs/events.md)',
  );
}

function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

async function bytesOf(c: Context, { maxBytes, maxMs }: BodyLimits): Promise<Buffer> {
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooMuch(maxBytes);
  const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
  if (!body) return Buffer.alloc(0);
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    // Ends the read that waits.
    reader.cancel(new Error('too slow')).catch(() => undefined);
  }, maxMs);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw new Refusal(408, 'too_slow', `the body took longer than ${maxMs / 1_000} s`, 'send fewer events at a time');
      if (done) return Buffer.concat(parts);
      size += value.byteLength;
      if (size > maxBytes) throw tooMuch(maxBytes);
      parts.push(value);
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
}

async function unpacked(c: Context, packed: Buffer, maxBytes: number): Promise<Buffer> {
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return packed;
  if (encoding !== 'gzip')
    throw new Refusal(
      415,
      'encoding_unknown',
      'the body is packed in a way that is not read here',
      'send it as it is, or with content-encoding: gzip',
    );
  try {
    return await unzip(packed, { maxOutputLength: maxBytes });
  } catch (error) {
    if (isTooLong(error)) throw tooMuch(maxBytes);
    throw new Refusal(400, 'not_gzip', 'the body is not gzip, though content-encoding says so', 'pack it anew, or send it as it is');
  }
}

/** Fatal: a broken byte would be hashed as another person's address. */
const decoder = new TextDecoder('utf-8', { fatal: true });

function textOfBytes(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Refusal(400, 'not_utf8', 'the body is not UTF-8', 'write JSON in UTF-8, as RFC 8259 has it');
  }
}

function lineOf(line: string): JsonLine {
  if (line.length > MAX_EVENT_BYTES) return { verdict: tooLarge() };
  try {
    return { event: JSON.parse(line) as unknown };
  } catch {
    return { verdict: unreadable('malformed') };
  }
}

/** Whether an event is larger than one may be; a body that is no larger as a whole is not measured again. */
export function isTooLarge(event: unknown, bytes: number): boolean {
  if (bytes <= MAX_EVENT_BYTES) return false;
  try {
    return JSON.stringify(event).length > MAX_EVENT_BYTES;
  } catch (error) {
    // Nested so deeply that it cannot be written again.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/**
 * A request's body as JSON or as JSON lines, by its content type.
 * @param anyType protocols whose senders name no type, or another one: the body is JSON all the same
 * @throws Refusal 400, 408, 413, 415
 */
export async function readBody(c: Context, limits: BodyLimits, anyType = false): Promise<Body> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const lines = JSON_LINES.has(type);
  // Pages say text/plain: any other type needs a preflight, which a page that is being left cannot wait for.
  if (!lines && type !== 'application/json' && type !== 'text/plain' && !anyType)
    throw new Refusal(
      415,
      'type_unknown',
      'the body is neither JSON nor JSON lines by its content type',
      'send application/json or application/x-ndjson',
    );
  const bytes = await unpacked(c, await bytesOf(c, limits), limits.maxBytes);
  const text = textOfBytes(bytes);
  if (lines)
    return {
      kind: 'lines',
      lines: text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .map(lineOf),
    };
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown, bytes: bytes.length };
  } catch {
    throw new Refusal(400, 'not_json', 'the body is no JSON', 'send JSON, or a JSON object per line as application/x-ndjson');
  }
}
