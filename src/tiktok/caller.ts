import { performance } from 'node:perf_hooks';
import type { Endpoint } from './endpoint.js';
import { answerOf, type Envelope, noEnvelope, readEnvelope } from './envelope.js';
import { type ErrorClass, TikTokError } from './error.js';
import type { Limiter } from './limiter.js';
import { NotSent, SlotFarAway } from './not-sent.js';
import { secretsIn } from './redaction.js';
import { createTransport, type Incoming, type Outgoing } from './transport.js';

export interface AnsweredCall {
  readonly endpoint: string;
  /** TikTok's code, 0 for success, or the class of what went wrong where none came. */
  readonly code: number | ErrorClass;
  /** From sending to the whole answer; the wait for a slot is not in it. */
  readonly ms: number;
  readonly requestId?: string | undefined;
}

export interface TikTokClientOptions {
  readonly baseUrl: string;
  /** The token, or whoever knows the newest one. */
  readonly accessToken: string | (() => Promise<string>);
  readonly appId: string;
  readonly appSecret: string;
  /** Without it nothing is throttled. */
  readonly limiter?: Limiter | undefined;
  /** For one call, from sending to the last byte; 60 s unless told. */
  readonly deadlineMs?: number | undefined;
  /** Hears once of every call that was sent; must not throw. */
  readonly observe?: ((call: AnsweredCall) => void) | undefined;
}

interface Exchanged {
  readonly incoming: Incoming;
  readonly envelope: Envelope;
}

export interface Answered<Answer> {
  readonly answer: Answer;
  readonly requestId: string | undefined;
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface Caller {
  /**
   * Takes the endpoint's slot, sends once, and checks what comes back.
   *
   * @throws TikTokError for whatever TikTok or the way there did, SlotFarAway when our rate limit has no room soon, NotSent when our
   * own database or token store failed before
   */
  send<Answer>(endpoint: Endpoint<Answer>, parameters: object, options?: SendOptions): Promise<Answered<Answer>>;
  close(): void;
}

/** One way for all calls; nothing is sent twice here, for Temporal repeats what may be repeated. */
export function createCaller(options: TikTokClientOptions): Caller {
  const { appSecret, limiter, observe } = options;
  const transport = createTransport({ baseUrl: options.baseUrl, deadlineMs: options.deadlineMs ?? 60_000 });

  async function permission(endpoint: Endpoint<unknown>, signal: AbortSignal | undefined): Promise<string> {
    try {
      const token = typeof options.accessToken === 'string' ? options.accessToken : await options.accessToken();
      await limiter?.take(endpoint.path, { irreversible: endpoint.idempotency === 'irreversible', signal });
      return token;
    } catch (error) {
      if (error instanceof SlotFarAway) throw error;
      if (!signal?.aborted) throw new NotSent(endpoint.path, { cause: error });
      const irreversible = endpoint.idempotency === 'irreversible';
      throw new TikTokError('cancelled before it was sent', {
        endpoint: endpoint.path,
        class: 'cancelled',
        certainty: 'unsent',
        irreversible,
      });
    }
  }

  async function exchange(outgoing: Outgoing): Promise<Exchanged> {
    const endpoint = outgoing.endpoint.path;
    const started = performance.now();
    const observed = (code: number | ErrorClass, requestId?: string): void =>
      observe?.({ endpoint, code, ms: performance.now() - started, requestId });
    try {
      const incoming = await transport.send(outgoing);
      const envelope = readEnvelope(incoming.text);
      if (envelope === null) throw noEnvelope(outgoing.endpoint, incoming);
      observed(envelope.code, envelope.request_id);
      return { incoming, envelope };
    } catch (error) {
      if (error instanceof TikTokError) observed(error.class);
      throw error;
    }
  }

  async function send<Answer>(endpoint: Endpoint<Answer>, parameters: object, { signal }: SendOptions = {}): Promise<Answered<Answer>> {
    const accessToken = await permission(endpoint, signal);
    const { incoming, envelope } = await exchange({ endpoint, accessToken, parameters, signal });
    // Looked for only where a text of TikTok's is passed on: a request may hold a thousand events.
    const secrets = (): string[] => [accessToken, appSecret, ...secretsIn(parameters)];
    return { answer: answerOf(endpoint, envelope, incoming, secrets), requestId: envelope.request_id };
  }

  return { send, close: () => transport.close() };
}
