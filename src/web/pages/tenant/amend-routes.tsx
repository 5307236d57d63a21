import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { CommandFault } from '../../../cli/exit.js';
import { tenantFromText } from '../../../cli/tenant-from-file.js';
import { may } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { handedIn } from '../../layout/tenant-text.js';
import { openGateCount } from '../../open-gates.js';
import { isKnown } from './is-known.js';
import { AmendPage, type AmendPageProps } from './amend-page.js';
import { tenantPlace } from '../../tenant-place.js';

const amendForm = z.object({ text: z.string(), verbId: z.string().max(100), reason: z.string().trim() });

/** Amending a tenant at the desk: the same checks and the same verb as `kobi amend`, with what differs shown first. */
export function amendRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  const operated = async (c: Context<DeskEnv>): Promise<string | undefined> => {
    const slug = c.req.param('slug') ?? '';
    return may(c.get('person'), 'operate', slug) && (await isKnown(deps, slug)) ? slug : undefined;
  };

  async function page(c: Context<DeskEnv>, slug: string, change: Partial<AmendPageProps> = {}) {
    const viewer = c.get('person');
    return (
      <AmendPage
        slug={slug}
        viewer={viewer}
        csrfToken={c.get('session').csrfToken}
        openGates={await openGateCount(deps, viewer)}
        text=""
        reason=""
        faults={[]}
        warnings={[]}
        {...change}
      />
    );
  }

  app.get('/tenants/:slug/amend', async (c) => {
    const slug = await operated(c);
    return slug === undefined ? c.notFound() : c.html(page(c, slug));
  });

  app.post('/tenants/:slug/amend/check', async (c) => {
    const slug = await operated(c);
    if (slug === undefined) return c.notFound();
    const text = await handedIn(c);
    const intake = await tenantFromText(text, tenantPlace(deps));
    if (!intake.ok) return c.html(page(c, slug, { text, faults: intake.faults }), 422);
    try {
      const preview = await (await deps.onboardings()).previewAmend(slug, intake.tenant);
      return c.html(page(c, slug, { text, preview, warnings: intake.warnings }));
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      return c.html(page(c, slug, { text, said: { accepted: false, message: error.message } }), 422);
    }
  });

  app.post('/tenants/:slug/amend', async (c) => {
    const slug = await operated(c);
    if (slug === undefined) return c.notFound();
    const form = amendForm.safeParse(await c.req.parseBody());
    if (!form.success)
      return c.html(page(c, slug, { said: { accepted: false, message: 'The form was not complete; nothing was changed.' } }), 400);
    const { text, verbId, reason } = form.data;
    const intake = await tenantFromText(text, tenantPlace(deps));
    if (!intake.ok) return c.html(page(c, slug, { text, reason, faults: intake.faults }), 422);
    const client = await deps.onboardings();
    const refuse = async (message: string, status: 400 | 409) => {
      const preview = await client.previewAmend(slug, intake.tenant).catch((error: unknown) => {
        deps.log.warn({ err: error, slug }, 'what an amendment changes could not be shown beside its refusal');
        return undefined;
      });
      return c.html(page(c, slug, { text, reason, preview, said: { accepted: false, message } }), status);
    };
    if (reason.length < 3) return refuse('A reason of at least three characters is needed; nothing was changed.', 400);
    try {
      const answer = await client.amend(slug, { verbId, reason, actor: c.get('person').id, tenant: intake.tenant }, intake.sparkCodes);
      if (!answer.accepted) return await refuse(answer.message, 409);
      return c.html(page(c, slug, { said: { accepted: true, message: answer.message } }));
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      return refuse(error.message, 409);
    }
  });
  return app;
}
