import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { CommandFault, EXIT } from '../../../cli/exit.js';
import { fundingOf } from '../../../cli/funding.js';
import type { OnboardingClient } from '../../../cli/onboarding-client.js';
import { ServerAway } from '../../../cli/run-access.js';
import { GATE_IDS, type GateId } from '../../../contract/checklist.js';
import { VERDICTS } from '../../../contract/messages.js';
import type { GateStatus, OnboardingStatus } from '../../../contract/status.js';
import { evidenceChanges } from '../../../domain/evidence-changes.js';
import { typedAmount } from '../../../domain/typed-amount.js';
import { newestChange } from '../../../store/changes.js';
import { addGateComment, gateComments } from '../../../store/gate-comments.js';
import { claimGate, claimOf, unclaimGate } from '../../../store/gate-claims.js';
import { gateHistory } from '../../../store/gate-history.js';
import { getOnboarding } from '../../../store/onboardings.js';
import { may } from '../../authority.js';
import { engineNote } from '../../engine-note.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import type { LiveChanges } from '../../live/changes.js';
import { openGateCount } from '../../open-gates.js';
import { isKnown } from '../tenant/is-known.js';
import type { ExhibitLink } from './exhibit.js';
import { exhibitFile, mediaOf } from './exhibit-files.js';
import { GatePage, type Said } from './gate-page.js';
import { UnopenedGate } from './unopened-gate.js';

const decisionForm = z.object({
  decisionId: z.string().max(100),
  revision: z.coerce.number().int().positive(),
  evidenceHash: z.string(),
  verdict: z.enum(VERDICTS),
  reason: z.string().trim().default(''),
  amount: z.string().trim().max(100).default(''),
  breakGlass: z.literal('yes').optional(),
});
const claimForm = z.object({ claim: z.enum(['yes', 'no']) });
const commentForm = z.object({ text: z.string().trim().min(1).max(2_000) });

const UNANSWERED =
  'Whether your decision counts is not known: no answer came in time. Send the same again from here: however often it arrives, it counts once.';

/** What an address names: a gate of a tenant that the viewer sees, opened or not. */
interface Named {
  readonly client: OnboardingClient;
  readonly status: OnboardingStatus;
  /** The newest change before the status was read. */
  readonly seen: Date;
  /** Why this is not the run's own word; null when it is. */
  readonly note: string | null;
  readonly id: GateId;
  readonly gate: GateStatus | undefined;
}
type Asked = Named & { readonly gate: GateStatus };

/** Minor units of what was typed; undefined when nothing was, or no amount. */
function amountOf(typed: string, evidence: unknown): number | undefined {
  const funding = fundingOf(evidence);
  return funding && typedAmount(typed, funding.currency);
}

