import { Hono } from 'hono';
import { z } from 'zod';
import { BALLS, ONBOARDING_STATES } from '../../contract/checklist.js';
import { FAILURES, isFailureCode } from '../../contract/failures.js';
import { searchTenants, type TenantLine } from '../../store/search.js';
import { tenantsOf } from '../authority.js';
import type { DeskDependencies, DeskEnv } from '../environment.js';
import { openGateCount } from '../open-gates.js';
import { Instant } from '../layout/instants.js';
import { Layout } from '../layout/layout.js';
import { Pager } from '../layout/pager.js';
import { SAYS_OF_BALL } from '../layout/words.js';
import { SAYS_OF_STATE } from './tenant/state-words.js';

const PAGE = 50;
const asked = z.object({
  q: z
    .string()
    .default('')
    .transform((text) => text.slice(0, 200)),
  state: z.enum(ONBOARDING_STATES).optional().catch(undefined),
  ball: z.enum(BALLS).optional().catch(undefined),
  sort: z.enum(['slug', 'due', 'updated']).catch('due'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
type Asked = z.infer<typeof asked>;

function addressOf(query: Asked, change: Partial<Asked>): string {
  const entries = Object.entries({ ...query, ...change }).filter(([, value]) => value !== undefined && value !== '');
  return `/tenants?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

function Filter({ query }: { readonly query: Asked }) {
  return (
    <form class="row" role="search">
      <label>
        Slug, name, id at TikTok or request id
        <input name="q" value={query.q} type="search" />
      </label>
      <label>
        State
        <select name="state">
          <option value="">any</option>
          {ONBOARDING_STATES.map((state) => (
            <option value={state} selected={query.state === state}>
              {SAYS_OF_STATE[state]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Ball
        <select name="ball">
          <option value="">any</option>
          {BALLS.map((ball) => (
            <option value={ball} selected={query.ball === ball}>
              {SAYS_OF_BALL[ball]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Sort by
        <select name="sort">
          {(['due', 'updated', 'slug'] as const).map((sort) => (
            <option value={sort} selected={query.sort === sort}>
              {sort}
            </option>
          ))}
        </select>
      </label>
      <button class="second">Show</button>
    </form>
  );
}

function Row({ line, zone, now }: { readonly line: TenantLine; readonly zone: string; readonly now: Date }) {
  const tone = line.state === 'live' ? 'good' : line.state === 'parked' ? 'bad' : line.state === 'waiting' ? 'wait' : 'soft';
  return (
    <tr>
      <td data-label="Tenant">
        <a href={`/tenants/${line.slug}`}>{line.slug}</a> <span class="soft">{line.legalName}</span>
      </td>
      <td data-label="State">
        <span class={`state ${tone}`}>{SAYS_OF_STATE[line.state]}</span> {line.percent} %
      </td>
      <td data-label="Ball">
        {BALLS.filter((ball) => line.balls.includes(ball))
          .map((ball) => SAYS_OF_BALL[ball])
          .join(', ') || '–'}
      </td>
      <td data-label="Failures">
        {line.failureCodes.map((code) => (isFailureCode(code) ? FAILURES[code].sentence : code)).join(' ') || '–'}
      </td>
      <td data-label="Due">{line.dueAt === null ? '–' : <Instant at={line.dueAt} zone={zone} now={now} />}</td>
      <td data-label="Changed">
        <Instant at={line.updatedAt} zone={zone} now={now} />
      </td>
    </tr>
  );
}

/** Every tenant that the viewer sees, found by whatever ops has in hand, a page at a time. */
export function tenantsRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.get('/tenants', async (c) => {
    const query = asked.parse(c.req.query());
    const person = c.get('person');
    const [{ lines, total }, open] = await Promise.all([
      searchTenants(deps.db, {
        text: query.q,
        state: query.state,
        ball: query.ball,
        sort: query.sort,
        slugs: tenantsOf(person),
        offset: (query.page - 1) * PAGE,
        limit: PAGE,
      }),
      openGateCount(deps, c.get('person')),
    ]);
    const last = Math.ceil(total / PAGE);
    return c.html(
      <Layout title="Tenants" person={person} csrfToken={c.get('session').csrfToken} openGates={open} here="tenants">
        <h1>Tenants</h1>
        <Filter query={query} />
        <p>{total === 1 ? 'One tenant' : `${total} tenants`}</p>
        <table class="stack">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">State</th>
              <th scope="col">Ball</th>
              <th scope="col">Failures</th>
              <th scope="col">Due</th>
              <th scope="col">Changed</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Row line={line} zone={c.get('zone')} now={deps.clock()} />
            ))}
          </tbody>
        </table>
        <Pager page={query.page} last={last} addressOf={(page) => addressOf(query, { page })} />
      </Layout>,
    );
  });
  return app;
}
