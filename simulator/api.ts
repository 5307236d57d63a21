import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { EndpointContext } from './endpoints/context.js';
import { endpointHandlers } from './endpoints/index.js';
import type { Token } from './entities.js';
import { ApiRefusal, envelopeText, makeRequestId } from './envelope.js';
import { CODE_MESSAGES, type Effects, type Faults } from './faults.js';
import { redacted, tokenRef } from './ledger.js';
import { endpointTables } from './parameters/index.js';
import type { EndpointTable } from './parameters/parameter.js';
import { RequestValues } from './parameters/values.js';
import { checkParameters, unknownFields } from './parameters/validation.js';
import type { RateLimiter } from './rate-limit.js';
import { bodyOf, parseRequest, type ParsedRequest } from './request.js';
import { scopeAllows } from './scopes.js';
import type { Store } from './state.js';

export const API_PREFIX = '/open_api/v1.3';

/** A field that a request carried and the table does not know. */
export interface Violation {
  readonly path: string;
  readonly method: string;
  readonly field: string;
  readonly requestId: string;
}

/** What the API needs of the running simulator. */
export interface ApiParts {
  readonly store: Store;
  readonly faults: Faults;
  readonly rateLimiter: RateLimiter;
  readonly violations: Violation[];
  readonly strict: boolean;
  readonly url: () => string;
  answerDelayMs: number;
  /** HTTP status of token failures; sources disagree (facts 15). */
  readonly authFailureStatus: 200 | 401;
}

interface Outcome {
  httpStatus: number;
  code: number | null;
  message: string;
  text: string;
  committed: boolean;
}

const HTML_PAGE = '<!DOCTYPE html><html><head><title>TikTok For Business</title></head><body>Please try again later.</body></html>';

/** Serves `/open_api/v1.3/…`. */
export class Api {
  #requests = 0;

  constructor(private readonly parts: ApiParts) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { store, faults } = this.parts;
    const url = new URL(request.url ?? '/', 'http://simulator');
    const path = url.pathname.slice(API_PREFIX.length);
    const body = await bodyOf(request);
    const table = endpointTables.get(path);
    const handler = endpointHandlers[path];
    const wallMs = Date.now();
    const now = store.clock.now(wallMs);
    if (table === undefined || handler === undefined || request.method !== table.method) {
      const [status, text] = table === undefined ? [404, '404 page not found'] : [405, '405 method not allowed'];
      store.ledger.add({
        ...NOT_AN_ENDPOINT,
        at: new Date(now).toISOString(),
        wallMs,
        method: request.method ?? '',
        path,
        httpStatus: status,
        message: text,
      });
      return plain(response, status, text);
    }
    const requestId = makeRequestId(now, ++this.#requests + store.ledger.count);
    const requestText = (): string => `${[...url.searchParams.values()].join(' ')}${Buffer.from(body).toString('utf8')}`;
    const effects = faults.take(path, requestText, { iso: new Date(now).toISOString(), wallMs, requestId });
    const tokenText = headerText(request, 'access-token');
    const created: string[] = [];
    const parsed = await parsedOrRefusal(table, url, headerText(request, 'content-type'), body);
    const run = async (): Promise<object> => {
      const before = faultBefore(effects);
      if (before !== null) throw before;
      const token = this.#authenticate(table, tokenText, effects);
      if (parsed.refusal !== null) throw parsed.refusal;
      const appId = token?.appId ?? String(parsed.values.app_id ?? parsed.values.client_id ?? '');
      if (!this.parts.rateLimiter.admit(appId, path, store.clock.wall(wallMs))) {
        throw new ApiRefusal(40100, CODE_MESSAGES[40100] ?? '');
      }
      if (this.parts.strict) {
        for (const field of unknownFields(table.parameters, parsed.values))
          this.parts.violations.push({ path, method: table.method, field, requestId });
      }
      checkParameters(table.parameters, parsed.values);
      const context: EndpointContext = {
        state: store.state,
        values: new RequestValues(parsed.values),
        files: parsed.files,
        now,
        token,
        url: this.parts.url(),
        hiddenForMs: effects.hiddenForMs,
        rejectReview: effects.rejectReview,
        created,
      };
      return handler(context);
    };
    const outcome = await this.#outcome(run, requestId, table);
    applyAfter(outcome, effects, requestId);
    if (outcome.committed) store.changed();
    store.ledger.add({
      at: new Date(now).toISOString(),
      wallMs,
      method: table.method,
      path,
      httpStatus: outcome.httpStatus,
      code: outcome.code,
      message: outcome.message,
      requestId,
      mutation: table.mutation,
      committed: outcome.committed,
      tokenRef: tokenRef(tokenText),
      ...this.#subjects(parsed.values, created),
      parameters: table.mutation ? redacted(path, parsed.values) : null,
      created: [...created],
      fault: effects.names.length === 0 ? null : effects.names.join(','),
    });
    await this.#send(response, outcome, effects, requestId);
  }

