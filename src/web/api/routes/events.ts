import { eventStatisticsSchema } from '../../../cli/server/wire/events.js';
import { eventStatistics } from '../../../store/event-statistics.js';
import { seesTenant, slugParams } from '../access.js';
import { endpoint, nothing } from '../endpoint.js';

/** What the page of a tenant's events shows. */
export const events = endpoint({
  method: 'get',
  path: '/onboardings/{slug}/events',
  summary: "A tenant's conversion events of the last days: volume, reasons, match keys, latency and backlog",
  params: slugParams,
  query: nothing,
  body: nothing,
  answer: eventStatisticsSchema,
  says: 'the numbers; all 0 for a tenant without events',
  refusals: [404],
  answers: async ({ deps, person, params: { slug } }) => {
    seesTenant(person, slug);
    return { body: await eventStatistics({ db: deps.eventsDb ?? deps.db, settingsDb: deps.db }, slug, deps.clock()) };
  },
});