/** The page of one gate, its files, comments, and the decision itself, which goes the same way as the command line's. */
export function gateRoutes(deps: DeskDependencies, changes: LiveChanges): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  /** Undefined when the viewer does not see the tenant, or there is no such gate anywhere. */
  async function named(c: Context<DeskEnv>): Promise<Named | undefined> {
    const slug = c.req.param('slug') ?? '';
    const id = GATE_IDS.find((each) => each === c.req.param('gate'));
    if (id === undefined || !may(c.get('person'), 'read', slug) || !(await isKnown(deps, slug))) return undefined;
    const [client, seen] = await Promise.all([deps.onboardings(), newestChange(deps.db, slug)]);
    const answer = await client.status(slug);
    if (answer.away) throw new ServerAway();
    const { status } = answer;
    return { client, status, seen, note: engineNote(answer, c.get('person')), id, gate: status.gates.find((each) => each.id === id) };
  }

  /** The same, when the gate was opened. */
  async function asked(c: Context<DeskEnv>): Promise<Asked | undefined> {
    const found = await named(c);
    return found?.gate && { ...found, gate: found.gate };
  }

  async function exhibitsOf({ client, status, gate }: Asked): Promise<ExhibitLink[]> {
    return (await client.exhibits(status.slug, gate.id)).map(({ id, at }) =>
      /^https?:/.test(at)
        ? { id, href: at, media: 'page' }
        : { id, href: `/tenants/${status.slug}/gates/${gate.id}/files/${encodeURIComponent(id)}`, media: mediaOf(at)?.media ?? 'image' },
    );
  }

  async function page(c: Context<DeskEnv>, found: Asked, said?: Said) {
    const { status, seen, gate, note } = found;
    const [events, comments, claimedBy, open, people, exhibits] = await Promise.all([
      gateHistory(deps.db, status.slug, gate.id),
      gateComments(deps.db, status.slug, gate.id),
      claimOf(deps.db, { slug: status.slug, gate: gate.id, revision: gate.revision }),
      openGateCount(deps, c.get('person')),
      deps.people(),
      exhibitsOf(found),
    ]);
    const before = events.filter((event) => event.kind === 'opened' && event.revision === gate.revision - 1).at(-1)?.evidence;
    return (
      <GatePage
        status={status}
        seen={seen}
        note={note}
        gate={gate}
        viewer={c.get('person')}
        people={people.people}
        csrfToken={c.get('session').csrfToken}
        openGates={open}
        exhibits={exhibits}
        changes={before === undefined ? [] : evidenceChanges(before, gate.evidence)}
        events={events}
        comments={comments}
        claimedBy={claimedBy}
        zone={c.get('zone')}
        now={deps.clock()}
        said={said}
      />
    );
  }

  /** The gate after a decision that does not count, whether it is open or not. */
  async function notDecided(c: Context<DeskEnv>, found: Named, said: Said) {
    const { status, id, gate } = found;
    if (gate) return page(c, { ...found, gate }, said);
    const person = c.get('person');
    const frame = { person, csrfToken: c.get('session').csrfToken, openGates: await openGateCount(deps, person) };
    return <UnopenedGate {...frame} status={status} gate={id} said={said} />;
  }

  app.get('/tenants/:slug/gates/:gate', async (c) => {
    const known = await named(c);
    if (!known) return c.notFound();
    const { gate } = known;
    if (!gate) {
      const message = `This gate of ${known.status.slug} was not opened, so there is nothing to decide here now.`;
      return c.html(notDecided(c, known, { accepted: false, message }), 404);
    }
    const found = { ...known, gate };
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

  /** An attempt on a tenant that the person does not see is on record like any other; they learn no more than that there is no such page. */
  async function recordUnseen(c: Context<DeskEnv>, form: z.infer<typeof decisionForm>): Promise<void> {
    const slug = c.req.param('slug') ?? '';
    const person = c.get('person');
    const gate = GATE_IDS.find((each) => each === c.req.param('gate'));
    if (gate === undefined || may(person, 'read', slug) || !(await getOnboarding(deps.db, slug))) return;
    const { amount: _amount, breakGlass, ...decision } = form;
    const glass = breakGlass === undefined ? {} : { breakGlass: true as const };
    try {
      await (await deps.onboardings()).decide(slug, { ...decision, ...glass, gate, actor: person.id, origin: 'page' });
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      deps.log.warn({ err: error, slug, person: person.id }, 'an attempt on a tenant that the person does not see had no answer');
    }
  }

  app.post('/tenants/:slug/gates/:gate/decide', async (c) => {
    const form = decisionForm.safeParse(await c.req.parseBody());
    const found = await named(c);
    if (!found) {
      if (form.success) await recordUnseen(c, form.data);
      return c.notFound();
    }
    const { client, status, id, gate } = found;
    if (!form.success)
      return c.html(notDecided(c, found, { accepted: false, message: 'The form was not complete; look at it and decide again.' }), 400);
    const { amount, breakGlass, ...decision } = form.data;
    const amountMinor = amountOf(amount, gate?.evidence);
    try {
      const answer = await client.decide(status.slug, {
        ...decision,
        gate: id,
        actor: c.get('person').id,
        origin: 'page',
        ...(amountMinor === undefined ? {} : { amountMinor }),
        ...(breakGlass === undefined ? {} : { breakGlass: true }),
      });
      if (answer.accepted) return c.redirect(`/tenants/${status.slug}/gates/${id}?row=${answer.ledgerSeq ?? ''}`, 303);
      const fresh = (await named(c)) ?? found;
      return c.html(notDecided(c, fresh, { accepted: false, message: answer.message, reason: decision.reason }), 409);
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      const { reason, decisionId } = decision;
      if (error.exitCode === EXIT.badInput) return c.html(notDecided(c, found, { accepted: false, message: error.message, reason }), 400);
      deps.log.warn({ err: error, decisionId }, 'whether a decision counts is not known');
      return c.html(notDecided(c, found, { accepted: false, message: UNANSWERED, reason, decisionId }), 503);
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
    changes.tell(status.slug);
    return c.redirect(`/tenants/${status.slug}/gates/${gate.id}`, 303);
  });

  app.post('/tenants/:slug/gates/:gate/claim', async (c) => {
    const found = await asked(c);
    if (!found) return c.notFound();
    const { status, gate } = found;
    const form = claimForm.safeParse(await c.req.parseBody());
    if (!form.success || gate.state !== 'open')
      return c.html(page(c, found, { accepted: false, message: 'There is nothing to look after: this revision is not open.' }), 409);
    const claim = { slug: status.slug, gate: gate.id, revision: gate.revision, person: c.get('person').id };
    const taken = form.data.claim === 'yes' ? await claimGate(deps.db, claim, deps.clock()) : undefined;
    if (form.data.claim === 'no') await unclaimGate(deps.db, claim, deps.clock());
    changes.tell(status.slug);
    if (taken !== undefined && taken !== claim.person)
      return c.html(page(c, found, { accepted: false, message: `${taken} was faster and looks after this; you may still decide.` }), 409);
    return c.redirect(`/tenants/${status.slug}/gates/${gate.id}`, 303);
  });
  return app;
}
