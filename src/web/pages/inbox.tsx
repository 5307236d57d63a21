import { Hono } from 'hono';
import { listOpenGates, type OpenGate } from '../../store/gates.js';
import { listReviews } from '../../store/reviews.js';
import { tenantsOf } from '../authority.js';
import type { DeskDependencies, DeskEnv } from '../environment.js';
import { Instant } from '../layout/instants.js';
import { Layout } from '../layout/layout.js';

function Row({ gate, mine, zone, now }: { readonly gate: OpenGate; readonly mine: boolean; readonly zone: string; readonly now: Date }) {
  return (
    <tr class={mine ? 'mine' : undefined}>
      <td data-label="Tenant">
        <a href={`/tenants/${gate.slug}`}>{gate.slug}</a> <span class="soft">{gate.legalName}</span>
      </td>
      <td data-label="Gate">
        <a href={`/tenants/${gate.slug}/gates/${gate.gate}`}>{gate.gate}</a>, revision {gate.revision}
      </td>
      <td data-label="Opened">
        <Instant at={gate.openedAt} zone={zone} now={now} />
      </td>
      <td data-label="Due">
        <Instant at={gate.dueAt} zone={zone} now={now} />
      </td>
      <td data-label="Decisions">
        {gate.approvals} of {gate.needed}
      </td>
      <td data-label="May decide">{gate.candidates.join(', ') || 'nobody: check people.yaml'}</td>
    </tr>
  );
}

/** Every gate that waits for a person, over all tenants: mine first, then by what is due first. */
export function inboxRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.get('/', async (c) => {
    const person = c.get('person');
    const [gates, reviews] = await Promise.all([listOpenGates(deps.db), listReviews(deps.db, { slugs: tenantsOf(person) })]);
    const isMine = (gate: OpenGate): boolean => gate.candidates.includes(person.id);
    const sorted = [...gates.filter(isMine), ...gates.filter((gate) => !isMine(gate))];
    const now = deps.clock();
    return c.html(
      <Layout title="Inbox" person={person} csrfToken={c.get('session').csrfToken} openGates={gates.length} here="inbox">
        <h1>What waits for Kobi</h1>
        {reviews.length === 0 ? null : (
          <p class="note wait">
            <a href="/reviews">
              {reviews.length} {reviews.length === 1 ? 'decision' : 'decisions'} that broke the glass
            </a>{' '}
            to be reviewed, the first <Instant at={reviews[0]?.dueAt ?? ''} zone={c.get('zone')} now={now} />
          </p>
        )}
        {sorted.length === 0 ? (
          <p class="note good">Nothing waits for a decision.</p>
        ) : (
          <table class="stack">
            <thead>
              <tr>
                <th scope="col">Tenant</th>
                <th scope="col">Gate</th>
                <th scope="col">Opened</th>
                <th scope="col">Due</th>
                <th scope="col">Decisions</th>
                <th scope="col">May decide</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((gate) => (
                <Row gate={gate} mine={isMine(gate)} zone={c.get('zone')} now={now} />
              ))}
            </tbody>
          </table>
        )}
      </Layout>,
    );
  });
  return app;
}
