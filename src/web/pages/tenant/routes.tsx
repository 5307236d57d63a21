import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { CommandFault } from '../../../cli/exit.js';
import type { OnboardingClient } from '../../../cli/onboarding-client.js';
import { STEP_IDS } from '../../../contract/checklist.js';
import { onboardingWorkflowId } from '../../../contract/ids.js';
import type { VerbAnswer } from '../../../contract/messages.js';
import { ballTimes } from '../../../store/ball-times.js';
import { newestChange } from '../../../store/changes.js';
import { newestLedgerRows } from '../../../store/ledger.js';
import { may } from '../../authority.js';
import { engineNote } from '../../engine-note.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { openGateCount } from '../../open-gates.js';
import { isKnown } from './is-known.js';
import { TenantPage } from './tenant-page.js';
import { FORM_VERBS } from './verb-form.js';

const verbForm = z.object({
  verb: z.enum(FORM_VERBS),
  verbId: z.string().max(100),
  step: z.enum(STEP_IDS).optional(),
  reason: z.string().trim().min(3).max(2_000),
});

const testCodeForm = z.object({ verbId: z.string().max(100), code: z.string().trim().min(1).max(64) });

function send(client: OnboardingClient, slug: string, actor: string, form: z.infer<typeof verbForm>): Promise<VerbAnswer> {
  const { verb, step, ...rest } = form;
  const input = { ...rest, actor };
  if (verb === 'skip') {
    if (step === undefined) throw new Error('the form of skip names no step');
    return client.skip(slug, { ...input, step });
  }
  return verb === 'retry' ? client.retry(slug, step === undefined ? input : { ...input, step }) : client[verb](slug, input);
}

/** The page of one tenant, and the verbs that operators send from it. */
export function tenantRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  async function page(c: Context<DeskEnv>, slug: string, said?: { accepted: boolean; message: string }) {
    const [client, newest] = await Promise.all([deps.onboardings(), newestChange(deps.db, slug)]);
    const [answer, rows, times, open] = await Promise.all([
      client.status(slug),
      newestLedgerRows(deps.db, slug, 200),
      ballTimes(deps.db, slug, deps.clock()),
      openGateCount(deps, c.get('person')),
    ]);
    const { status } = answer;
    const { temporalUi: ui, temporalNamespace: namespace = 'default' } = deps.config;
    return (
      <TenantPage
        status={status}
        seen={newest}
        note={engineNote(answer, c.get('person'))}
        rows={rows}
        ballTimes={times}
        viewer={c.get('person')}
        operates={may(c.get('person'), 'operate', slug)}
        csrfToken={c.get('session').csrfToken}
        openGates={open}
        zone={c.get('zone')}
        now={deps.clock()}
        temporalLink={
          ui === undefined
            ? undefined
            : `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(onboardingWorkflowId(slug))}`
        }
        said={said}
      />
    );
  }
  const seen = async (c: Context<DeskEnv>, slug: string): Promise<boolean> =>
    may(c.get('person'), 'read', slug) && (await isKnown(deps, slug));

  app.get('/tenants/:slug', async (c) => {
    const slug = c.req.param('slug');
    return (await seen(c, slug)) ? c.html(page(c, slug)) : c.notFound();
  });

  /** The page after a verb, whatever became of it. */
  async function answered(c: Context<DeskEnv>, slug: string, verb: () => Promise<VerbAnswer>) {
    try {
      const answer = await verb();
      return c.html(page(c, slug, { accepted: answer.accepted, message: answer.message }), answer.accepted ? 200 : 409);
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      return c.html(page(c, slug, { accepted: false, message: error.message }), 503);
    }
  }

  app.post('/tenants/:slug/test-code', async (c) => {
    const slug = c.req.param('slug');
    const person = c.get('person');
    if (!(await seen(c, slug))) return c.notFound();
    if (!may(person, 'operate', slug))
      return c.html(page(c, slug, { accepted: false, message: 'Only ops and admin hand in test codes.' }), 403);
    const form = testCodeForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.html(page(c, slug, { accepted: false, message: 'A test code has 1 to 64 characters.' }), 400);
    const { verbId, code } = form.data;
    return answered(c, slug, async () =>
      (await deps.onboardings()).provide(slug, { actor: person.id, verbId, what: { kind: 'test_event_code', code } }),
    );
  });

  app.post('/tenants/:slug/verbs', async (c) => {
    const slug = c.req.param('slug');
    if (!(await seen(c, slug))) return c.notFound();
    const person = c.get('person');
    if (!may(person, 'operate', slug))
      return c.html(page(c, slug, { accepted: false, message: 'Only ops and admin act on onboardings.' }), 403);
    const form = verbForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.html(page(c, slug, { accepted: false, message: 'A reason of at least three characters is needed.' }), 400);
    return answered(c, slug, async () => send(await deps.onboardings(), slug, person.id, form.data));
  });
  return app;
}
