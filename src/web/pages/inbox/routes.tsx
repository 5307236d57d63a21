import { Hono } from 'hono';
import { newestChange } from '../../../store/changes.js';
import { countInbox, searchInbox } from '../../../store/inbox.js';
import { listReviews } from '../../../store/reviews.js';
import { tenantsOf } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { Instant } from '../../layout/instants.js';
import { Layout } from '../../layout/layout.js';
import { Pager } from '../../layout/pager.js';
import { Live } from '../../live/live.js';
import { openGateCount } from '../../open-gates.js';
import { addressOf, askedSchema, queryOf } from './asked.js';
import { Filter } from './filter.js';
import { GateTable } from './gate-table.js';

const PAGE = 50;

function found(total: number, mine: number): string {
  const gates = total === 1 ? 'One gate' : `${total} gates`;
  return mine === 0 ? gates : `${gates}, ${mine} of them yours to decide`;
}

/** Every gate that waits for somebody, over all tenants that the viewer sees: mine first, then by what is due first. */
export function inboxRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.get('/', async (c) => {
    const person = c.get('person');
    const zone = c.get('zone');
    const asked = askedSchema.parse(c.req.query());
    const [people, seen] = await Promise.all([deps.people(), newestChange(deps.db)]);
    const now = deps.clock();
    const query = queryOf(asked, person, people, now);
    const asksAll = addressOf({ ...asked, sort: 'mine' }) === '/';
    const [gates, { total, mine }, openOfAll, reviews] = await Promise.all([
      searchInbox(deps.db, { ...query, offset: (asked.page - 1) * PAGE, limit: PAGE }),
      countInbox(deps.db, query),
      asksAll ? undefined : openGateCount(deps, person),
      listReviews(deps.db, { slugs: tenantsOf(person) }),
    ]);
    return c.html(
      <Layout title="Inbox" person={person} csrfToken={c.get('session').csrfToken} openGates={openOfAll ?? total} here="inbox">
        <h1>{asked.ball === 'kobi' ? 'What waits for Kobi' : 'Gates whose answer is elsewhere'}</h1>
        {reviews.length === 0 ? null : (
          <p class="note wait">
            <a href="/reviews">
              {reviews.length} {reviews.length === 1 ? 'decision' : 'decisions'} that broke the glass
            </a>{' '}
            to be reviewed, the first <Instant at={reviews[0]?.dueAt ?? ''} zone={zone} now={now} />
          </p>
        )}
        <Filter asked={asked} people={people} viewer={person} />
        <Live id="gates" address={addressOf(asked, { page: asked.page })} seen={seen}>
          {total === 0 ? (
            <p class={`note ${asksAll ? 'good' : ''}`}>
              {asksAll ? 'Nothing waits for a decision.' : 'No gate is found by this. '}
              {asksAll ? null : <a href="/">Show all</a>}
            </p>
          ) : (
            <>
              <p>{found(total, mine)}</p>
              <GateTable gates={gates} asked={asked} people={people} zone={zone} now={now} />
            </>
          )}
          <Pager page={asked.page} last={Math.ceil(total / PAGE)} addressOf={(page) => addressOf(asked, { page })} />
        </Live>
      </Layout>,
    );
  });
  return app;
}
