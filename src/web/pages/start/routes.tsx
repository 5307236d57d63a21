import { type Context, Hono } from 'hono';
import { CommandFault } from '../../../cli/exit.js';
import { may } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { FaultPage } from '../../layout/fault-page.js';
import { handedIn } from '../../layout/tenant-text.js';
import { openGateCount } from '../../open-gates.js';
import { type Candidate, candidatesIn } from './candidates.js';
import { type Row, StartPage } from './start-page.js';
import { tenantPlace } from '../../tenant-place.js';

function rowOf({ where, intake }: Candidate): Row {
  return intake.ok
    ? { where, slug: intake.tenant.slug, faults: [], warnings: intake.warnings }
    : { where, slug: null, faults: intake.faults, warnings: [] };
}

/** Handing in tenants: the same checks as the command line's, the plan against TikTok's state, and the start, which may be repeated. */
export function startRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  async function page(c: Context<DeskEnv>, text: string, rows: readonly Row[], started: boolean) {
    const open = await openGateCount(deps, c.get('person'));
    const person = c.get('person');
    return <StartPage viewer={person} csrfToken={c.get('session').csrfToken} openGates={open} text={text} rows={rows} started={started} />;
  }

  /** A tenant that the viewer may not start has that as its fault. */
  async function candidates(c: Context<DeskEnv>, text: string): Promise<Candidate[]> {
    const person = c.get('person');
    return (await candidatesIn(text, tenantPlace(deps))).map((each) =>
      !each.intake.ok || may(person, 'operate', each.intake.tenant.slug)
        ? each
        : {
            ...each,
            intake: {
              ok: false,
              faults: [{ path: 'slug', problem: `${person.id} works for other tenants than ${each.intake.tenant.slug}` }],
            },
          },
    );
  }

  async function planned(candidate: Candidate, startedBy: string): Promise<Row> {
    const row = rowOf(candidate);
    if (!candidate.intake.ok) return row;
    try {
      return { ...row, plan: await deps.plan(candidate.intake.tenant, startedBy) };
    } catch (error) {
      deps.log.warn({ err: error, slug: row.slug }, 'a plan could not be made');
      return { ...row, planless: `There is no plan: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  // The pattern is also of `/start` itself.
  app.use('/start/*', async (c, next) => {
    if (may(c.get('person'), 'operate')) return next();
    const text = `Only ops and admin start onboardings, and ${c.get('person').id} is neither; an admin gives roles, in people.yaml.`;
    return c.html(<FaultPage c={c} title="You do not start onboardings" text={text} />, 403);
  });
  app.get('/start', async (c) => c.html(page(c, '', [], false)));

  app.post('/start/check', async (c) => {
    const text = await handedIn(c);
    const found = await candidates(c, text);
    const rows: Row[] = [];
    // One after the other: a plan reads TikTok, whose limits all share.
    for (const candidate of found) rows.push(found.length > 10 ? rowOf(candidate) : await planned(candidate, c.get('person').id));
    return c.html(page(c, text, rows, false), rows.some((row) => row.faults.length > 0) ? 422 : 200);
  });

  app.post('/start', async (c) => {
    const text = await handedIn(c);
    const client = await deps.onboardings();
    const rows: Row[] = [];
    for (const candidate of await candidates(c, text)) {
      const row = rowOf(candidate);
      if (!candidate.intake.ok) rows.push(row);
      else {
        try {
          const { tenant, sparkCodes } = candidate.intake;
          rows.push({ ...row, answer: await client.start(tenant, c.get('person').id, sparkCodes) });
        } catch (error) {
          if (!(error instanceof CommandFault)) throw error;
          rows.push({ ...row, planless: error.message });
        }
      }
    }
    return c.html(page(c, text, rows, true));
  });
  return app;
}