  /** @throws ApiRefusal for every way in which a token can be wrong (facts 1.3). */
  #authenticate(table: EndpointTable, tokenText: string, effects: Effects): Token | null {
    if (table.auth === 'none') return null;
    if (tokenText === '') throw new ApiRefusal(40104, CODE_MESSAGES[40104] ?? '');
    const token = this.parts.store.state.tokens[tokenText];
    if (token !== undefined && effects.revokeToken) token.revoked = true;
    if (token === undefined || token.revoked) throw new ApiRefusal(40105, CODE_MESSAGES[40105] ?? '');
    if (!scopeAllows(token.scopes, table.scopes)) throw new ApiRefusal(40130, CODE_MESSAGES[40130] ?? '');
    return token;
  }

  async #outcome(run: () => Promise<object>, requestId: string, table: EndpointTable): Promise<Outcome> {
    try {
      const data = await run();
      return { httpStatus: 200, code: 0, message: 'OK', text: envelopeText(0, 'OK', requestId, data), committed: table.mutation };
    } catch (error) {
      if (error instanceof PlainAnswer) {
        return { httpStatus: error.status, code: null, message: '', text: error.message, committed: false };
      }
      if (!(error instanceof ApiRefusal)) throw error;
      const { code, message, data } = error;
      const auth = code === 40104 || code === 40105;
      return {
        httpStatus: auth ? this.parts.authFailureStatus : 200,
        code,
        message,
        text: envelopeText(code, message, requestId, data),
        committed: false,
      };
    }
  }

  /** What ties a request to a tenant: the account it names, and the deterministic names in it. */
  #subjects(values: Record<string, unknown>, created: readonly string[]): Pick<Entry, 'bcId' | 'advertiserId' | 'subjects'> {
    const { advertisers, pixels, catalogs } = this.parts.store.state;
    const fields = new RequestValues(values);
    const advertiserId =
      fields.maybeText('advertiser_id') ??
      fields.texts('advertiser_ids')[0] ??
      fields.texts('add_advertiser_ids')[0] ??
      fields.items('advertiser_budgets')[0]?.maybeText('advertiser_id') ??
      '';
    const ids = [advertiserId, fields.maybeText('asset_id') ?? '', fields.maybeText('catalog_id') ?? '', ...created];
    const code = fields.maybeText('pixel_code') ?? fields.maybeText('event_source_id');
    const pixel = code === undefined ? undefined : Object.values(pixels).find((item) => item.pixelCode === code);
    const names = [
      fields.inner('advertiser_info').maybeText('name'),
      fields.maybeText('pixel_name'),
      fields.maybeText('name'),
      fields.inner('filtering').maybeText('keyword'),
      pixel?.name,
      ...ids.flatMap((id) => [advertisers[id]?.name, pixels[id]?.name, catalogs[id]?.name]),
    ];
    const subjects = [...new Set([...names, ...ids].filter((text): text is string => text !== undefined && text !== ''))];
    return { bcId: fields.maybeText('bc_id') ?? '', advertiserId, subjects };
  }

  async #send(response: ServerResponse, outcome: Outcome, effects: Effects, requestId: string): Promise<void> {
    const waitMs = this.parts.answerDelayMs + effects.slowMs;
    if (waitMs > 0) await delay(waitMs);
    await effects.held;
    if (effects.drop !== null) {
      response.destroy();
      return;
    }
    const json = outcome.text.startsWith('{');
    response.writeHead(outcome.httpStatus, {
      'content-type': json ? 'application/json' : 'text/html; charset=utf-8',
      'x-tt-logid': requestId,
    });
    if (effects.dripMs !== null) {
      const step = Math.max(1, Math.ceil(outcome.text.length / 20));
      for (let index = 0; index < outcome.text.length && !response.destroyed; index += step) {
        response.write(outcome.text.slice(index, index + step));
        await delay(effects.dripMs);
      }
      response.end();
      return;
    }
    response.end(outcome.text);
  }
}

type Entry = Parameters<Store['ledger']['add']>[0];

/** What the ledger keeps of a request that no endpoint answered. */
const NOT_AN_ENDPOINT = {
  code: null,
  requestId: '',
  mutation: false,
  committed: false,
  tokenRef: '',
  bcId: '',
  advertiserId: '',
  subjects: [],
  parameters: null,
  created: [],
  fault: null,
} as const;

/** A body that cannot be read is refused only after the token was checked, as TikTok does. */
async function parsedOrRefusal(
  table: EndpointTable,
  url: URL,
  contentType: string,
  body: Uint8Array,
): Promise<ParsedRequest & { refusal: ApiRefusal | null }> {
  try {
    return { ...(await parseRequest(table, url, contentType, body)), refusal: null };
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return { values: {}, files: new Map(), refusal: error };
  }
}

/** An answer from before the API layer: no envelope (facts 1.2). */
class PlainAnswer extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(text);
  }
}

function faultBefore(effects: Effects): Error | null {
  if (effects.drop === 'before') return new PlainAnswer(499, '');
  if (effects.html) return new PlainAnswer(200, HTML_PAGE);
  if (effects.http !== null && !effects.http.commits) return new PlainAnswer(effects.http.status, gatewayPage(effects.http.status));
  if (effects.code !== null && !effects.code.commits) {
    return new ApiRefusal(effects.code.value, CODE_MESSAGES[effects.code.value] ?? 'Unknown error.');
  }
  return null;
}

function gatewayPage(status: number): string {
  return `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`;
}

/** Faults that spoil the answer of a request that was carried out. */
function applyAfter(outcome: Outcome, effects: Effects, requestId: string): void {
  if (effects.http?.commits === true) {
    Object.assign(outcome, { httpStatus: effects.http.status, code: null, text: gatewayPage(effects.http.status) });
  }
  if (effects.code?.commits === true) {
    const { value } = effects.code;
    const message = CODE_MESSAGES[value] ?? 'Unknown error.';
    Object.assign(outcome, { code: value, message, text: envelopeText(value, message, requestId, {}) });
  }
  if (effects.cutJson) outcome.text = outcome.text.slice(0, Math.floor(outcome.text.length / 2));
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
