/**
 * A client of TikTok's Business API written from the facts alone. It shares no code with `src` or `simulator`, so that a
 * misunderstanding in either shows.
 */
import { z } from 'zod';

const envelope = z.object({ code: z.number(), message: z.string(), request_id: z.string(), data: z.unknown() });

/** One answer: its HTTP side, the raw text (numbers keep their digits there) and the envelope. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly code: number;
  readonly message: string;
  readonly requestId: string;
  readonly data: unknown;
}

/** Speaks to one base URL with one token. */
export class TikTokRequest {
  constructor(
    private readonly base: () => string,
    private readonly token = 'sim-token-kobi-admin',
  ) {}

  /** Lists and objects go as JSON text in one query value (facts 1.1). */
  async get(path: string, fields: Record<string, unknown> = {}): Promise<Answer> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) query.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    return this.#answer(await this.raw('GET', `${path}?${query.toString()}`));
  }

  async post(path: string, body: object): Promise<Answer> {
    return this.#answer(await this.raw('POST', path, JSON.stringify(body)));
  }

  async upload(path: string, fields: Record<string, string>, file: { field: string; name: string; bytes: Buffer }): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set(file.field, new Blob([new Uint8Array(file.bytes)]), file.name);
    return this.#answer(await this.raw('POST', path, form));
  }

  /** The bare HTTP exchange. */
  raw(method: string, pathAndQuery: string, body?: string | FormData): Promise<Response> {
    const headers: Record<string, string> = this.token === '' ? {} : { 'Access-Token': this.token };
    if (typeof body === 'string') headers['Content-Type'] = 'application/json';
    return fetch(`${this.base()}${pathAndQuery}`, { method, headers, ...(body === undefined ? {} : { body }) });
  }

  async #answer(response: Response): Promise<Answer> {
    const text = await response.text();
    const { code, message, request_id: requestId, data } = envelope.parse(JSON.parse(text));
    return { status: response.status, text, code, message, requestId, data };
  }
}

/** The value at `list.0.id` and the like; `undefined` where there is none. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split('.')) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.entries(current).find(([name]) => name === key)?.[1];
  }
  return current;
}

/** As `at`, but it must be a string. */
export function textAt(value: unknown, path: string): string {
  return z.string({ error: () => `no text at ${path} of ${JSON.stringify(value)}` }).parse(at(value, path));
}
