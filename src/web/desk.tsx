import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { apiRoutes } from './api/api.js';
import { isUnstorable } from '../store/unstorable.js';
import { assetRoutes } from './assets.js';
import { clientRoutes } from './client/routes.js';
import { wakesEngine } from './engine-note.js';
import type { DeskDependencies, DeskEnv } from './environment.js';
import { FaultPage } from './layout/fault-page.js';
import { LiveChanges } from './live/changes.js';
import { liveRoutes } from './live/routes.js';
import { boardRoutes } from './pages/board/routes.js';
import { eventsRoutes } from './pages/events/routes.js';
import { gateRoutes } from './pages/gate/routes.js';
import { inboxRoutes } from './pages/inbox/routes.js';
import { reviewRoutes } from './pages/reviews.js';
import { startRoutes } from './pages/start/routes.js';
import { amendRoutes } from './pages/tenant/amend-routes.js';
import { clientLinkRoutes } from './pages/tenant/client-link-routes.js';
import { tenantRoutes } from './pages/tenant/routes.js';
import { tenantsRoutes } from './pages/tenants.js';
import { securityHeaders } from './security-headers.js';
import { ownFormsOnly, signedInOnly } from './sessions.js';
import { signInRoutes } from './sign-in/sign-in.js';
import { unreachable } from './unreachable.js';

const LARGEST_FORM_BYTES = 2 * 1_024 * 1_024;

function tooLarge(c: Context<DeskEnv>) {
  return c.html(
    <FaultPage c={c} title="That is too large" text="A form may have 2 MB. Send less at a time; nothing was taken of this." />,
    413,
  );
}

/** The desk: pages for people who are signed in, and the ways in. Everything that is not listed is not found. */
export function deskApp(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.use(...securityHeaders());
  app.get('/health', (c) => c.text('ok'));
  app.route('/', assetRoutes());
  app.route('/', signInRoutes(deps));
  app.route('/', clientRoutes(deps));
  app.route('/api/v1', apiRoutes(deps));
  app.use(signedInOnly(deps), bodyLimit({ maxSize: LARGEST_FORM_BYTES, onError: tooLarge }), ownFormsOnly(deps));
  const changes = new LiveChanges(deps);
  app.route('/', liveRoutes(deps, changes));
  app.route('/', inboxRoutes(deps));
  app.route('/', gateRoutes(deps, changes));
  app.route('/', reviewRoutes(deps));
  app.route('/', tenantRoutes(deps));
  app.route('/', amendRoutes(deps));
  app.route('/', clientLinkRoutes(deps));
  app.route('/', eventsRoutes(deps));
  app.route('/', tenantsRoutes(deps));
  app.route('/', boardRoutes(deps));
  app.route('/', startRoutes(deps));
  app.notFound((c) =>
    c.html(<FaultPage c={c} title="Not found" text="There is no such page, or it is about a tenant you do not see." />, 404),
  );
  app.onError((error, c) => {
    if (isUnstorable(error))
      return c.html(
        <FaultPage
          c={c}
          title="That cannot be read"
          text="It has a character that is none, such as U+0000. Take it out, and send it again."
        />,
        400,
      );
    // A fault may come before anybody knows who asks.
    const { person }: Partial<DeskEnv['Variables']> = c.var;
    const away = unreachable(error, person !== undefined && wakesEngine(person));
    if (away !== undefined) {
      deps.log.warn({ err: error }, away.title);
      c.header('retry-after', '60');
      return c.html(<FaultPage c={c} {...away} />, 503);
    }
    // The address of a client's link opens it; it is no word for a log.
    deps.log.error({ err: error, path: c.req.path.replace(/^\/client\/.*/, '/client/…') }, 'a page failed');
    return c.html(
      <FaultPage
        c={c}
        title="That did not work"
        text="The desk failed; the cause is in its log. Nothing was decided unless the ledger says so."
      />,
      500,
    );
  });
  return app;
}
