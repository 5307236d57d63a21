import { z } from '@hono/zod-openapi';
import { startAll } from '../../../cli/start-many.js';
import { startsTenant } from '../access.js';
import { endpoint, nothing } from '../endpoint.js';
import { forbidden, Problem } from '../problem.js';
import { plannedSchema, startedSchema } from '../../../cli/server/wire/answers.js';
import { tenantOfText, tenantsOfTexts, tenantText } from '../tenant-text.js';
import { may } from '../../authority.js';
import type { Person } from '../../../domain/people.js';

const oneFile = z.strictObject({ tenantFile: tenantText });

function anyOperator(person: Person): void {
  if (!may(person, 'operate')) throw forbidden('not_an_operator', `${person.id} has neither the role ops nor admin`);
}

/** What a start would do. */
export const plan = endpoint({
  method: 'post',
  path: '/plan',
  summary: 'What a start would create, adopt, skip and ask; reads TikTok, changes nothing',
  params: nothing,
  query: nothing,
  body: oneFile,
  answer: plannedSchema,
  says: 'the plan; `findings` would park the onboarding',
  refusals: [],
  allowed: ({ person }) => anyOperator(person),
  answers: async ({ deps, person, body }) => {
    // As kobi plan does: with the faults that only the Business Center can tell. Without it the plan itself says that TikTok is away.
    const bc = await deps.businessCenter?.().catch(() => undefined);
    const { tenant, warnings } = await tenantOfText(deps, body.tenantFile, bc);
    startsTenant(person, tenant.slug);
    return { body: { plan: await deps.plan(tenant, person.id), warnings } };
  },
});

/** Starts one tenant. */
export const start = endpoint({
  method: 'post',
  path: '/onboardings',
  summary: 'Start the onboarding of one tenant; a running one of the same file is joined',
  params: nothing,
  query: nothing,
  body: oneFile,
  answer: startedSchema,
  says: 'started (201), or running or live already (200)',
  statuses: [200, 201],
  refusals: [],
  allowed: ({ person }) => anyOperator(person),
  answers: async ({ deps, person, body }) => {
    const { tenant, sparkCodes, warnings } = await tenantOfText(deps, body.tenantFile);
    startsTenant(person, tenant.slug);
    const answer = await (await deps.onboardings()).start(tenant, person.id, sparkCodes);
    if (answer.outcome === 'refused')
      throw new Problem(409, { code: 'other_tenant_file', message: answer.message, mend: 'amend it instead', start: answer });
    return { status: answer.outcome === 'started' ? 201 : 200, body: { name: tenant.slug, answer, warnings } };
  },
});

/** Starts many tenants. */
export const startMany = endpoint({
  method: 'post',
  path: '/onboardings/batch',
  summary: 'Start the onboardings of many tenants; all files are checked before any is started',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    tenantFiles: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(300).openapi({ description: 'by which faults name the file' }),
          text: tenantText.openapi({ description: 'a tenant file, or a CSV of many tenants whose first column is slug' }),
        }),
      )
      .min(1)
      .max(500),
  }),
  answer: z.array(startedSchema),
  says: 'what became of each; `refused` is one that is running with another file',
  refusals: [],
  allowed: ({ person }) => anyOperator(person),
  answers: async ({ deps, person, body }) => {
    const tenants = await tenantsOfTexts(deps, body.tenantFiles);
    for (const { tenant } of tenants) startsTenant(person, tenant.slug);
    const answers = await startAll(
      await deps.onboardings(),
      tenants.map((each) => ({ ...each, startedBy: person.id })),
    );
    return { body: tenants.flatMap(({ name, warnings }, index) => (answers[index] ? [{ name, warnings, answer: answers[index] }] : [])) };
  },
});
