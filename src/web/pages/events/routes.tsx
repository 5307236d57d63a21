import { type Context, Hono } from 'hono';
import { readBreakers, stoppingBreakers } from '../../../store/event-breakers.js';
import { eventStatistics } from '../../../store/event-statistics.js';
import { eventStory, newestEvents } from '../../../store/event-story.js';
import { may } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { openGateCount } from '../../open-gates.js';
import { isKnown } from '../tenant/is-known.js';
import { EventsPage } from './events-page.js';
import { StoryPage } from './story-page.js';

const NEWEST = 20;

/** The conversion events of a tenant, and each one's story, for whoever sees the tenant. */
export function eventsRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  const eventsDb = deps.eventsDb ?? deps.db;
  const seen = async (c: Context<DeskEnv>, slug: string): Promise<boolean> =>
    may(c.get('person'), 'read', slug) && (await isKnown(deps, slug));
  const frame = async (c: Context<DeskEnv>) => ({
    viewer: c.get('person'),
    csrfToken: c.get('session').csrfToken,
    openGates: await openGateCount(deps, c.get('person')),
    zone: c.get('zone'),
    now: deps.clock(),
  });

  app.get('/tenants/:slug/events', async (c) => {
    const slug = c.req.param('slug');
    if (!(await seen(c, slug))) return c.notFound();
    const [statistics, newest, around] = await Promise.all([
      eventStatistics({ db: eventsDb, settingsDb: deps.db }, slug, deps.clock()),
      newestEvents(eventsDb, slug, NEWEST),
      frame(c),
    ]);
    return c.html(<EventsPage slug={slug} statistics={statistics} newest={newest} {...around} />);
  });

  app.get('/tenants/:slug/events/:id', async (c) => {
    const { slug, id } = c.req.param();
    if (!(await seen(c, slug))) return c.notFound();
    const story = await eventStory(eventsDb, slug, id);
    if (!story) return c.notFound();
    const stopped = story.state === 'waiting' ? stoppingBreakers(await readBreakers(eventsDb), story.eventSourceId) : [];
    return c.html(<StoryPage slug={slug} story={story} stopped={stopped} {...(await frame(c))} />);
  });
  return app;
}
