import { z } from '@hono/zod-openapi';
import { failureTable } from '../../../cli/failure-table.js';
import { endpoint, nothing } from '../endpoint.js';
import { failureEntrySchema, whoAmISchema } from '../../../cli/server/wire/answers.js';

/** Whose token it is, as people.yaml is now. */
export const whoAmI = endpoint({
  method: 'get',
  path: '/whoami',
  summary: 'Who am I',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: whoAmISchema,
  says: 'the person of the token, with the roles of this moment',
  refusals: [],
  answers: async ({ person: { id, mail, roles, tenants } }) => ({ body: { id, mail, roles, tenants } }),
});

/** The failure table, as every parked step names it. */
export const errors = endpoint({
  method: 'get',
  path: '/errors',
  summary: 'The failure codes of parked steps: what each means and the command that mends it',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: z.array(failureEntrySchema),
  says: 'the table',
  refusals: [],
  answers: async () => ({ body: failureTable() }),
});
