import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { DeskDependencies } from '../environment.js';
import { documentOf } from './document.js';
import { refusalAnswer } from './endpoint.js';
import { Problem } from './problem.js';
import * as about from './routes/about.js';
import { audit } from './routes/audit.js';
import { decide } from './routes/decisions.js';
import { events } from './routes/events.js';
import { gate, inbox } from './routes/gates.js';
import { list, status } from './routes/onboardings.js';
import { plan, start, startMany } from './routes/start.js';
import { amend, provide, retry, skip, wholeRunVerbs } from './routes/verbs.js';
import { tokenReader } from './token.js';
import { viewerRoutes } from './viewer/viewer.js';

/** Five hundred tenants at once, and room for one large file. */
const LARGEST_BODY_BYTES = 4 * 1_024 * 1_024;

const ENDPOINTS = [
  about.whoAmI,
  about.errors,
  plan,
  start,
  startMany,
  list,
  status,
  events,
  inbox,
  gate,
  decide,
  provide,
  retry,
  skip,
  amend,
  ...wholeRunVerbs,
  audit,
];

/** The API in OpenAPI 3.1. */
export function apiDocument(): ReturnType<typeof documentOf> {
  return documentOf(ENDPOINTS.map(({ route }) => route));
}

/**
 * The verbs of the command line over HTTP, for whoever has a personal access token, below `/api/v1`. They run the functions that the
 * pages run; every refusal has one JSON shape.
 */
export function apiRoutes(deps: DeskDependencies): Hono {
  const api = new Hono();
  api.onError((error, c) => refusalAnswer(deps, error, c));
  api.use(
    bodyLimit({
      maxSize: LARGEST_BODY_BYTES,
      onError: () => {
        throw new HTTPException(413);
      },
    }),
  );
  const reader = tokenReader(deps);
  for (const { serve } of ENDPOINTS) serve(api, deps, reader);
  const document = apiDocument();
  api.get('/openapi.json', (c) => c.json(document));
  api.route('/', viewerRoutes());
  api.all('*', (c) => {
    throw new Problem(404, {
      code: 'no_such_endpoint',
      message: `there is no ${c.req.method} ${c.req.path}`,
      mend: '/api/v1/openapi.json names every endpoint',
    });
  });
  return api;
}
