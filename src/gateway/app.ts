import { sql } from 'kysely';
import { Hono } from 'hono';
import { PROMETHEUS_TYPE } from '../process/prometheus.js';
import type { GatewayDependencies } from './dependencies.js';
import { eventsRoute, type Intake } from './events-route.js';
import { FORMS } from './forms.js';
import { createLimits } from './limits.js';
import { createMeasured } from './measured.js';
import { preflight } from './origins.js';
import { Refusal, refusalOf } from './refusal.js';
import { uploadRoutes } from './uploads/routes.js';
import { createTenantMaps } from '../events/tenant-maps.js';

/** An outage is told so often; each request of it is counted. */
const TOLD_EVERY_MS = 10_000;

const NAMES: ReadonlySet<string> = new Set([...FORMS.map(({ form }) => form.name), 'uploads']);

/** The form that an address is of, without tenants: the first part below `/v1`. */
function formOf(path: string): string {
  const form = /^\/v1\/([a-z0-9]+)\//.exec(path)?.[1];
  return form !== undefined && NAMES.has(form) ? form : 'other';
}

/** What may be told of an error: PostgreSQL's details may hold a row. */
function plainly(error: unknown): object {
  if (!(error instanceof Error)) return { reason: 'something that is no error was thrown' };
  return { error: error.name, reason: error.message, stack: error.stack, ...('code' in error ? { code: String(error.code) } : {}) };
}

/** What the ways in share: limits, counts and the tenants' maps. One per process. */
export function createIntake(deps: GatewayDependencies): Intake {
  return { deps, limits: createLimits(deps.limits), measured: createMeasured(deps.metrics), maps: createTenantMaps(deps.db) };
}

/** The event gateway: everything below `/v1` takes events in; `/healthz`, `/readyz` and `/metrics` are for whoever runs it. */
export function gatewayApp(deps: GatewayDependencies, intake: Intake = createIntake(deps)): Hono {
  const { db, eventsDb, log, metrics } = deps;
  const { measured } = intake;
  const app = new Hono();
  app.use('/v1/*', async (c, next) => {
    const began = performance.now();
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
    const form = formOf(c.req.path);
    const seconds = (performance.now() - began) / 1_000;
    measured.request(form, c.res.status, seconds);
    log.debug({ form, status: c.res.status, ms: Math.round(seconds * 1_000) }, 'answered');
  });
  for (const { path, form } of FORMS) {
    app.options(`/v1${path}`, preflight(deps));
    app.post(`/v1${path}`, eventsRoute(intake, form));
  }
  app.route('/v1', uploadRoutes(intake));
  app.get('/healthz', (c) => c.json({ gateway: 'RUNNING' }));
  app.get('/readyz', async (c) => {
    await Promise.all([sql`select 1`.execute(db), sql`select 1`.execute(eventsDb)]);
    return c.json({ ready: true });
  });
  app.get('/metrics', (c) => c.body(metrics.text(), 200, { 'content-type': PROMETHEUS_TYPE }));
  app.notFound((c) => {
    const refusal = new Refusal(
      404,
      'no_such_address',
      'nothing is taken in here',
      'docs/events.md lists the addresses, such as POST /v1/events/TENANT',
    );
    return c.json(refusal.body, refusal.status);
  });
  let toldAt = Number.NEGATIVE_INFINITY;
  app.onError((error, c) => {
    const refusal = refusalOf(error);
    if (!refusal) log.error(plainly(error), 'a request failed');
    else if (refusal.status === 503 && performance.now() - toldAt > TOLD_EVERY_MS) {
      toldAt = performance.now();
      log.warn({ code: refusal.code }, refusal.message);
    }
    const { status, body, headers } =
      refusal ??
      new Refusal(500, 'unexpected', 'the gateway failed; its log says why. Nothing of this was acknowledged', 'send the same again');
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    return c.json(body, status);
  });
  return app;
}
