import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { assetRoutes } from './assets.js';
import { clientRoutes } from './client/routes.js';
import type { DeskDependencies, DeskEnv } from './environment.js';
import { Layout } from './layout/layout.js';
import { boardRoutes } from './pages/board/routes.js';
import { gateRoutes } from './pages/gate/routes.js';
import { inboxRoutes } from './pages/inbox.js';
import { reviewRoutes } from './pages/reviews.js';
import { startRoutes } from './pages/start/routes.js';
import { clientLinkRoutes } from './pages/tenant/client-link-routes.js';
import { tenantRoutes } from './pages/tenant/routes.js';
import { tenantsRoutes } from './pages/tenants.js';
import { securityHeaders } from './security-headers.js';
import { ownFormsOnly, signedInOnly } from './sessions.js';
import { signInRoutes } from './sign-in/sign-in.js';

const LARGEST_FORM_BYTES = 2 * 1_024 * 1_024;

function FaultPage({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Layout title={title}>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>
        <a href="/">Back to the inbox</a>
      </p>
    </Layout>
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
  app.use(signedInOnly(deps), bodyLimit({ maxSize: LARGEST_FORM_BYTES }), ownFormsOnly(deps));
  app.route('/', inboxRoutes(deps));
  app.route('/', gateRoutes(deps));
  app.route('/', reviewRoutes(deps));
  app.route('/', tenantRoutes(deps));
  app.route('/', clientLinkRoutes(deps));
  app.route('/', tenantsRoutes(deps));
  app.route('/', boardRoutes(deps));
  app.route('/', startRoutes(deps));
  app.notFound((c) => c.html(<FaultPage title="Not found" text="There is no such page, or it is about a tenant you do not see." />, 404));
  app.onError((error, c) => {
    deps.log.error({ err: error, path: c.req.path }, 'a page failed');
    return c.html(
      <FaultPage
        title="That did not work"
        text="The desk failed; the cause is in its log. Nothing was decided unless the ledger says so."
      />,
      500,
    );
  });
  return app;
}
