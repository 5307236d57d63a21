import { ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import type { Endpoint } from './endpoint.js';
import { TikTokError } from './error.js';
import { JsonBody } from './json-body.js';
import { codeOf, failedConnection } from './lost-answer.js';

const LARGEST_ANSWER = 8 * 1024 * 1024;
/** TikTok's largest video is 500 MB (facts 7.7). */
const LARGEST_REQUEST = 600 * 1024 * 1024;

export interface TransportOptions {
  /** Such as `https://business-api.tiktok.com/open_api/v1.3`. */
  readonly baseUrl: string;
  /** From sending to the last byte of the answer; a drip does not extend it. */
  readonly deadlineMs: number;
}

export interface Outgoing {
  readonly endpoint: Endpoint<unknown>;
  readonly accessToken: string;
  /** Query of a GET, JSON body of a POST (`JsonBody` where it is text already), or a form with a file. */
  readonly parameters: object;
  readonly signal?: AbortSignal | undefined;
}

/** What came back, whatever it is; judging it is `readEnvelope`'s business. */
export interface Incoming {
  readonly status: number;
  readonly text: string;
}

export interface Transport {
  /**
   * Sends one request and reads the whole answer.
   *
   * @throws TikTokError `unavailable`, `bad_answer` (too large) or `cancelled`; never what axios threw, for that holds the token
   */
  send(outgoing: Outgoing): Promise<Incoming>;
  close(): void;
}

/** Text as it is, everything else as JSON text (facts 1.1). */
function queryText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function addressOf(base: string, { endpoint, parameters }: Outgoing): string {
  const address = base + endpoint.path;
  if (endpoint.method === 'POST') return address;
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  const query = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(queryText(value))}`).join('&');
  return query === '' ? address : `${address}?${query}`;
}

function connections(keepAlive: boolean): AxiosInstance {
  return axios.create({
    httpAgent: new HttpAgent({ keepAlive }),
    httpsAgent: new HttpsAgent({ keepAlive }),
    responseType: 'text',
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
    maxRedirects: 0,
    maxContentLength: LARGEST_ANSWER,
    maxBodyLength: LARGEST_REQUEST,
  });
}

/** The far side closed a kept connection just as we used it again: it did not answer there, and reading again is no second effect. */
function isStale(error: unknown): boolean {
  if (!axios.isAxiosError(error)) return false;
  const request: unknown = error.request;
  return (
    request instanceof ClientRequest &&
    request.reusedSocket &&
    error.response === undefined &&
    ['ECONNRESET', 'EPIPE'].includes(codeOf(error))
  );
}

/**
 * HTTP to TikTok: one request at a time, no redirects, bounded in time and size. Temporal retries; only a read that met a kept connection
 * at its end is sent again here, on a fresh one (RFC 9110, 9.2.2), because its activity may have one attempt.
 */
export function createTransport({ baseUrl, deadlineMs }: TransportOptions): Transport {
  const base = baseUrl.replace(/\/+$/, '');
  const kept = connections(true);
  // A kept connection may be closed by TikTok just as we send on it, and we could not tell whether the call happened.
  const fresh = connections(false);
  return {
    async send(outgoing) {
      const { endpoint, accessToken, parameters, signal } = outgoing;
      const irreversible = endpoint.idempotency === 'irreversible';
      if (signal?.aborted) {
        throw new TikTokError('cancelled before it was sent', {
          endpoint: endpoint.path,
          class: 'cancelled',
          certainty: 'unsent',
          irreversible,
        });
      }
      const deadline = AbortSignal.timeout(deadlineMs);
      const request = {
        method: endpoint.method,
        url: addressOf(base, outgoing),
        headers: { 'Access-Token': accessToken, ...(parameters instanceof JsonBody ? { 'Content-Type': 'application/json' } : {}) },
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        // Axios would read a text once more to see whether it is JSON.
        ...(endpoint.method === 'POST' ? { data: parameters instanceof JsonBody ? Buffer.from(parameters.text) : parameters } : {}),
      };
      try {
        const answer = await (irreversible ? fresh : kept).request<unknown>(request).catch((error: unknown) => {
          if (endpoint.idempotency === 'read' && isStale(error)) return fresh.request<unknown>(request);
          throw error;
        });
        return { status: answer.status, text: typeof answer.data === 'string' ? answer.data : '' };
      } catch (error) {
        throw failedConnection(endpoint, {
          error,
          cancelled: signal?.aborted ?? false,
          overdueMs: deadline.aborted ? deadlineMs : undefined,
        });
      }
    },
    close() {
      for (const { defaults } of [kept, fresh]) {
        defaults.httpAgent?.destroy();
        defaults.httpsAgent?.destroy();
      }
    },
  };
}
