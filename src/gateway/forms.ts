import { ga4Messages } from '../domain/events/forms/ga4.js';
import { gtmMessages } from '../domain/events/forms/gtm.js';
import { ownMessages } from '../domain/events/forms/own.js';
import { segmentMessages } from '../domain/events/forms/segment.js';
import type { FormRoute } from './events-route.js';
import { Refusal } from './refusal.js';

/** Every way in, by its path below `/v1`. */
export const FORMS: readonly { readonly path: string; readonly form: FormRoute }[] = [
  // Pages post without a preflight, so their key cannot be a header.
  { path: '/events/:slug', form: { name: 'events', read: ownMessages, keyParameter: { name: 'key', pagesOnly: true } } },
  {
    path: '/ga4/:slug',
    form: {
      name: 'ga4',
      read: ga4Messages,
      keyParameter: { name: 'api_secret', pagesOnly: false },
      anyType: true,
      check(c, { settings }) {
        const named = c.req.query('measurement_id');
        const own = settings.ga4_measurement_id;
        if (named !== undefined && own !== undefined && named !== own)
          throw new Refusal(
            400,
            'wrong_measurement_id',
            "measurement_id is not this tenant's",
            `send ${own}, or none, or change ga4_measurement_id in the event settings`,
            {},
            { field: 'measurement_id' },
          );
      },
      silent: (c) => c.req.query('mp') === 'strict',
    },
  },
  { path: '/gtm/:slug', form: { name: 'gtm', read: gtmMessages } },
  { path: '/segment/:slug', form: { name: 'segment', read: (body) => segmentMessages(body) } },
  // Where Segment's libraries are given a host, they add these paths themselves.
  { path: '/segment/:slug/v1/:kind', form: { name: 'segment', read: (body, c) => segmentMessages(body, c.req.param('kind')) } },
];
