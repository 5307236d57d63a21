import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import type { Fault } from '../../domain/faults.js';
import type { Person } from '../../domain/people.js';
import { schemaFaults } from '../../domain/schema-faults.js';
import type { DeskDependencies } from '../environment.js';
import { effectIdOf, forgetful, requestHash, withOneEffect } from './one-effect.js';
import { faulty, forbidden, Problem, problemOf } from './problem.js';
import { problemSchema, type RefusedStatus, SAYS_OF_STATUS } from '../../cli/server/wire/refusal.js';
import { tokenReader } from './token.js';

const KEY = 'Idempotency-Key';
const keySchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,100}$/, '1 to 100 of A-Z, a-z, 0-9 and _ . : -')
  .openapi({ description: 'the same key and the same body hear the same answer for a week; chosen by the sender, such as a random UUID' });

/** Nothing is asked for. */
export const nothing = z.strictObject({});

export interface Asked<Params, Query, Body> {
  readonly deps: DeskDependencies;
  readonly person: Person;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Of a POST: the same for the same request of the same person. */
  readonly effectId: string;
}

export interface Endpoint<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer> {
  /** Every `post` has an effect at most once. */
  readonly method: 'get' | 'post';
  /** Such as `/onboardings/{slug}`. */
  readonly path: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly answer: z.ZodType<Answer>;
  readonly says: string;
  /** Statuses of success: 200, and 201 where something was begun. */
  readonly statuses?: readonly (200 | 201)[];
  /** Statuses of refusal besides those that every endpoint has. */
  readonly refusals: readonly RefusedStatus[];
  /** Also for people who are disabled: their attempt is on record. */
  readonly disabledToo?: boolean;
  /** Who may ask; before anything is remembered of the request. */
  readonly allowed?: (asked: Asked<z.infer<Params>, z.infer<Query>, z.infer<Body>>) => void | Promise<void>;
  readonly answers: (
    asked: Asked<z.infer<Params>, z.infer<Query>, z.infer<Body>>,
  ) => Promise<{ readonly status?: 200 | 201; readonly body: Answer }>;
}

export interface AnyEndpoint {
  /** Its part of the document. */
  readonly route: RouteConfig;
  serve(api: Hono, deps: DeskDependencies, reader: ReturnType<typeof tokenReader>): void;
}

const ALWAYS: readonly RefusedStatus[] = [400, 401, 403, 429, 500, 503];

export function refusalsOf(statuses: readonly RefusedStatus[]) {
  return Object.fromEntries(
    [...new Set([...ALWAYS, ...statuses])]
      .toSorted((a, b) => a - b)
      .map((status) => [status, { description: SAYS_OF_STATUS[status], content: { 'application/json': { schema: problemSchema } } }]),
  );
}

/** What a query says, with a list wherever the schema has one. */
function queryOf(c: Context, schema: z.ZodObject): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => {
      const field: unknown = schema.shape[name];
      const list = field instanceof z.ZodOptional && field.unwrap() instanceof z.ZodArray;
      return [name, list || values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}

function jsonOf(text: string): { readonly value: unknown } | { readonly fault: Fault } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: { path: '', problem: 'the body is no JSON' } };
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, faults: Fault[]): z.infer<Schema> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  faults.push(...schemaFaults(schema, value));
  return undefined;
}

/** Describes an endpoint once: the document and the checks come from the same schemas. */
export function endpoint<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer>(
  of: Endpoint<Params, Query, Body, Answer>,
): AnyEndpoint {
  const post = of.method === 'post';
  const answer = { description: of.says, content: { 'application/json': { schema: of.answer } } };
  const route = createRoute({
    method: of.method,
    path: of.path,
    summary: of.summary,
    request: {
      params: of.params,
      query: of.query,
      ...(post
        ? { headers: z.object({ [KEY]: keySchema }), body: { required: true, content: { 'application/json': { schema: of.body } } } }
        : {}),
    },
    responses: {
      ...Object.fromEntries((of.statuses ?? [200]).map((status) => [status, answer])),
      ...refusalsOf([...of.refusals, ...(post ? ([409, 413] as const) : [])]),
    },
  });

  const serve: AnyEndpoint['serve'] = (api, deps, reader) => {
    const forget = forgetful(deps);
    api.on(of.method.toUpperCase(), route.getRoutingPath(), async (c) => {
      const person = await reader(c);
      if (person.disabled && !of.disabledToo) throw forbidden('person_disabled', `${person.id} is disabled in people.yaml`);
      const faults: Fault[] = [];
      const params = parsed(of.params, c.req.param(), faults);
      const query = parsed(of.query, queryOf(c, of.query), faults);
      const key = post ? parsed(z.object({ [KEY]: keySchema }), { [KEY]: c.req.header(KEY) }, faults)?.[KEY] : '';
      const text = post ? await c.req.text() : '{}';
      const json = jsonOf(text);
      const body = 'fault' in json ? void faults.push(json.fault) : parsed(of.body, json.value, faults);
      if (faults.length > 0 || params === undefined || query === undefined || key === undefined || body === undefined) throw faulty(faults);

      const request = { person: person.id, key, hash: requestHash(of.method, c.req.path, text) };
      const asked = { deps, person, params, query, body, effectId: effectIdOf(request) };
      await of.allowed?.(asked);
      if (!post) {
        const { status = 200, body: said } = await of.answers(asked);
        return c.json(said, status);
      }
      forget();
      const { answer: given, repeated } = await withOneEffect(deps, request, async () => {
        try {
          const { status = 200, body: said } = await of.answers(asked);
          return { status, body: JSON.stringify(said) };
        } catch (error) {
          const problem = problemOf(error);
          // What is refused for good is answered the same again; everything else may be tried again.
          if (problem?.status === 409 || problem?.status === 403) return { status: problem.status, body: JSON.stringify(problem.body) };
          throw error;
        }
      });
      return new Response(given.body, {
        status: given.status,
        headers: { 'content-type': 'application/json', ...(repeated ? { 'idempotency-replayed': 'true' } : {}) },
      });
    });
  };
  return { route, serve };
}

/** The answer of anything that was thrown; what nobody foresaw goes to the log. */
export function refusalAnswer(deps: DeskDependencies, error: unknown, c: Context): Response {
  const problem = problemOf(error);
  if (!problem) deps.log.error({ err: error, path: c.req.path }, 'the API failed');
  const { status, body, headers } =
    problem ??
    new Problem(500, { code: 'unexpected', message: 'the desk failed; its log says why. Nothing was decided unless the ledger says so' });
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return c.json(body, status);
}
