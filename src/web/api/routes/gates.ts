import { z } from '@hono/zod-openapi';
import type { Exhibit } from '../../../cli/exhibits.js';
import { deciderOf } from '../../../cli/decider.js';
import { personNamed } from '../../../cli/operator.js';
import { savedOnboarding } from '../../../cli/known-onboarding.js';
import { GATE_IDS } from '../../../contract/checklist.js';
import { slugSchema } from '../../../contract/ids.js';
import { searchInbox } from '../../../store/inbox.js';
import { tenantsOf } from '../../authority.js';
import type { DeskDependencies } from '../../environment.js';
import { seesTenant, slugParams } from '../access.js';
import { endpoint, nothing } from '../endpoint.js';
import { gatePageSchema, gateWithExhibitsSchema } from '../../../cli/server/wire/status.js';

export const gateParams = slugParams.extend({ gate: z.enum(GATE_IDS) });

/** The inbox: gates that wait for a decision, most urgent first. */
export const inbox = endpoint({
  method: 'get',
  path: '/gates',
  summary: 'Gates that wait for a decision, over all tenants that the person sees, most urgent first',
  params: nothing,
  query: z.strictObject({
    slug: slugSchema.optional().openapi({ description: 'only of this tenant' }),
    gate: z.enum(GATE_IDS).optional().openapi({ description: 'only of this kind' }),
    for: z.string().max(200).optional().openapi({ description: 'only those that this person may decide: id or mail of people.yaml' }),
    after: z.coerce.number().int().min(0).max(1_000_000).default(0).openapi({ description: '`next` of the page before' }),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  body: nothing,
  answer: gatePageSchema,
  says: 'one page; `next` is null on the last one',
  refusals: [404],
  answers: async ({ deps, person, query: { slug, gate: kind, for: whose, after, limit } }) => {
    if (slug !== undefined) {
      seesTenant(person, slug);
      await savedOnboarding(deps.db, slug);
    }
    const found = await searchInbox(deps.db, {
      slug,
      gate: kind,
      slugs: tenantsOf(person),
      first: deciderOf(person),
      offset: after,
      limit: limit + 1,
      ...(whose === undefined ? {} : { decider: deciderOf(personNamed(await deps.people(), whose)) }),
    });
    return { body: { gates: found.slice(0, limit), next: found.length > limit ? after + limit : null } };
  },
});

/** A file of ours is looked at on the desk's page of it; where it lies on our disk is nobody's business. */
function publicExhibit({ config }: DeskDependencies, slug: string, gate: string, { id, at }: Exhibit): Exhibit {
  if (/^https?:/.test(at)) return { id, at };
  return { id, at: `${config.origin ?? ''}/tenants/${slug}/gates/${gate}/files/${encodeURIComponent(id)}` };
}

/** One gate with its evidence. */
export const gate = endpoint({
  method: 'get',
  path: '/onboardings/{slug}/gates/{gate}',
  summary: 'One gate with its evidence, the hash that a decision names, and who may decide',
  params: gateParams,
  query: nothing,
  body: nothing,
  answer: gateWithExhibitsSchema,
  says: 'the gate as it is now',
  refusals: [404],
  answers: async ({ deps, person, params }) => {
    seesTenant(person, params.slug);
    const onboardings = await deps.onboardings();
    const [found, exhibits] = await Promise.all([
      onboardings.evidence(params.slug, params.gate),
      onboardings.exhibits(params.slug, params.gate),
    ]);
    return { body: { ...found, exhibits: exhibits.map((each) => publicExhibit(deps, params.slug, params.gate, each)) } };
  },
});
