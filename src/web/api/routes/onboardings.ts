import { z } from '@hono/zod-openapi';
import { BALLS, ONBOARDING_STATES } from '../../../contract/checklist.js';
import { slugSchema } from '../../../contract/ids.js';
import { listOnboardings } from '../../../store/onboardings.js';
import { tenantsOf } from '../../authority.js';
import { seesTenant, slugParams } from '../access.js';
import { endpoint, nothing } from '../endpoint.js';
import { failureCodeSchema, onboardingPageSchema, statusAnswerSchema } from '../../../cli/server/wire/status.js';

const listQuery = z.strictObject({
  state: z.array(z.enum(ONBOARDING_STATES)).optional().openapi({ description: 'only these states; may be repeated' }),
  ball: z.enum(BALLS).optional().openapi({ description: 'only where this one must act' }),
  failure: failureCodeSchema.optional().openapi({ description: 'only where a step is parked with this code' }),
  after: slugSchema.optional().openapi({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** The onboardings that the person sees, by slug, a page at a time. */
export const list = endpoint({
  method: 'get',
  path: '/onboardings',
  summary: 'Onboardings by slug, a page at a time',
  params: nothing,
  query: listQuery,
  body: nothing,
  answer: onboardingPageSchema,
  says: 'one page; `next` is null on the last one',
  refusals: [],
  answers: async ({ deps, person, query: { state, ball, failure, after, limit } }) => {
    const lines = await listOnboardings(deps.db, {
      limit: limit + 1,
      slugs: tenantsOf(person),
      ...(state ? { states: state } : {}),
      ...(ball === undefined ? {} : { ball }),
      ...(failure === undefined ? {} : { failureCode: failure }),
      ...(after === undefined ? {} : { afterSlug: after }),
    });
    const onboardings = lines.slice(0, limit);
    return { body: { onboardings, next: lines.length > limit ? (onboardings.at(-1)?.slug ?? null) : null } };
  },
});

/** Where one onboarding stands. */
export const status = endpoint({
  method: 'get',
  path: '/onboardings/{slug}',
  summary: 'The checklist of one tenant: every step, who has the ball, what failed and how to mend it',
  params: slugParams,
  query: nothing,
  body: nothing,
  answer: statusAnswerSchema,
  says: 'where it stands',
  refusals: [404],
  answers: async ({ deps, person, params: { slug } }) => {
    seesTenant(person, slug);
    return { body: await (await deps.onboardings()).status(slug) };
  },
});
