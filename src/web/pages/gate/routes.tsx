import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { CommandFault } from '../../../cli/exit.js';
import { fundingOf } from '../../../cli/funding.js';
import type { OnboardingClient } from '../../../cli/onboarding-client.js';
import { GATE_IDS, type GateId } from '../../../contract/checklist.js';
import { VERDICTS } from '../../../contract/messages.js';
import type { GateStatus, OnboardingStatus } from '../../../contract/status.js';
import { evidenceChanges } from '../../../domain/evidence-changes.js';
import { toMinorUnits } from '../../../domain/money.js';
import { addGateComment, gateComments } from '../../../store/gate-comments.js';
import { gateHistory } from '../../../store/gate-history.js';
import { listOpenGates } from '../../../store/gates.js';
import { getOnboarding } from '../../../store/onboardings.js';
import { may } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import type { ExhibitLink } from './evidence-view.js';
import { exhibitFile, mediaOf } from './exhibit-files.js';
import { GatePage, type Said } from './gate-page.js';

const decisionForm = z.object({
  decisionId: z.string().max(100),
  revision: z.coerce.number().int().positive(),
  evidenceHash: z.string(),
  verdict: z.enum(VERDICTS),
  reason: z.string().trim().default(''),
  amount: z.string().trim().default(''),
  breakGlass: z.literal('yes').optional(),
});
const commentForm = z.object({ text: z.string().trim().min(1).max(2_000) });

interface Asked {
  readonly client: OnboardingClient;
  readonly status: OnboardingStatus;
  readonly gate: GateStatus;
}

/** Minor units of what was typed; undefined when nothing was, or no amount. */
function amountOf(typed: string, evidence: unknown): number | undefined {
  const funding = fundingOf(evidence);
  if (!funding || typed === '') return undefined;
  try {
    return toMinorUnits(typed.replace(/[\s']/g, '').replace(/^(\d+),(\d{1,2})$/, '$1.$2'), funding.currency);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The page of one gate, its files, comments, and the decision itself, which goes the same way as the command line's. */
export function gateRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  /** The gate, or undefined when the viewer does not see the tenant, or it has no such gate. */
  async function asked(c: Context<DeskEnv>): Promise<Asked | undefined> {
    const slug = c.req.param('slug') ?? '';
    const id = GATE_IDS.find((each) => each === c.req.param('gate'));
    if (id === undefined || !may(c.get('person'), 'read', slug) || !(await getOnboarding(deps.db, slug))) return undefined;
    const client = await deps.onboardings();
    const { status } = await client.status(slug);
    const gate = status.gates.find((each) => each.id === id);
    return gate && { client, status, gate };
  }

  async function exhibitsOf({ client, status, gate }: Asked): Promise<ExhibitLink[]> {
    return (await client.exhibits(status.slug, gate.id)).map(({ id, at }) =>
      /^https?:/.test(at)
        ? { id, href: at, media: 'page' }
        : { id, href: `/tenants/${status.slug}/gates/${gate.id}/files/${encodeURIComponent(id)}`, media: mediaOf(at)?.media ?? 'image' },
    );
  }

  async function page(c: Context<DeskEnv>, found: Asked, said?: Said) {
    const { status, gate } = found;
    const [events, comments, open, people, exhibits] = await Promise.all([
      gateHistory(deps.db, status.slug, gate.id),
      gateComments(deps.db, status.slug, gate.id),
      listOpenGates(deps.db),
      deps.people(),
      exhibitsOf(found),
    ]);
    const before = events.filter((event) => event.kind === 'opened' && event.revision === gate.revision - 1).at(-1)?.evidence;
    return (
      <GatePage
        status={status}
        gate={gate}
        viewer={c.get('person')}
        people={people.people}
        csrfToken={c.get('session').csrfToken}
        openGates={open.length}
        exhibits={exhibits}
        changes={before === undefined ? [] : evidenceChanges(before, gate.evidence)}
        events={events}
        comments={comments}
        zone={c.get('zone')}
        now={deps.clock()}
        said={said}
      />
    );
  }

  app.get('/tenants/:slug/gates/:gate', async (c) => {
    const found = await asked(c);
    if (!found) return c.notFound();
    const row = /^\d{1,12}$/.exec(c.req.query('row') ?? '')?.[0];
    return c.html(page(c, found, row === undefined ? undefined : { accepted: true, message: `Recorded as row ${row} of the ledger.` }));
  });

  app.get('/tenants/:slug/gates/:gate/files/:id', async (c) => {
    const found = await asked(c);
    if (!found) return c.notFound();
    const { client, status, gate } = found;
    const exhibit = (await client.exhibits(status.slug, gate.id)).find((each) => each.id === c.req.param('id'));
    const file = exhibit && (await exhibitFile(gate.evidence, exhibit.id, exhibit.at));
    return file ? c.body(file.body, 200, { 'content-type': file.type }) : c.notFound();
  });

  app.post('/tenants/:slug/gates/:gate/decide', async (c) => {
    const found = await asked(c);
    if (!found) return c.notFound();
    const { client, status, gate } = found;
    const form = decisionForm.safeParse(await c.req.parseBody());
    if (!form.success)
      return c.html(page(c, found, { accepted: false, message: 'The form was not complete; look at it and decide again.' }), 400);
    const { amount, breakGlass, ...decision } = form.data;
    const amountMinor = amountOf(amount, gate.evidence);
    try {
      const answer = await client.decide(status.slug, {
        ...decision,
        gate: gate.id,
        actor: c.get('person').id,
        origin: 'page',
        ...(amountMinor === undefined ? {} : { amountMinor }),
        ...(breakGlass === undefined ? {} : { breakGlass: true }),
      });
      if (answer.accepted) return c.redirect(`/tenants/${status.slug}/gates/${gate.id}?row=${answer.ledgerSeq ?? ''}`, 303);
      const fresh = (await asked(c)) ?? found;
      return c.html(page(c, fresh, { accepted: false, message: answer.message, reason: decision.reason }), 409);
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      return c.html(page(c, found, { accepted: false, message: error.message, reason: decision.reason }), 503);
    }
  });

  app.post('/tenants/:slug/gates/:gate/comments', async (c) => {
    const found = await asked(c);
    if (!found) return c.notFound();
    const { status, gate } = found;
    const form = commentForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.html(page(c, found, { accepted: false, message: 'A comment has 1 to 2,000 characters.' }), 400);
    const gateId: GateId = gate.id;
    await addGateComment(
      deps.db,
      { slug: status.slug, gate: gateId, revision: gate.revision, person: c.get('person').id, text: form.data.text },
      deps.clock(),
    );
    return c.redirect(`/tenants/${status.slug}/gates/${gate.id}`, 303);
  });
  return app;
}
