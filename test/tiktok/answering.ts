import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { AnsweredCall, TikTokClientOptions } from '../../src/tiktok/caller.js';
import { createTikTokClient, type TikTokClient } from '../../src/tiktok/client.js';
import { TikTokError } from '../../src/tiktok/error.js';

/** Visibly no secrets, and long enough to be looked for in texts. */
export const TOKEN = 'token-that-must-never-leak';
export const APP_SECRET = 'app-secret-that-must-never-leak';

/** An HTTP server that answers as the test says, for the length of the test. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return `http://127.0.0.1:${address.port}/open_api/v1.3`;
}

/** A client of that address, closed at the end of the test. */
export function clientOf(baseUrl: string, options: Partial<TikTokClientOptions> = {}): TikTokClient {
  const client = createTikTokClient({ baseUrl, accessToken: TOKEN, appId: '7300000000000000900', appSecret: APP_SECRET, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A client whose every call is answered by `listener`, and what it told its observer. */
export async function answeredBy(
  listener: RequestListener,
  options: Partial<TikTokClientOptions> = {},
): Promise<{ client: TikTokClient; observed: AnsweredCall[] }> {
  const observed: AnsweredCall[] = [];
  const client = clientOf(await serve(listener), { observe: (call) => observed.push(call), ...options });
  return { client, observed };
}

/** Answers JSON text as it stands, HTTP 200. */
export function json(text: string): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(text);
  };
}

/** Answers TikTok's envelope. */
export function envelope(code: number, message: string, data: object = {}): RequestListener {
  return json(JSON.stringify({ code, message, request_id: '20261120010101ABC', data }));
}

/** Reads the whole request first, so that the client is done sending. */
export function afterReading(then: (request: IncomingMessage, response: ServerResponse) => void): RequestListener {
  return (request, response) => {
    request.resume();
    request.on('end', () => then(request, response));
  };
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<TikTokError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof TikTokError) return error;
    throw error;
  }
  throw new Error('the call went well');
}

export const TRANSFER = {
  bc_id: '7300000000000000001',
  advertiser_id: '7300000000000000200',
  transfer_level: 'ADVERTISER',
  transfer_type: 'RECHARGE',
  cash_amount: 12.5,
} as const;
