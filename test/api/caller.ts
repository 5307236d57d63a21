import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { objections } from './documented.js';

export interface Called {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface Caller {
  get(path: string): Promise<Called>;
  /** With a key of its own, unless one is given; `null` sends none. A text is sent as it is. */
  post(path: string, body: unknown, key?: string | null): Promise<Called>;
}

/** Somebody's program: real HTTP, and every answer is held against the checked-in document. */
export function callerAt(origin: string, headers: Readonly<Record<string, string>>): Caller {
  const send = async (method: 'GET' | 'POST', path: string, init: RequestInit): Promise<Called> => {
    const response = await fetch(`${origin}/api/v1${path}`, { method, ...init, redirect: 'manual' });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const body: unknown = type.startsWith('application/json') ? JSON.parse(text) : text;
    const bare = path.split('?')[0] ?? path;
    expect(
      objections(method, bare, response.status, type, body),
      `${method} ${path} answered ${response.status} ${text.slice(0, 300)}`,
    ).toEqual([]);
    return { status: response.status, body, headers: response.headers };
  };
  return {
    get: (path) => send('GET', path, { headers }),
    post: (path, body, key = randomUUID()) =>
      send('POST', path, {
        headers: { ...headers, 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
