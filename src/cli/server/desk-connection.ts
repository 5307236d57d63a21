import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { Fault } from '../../domain/faults.js';
import { badInput, type CommandFault, failed } from '../exit.js';
import { clean } from '../render/text.js';
import type { Documented } from './wire/documented.js';
import { type ProblemBody, problemSchema } from './wire/refusal.js';

/** Longer than the desk itself waits for a worker. */
const ANSWER_WITHIN_MS = 60_000;
const AGAIN_AFTER_MS = 500;

/** A desk's refusal, which the caller may understand better than everybody. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    readonly body: ProblemBody,
  ) {
    super(body.message);
  }
}

export interface DeskConnection {
  readonly origin: string;
  get<T>(path: string, schema: z.ZodType<Documented<T>>): Promise<T>;
  /** @param key the same one again has no second effect */
  post<T>(path: string, key: string, body: object, schema: z.ZodType<Documented<T>>): Promise<T>;
  /** Line by line, without line ends. */
  lines(path: string): AsyncGenerator<string>;
}

function fits<T>(schema: z.ZodType<Documented<T>>, value: unknown): value is T {
  return schema.safeParse(value).success;
}

/** A part of an answer that was checked already, as the engine's own type. */
export function exactly<T>(schema: z.ZodType<Documented<T>>, value: unknown): T {
  if (fits<T>(schema, value)) return value;
  throw failed('the desk answers in words that this kobi does not know: are both of one release?');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a refusal means to whoever typed the command: bad input where they can mend it, else a failure. */
export function faultOf({ status, body }: Refused, origin: string, again?: string): CommandFault {
  const { code, message, mend, field } = body;
  const facts = { code, status, server: origin, ...(field === undefined ? {} : { field }) };
  if (status === 401) return failed(`${clean(message)}: kobi login --server ${origin}`, facts);
  if (status >= 500 || status === 429)
    return failed(
      `${clean(message)}${again === undefined ? (mend === undefined || status >= 500 ? '; ask again in a moment' : `; ${clean(mend)}`) : `; ${again}`}`,
      facts,
    );
  return badInput(`${clean(message)}${mend === undefined ? '' : `; ${clean(mend)}`}`, facts);
}

/** The faults of a tenant file among those of a refusal, by file; `file` is the one that was sent where only one was. */
export function faultsByFile({ faults = [] }: ProblemBody, file: string): { readonly file: string; readonly faults: readonly Fault[] }[] {
  const files = new Map<string, Fault[]>();
  for (const { file: named = file, path, problem, allowed, suggestion, line, column } of faults) {
    const known = files.get(named) ?? [];
    files.set(named, [
      ...known,
      {
        path,
        problem,
        ...(allowed === undefined ? {} : { allowed }),
        ...(suggestion === undefined ? {} : { suggestion }),
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      },
    ]);
  }
  return [...files].map(([name, its]) => ({ file: name, faults: its }));
}

function unreachable(origin: string, error: unknown): CommandFault {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? ('code' in cause && typeof cause.code === 'string' ? cause.code : cause.message) : String(error);
  return failed(`the desk at ${origin} does not answer (${clean(why)}): look whether it runs, and whether the address is right`, {
    server: origin,
  });
}

/** Speaks to a desk with a token. Methods throw `Refused` for what the desk refuses and `CommandFault` when it is away. */
export function connectDesk(origin: string, token: string): DeskConnection {
  const send = async (path: string, init: RequestInit, waits: boolean): Promise<Response> => {
    const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${token}` };
    const signal = waits ? AbortSignal.timeout(ANSWER_WITHIN_MS) : null;
    const response = await fetch(`${origin}/api/v1${path}`, { ...init, headers, signal, redirect: 'error' });
    if (response.ok) return response;
    const text = await response.text();
    const problem = problemSchema.safeParse(parsed(text));
    if (problem.success) throw new Refused(response.status, problem.data);
    throw failed(`what answers at ${origin} is no desk, or one of another age: HTTP ${response.status}`, { server: origin });
  };
  const read = async <T>(response: Response, schema: z.ZodType<Documented<T>>): Promise<T> => {
    const value = parsed(await response.text());
    if (fits<T>(schema, value)) return value;
    throw failed(`the desk at ${origin} answers in words that this kobi does not know: are both of one release?`, { server: origin });
  };
  /** Once more after a connection that broke: the same key, so without a second effect. */
  const asked = async <T>(path: string, init: RequestInit, schema: z.ZodType<Documented<T>>): Promise<T> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await read<T>(await send(path, init, true), schema);
      } catch (error) {
        const broken = error instanceof TypeError;
        const late = error instanceof DOMException;
        if (!broken && !late) throw error;
        if (late || tries > 0) throw unreachable(origin, error);
      }
      await sleep(AGAIN_AFTER_MS);
    }
  };
  return {
    origin,
    get: (path, schema) => asked(path, {}, schema),
    post: (path, key, body, schema) =>
      asked(
        path,
        { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': key }, body: JSON.stringify(body) },
        schema,
      ),
    async *lines(path) {
      try {
        const { body } = await send(path, {}, false);
        let rest = '';
        for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          yield* lines;
        }
        if (rest !== '') yield rest;
      } catch (error) {
        throw error instanceof TypeError ? unreachable(origin, error) : error;
      }
    },
  };
}
