import { createRoute, z } from '@hono/zod-openapi';
import { slugSchema } from '../../../contract/ids.js';
import type { Fault } from '../../../domain/faults.js';
import type { Person } from '../../../domain/people.js';
import { schemaFaults } from '../../../domain/schema-faults.js';
import { EXPORT_FORMATS, exportLedger } from '../../../store/ledger-export.js';
import { getOnboarding } from '../../../store/onboardings.js';
import { tenantsOf } from '../../authority.js';
import type { DeskDependencies } from '../../environment.js';
import { seesTenant } from '../access.js';
import { type AnyEndpoint, refusalsOf } from '../endpoint.js';
import { faulty, forbidden, noSuchTenant } from '../problem.js';

const TYPES = { jsonl: 'application/x-ndjson', csv: 'text/csv' } as const;

const query = z.strictObject({
  slug: slugSchema.optional().openapi({ description: 'only of this tenant; left out, of all that the person sees' }),
  format: z.enum(EXPORT_FORMATS).default('jsonl'),
});

const route = createRoute({
  method: 'get',
  path: '/audit',
  summary: 'The ledger: every start, gate, verb and decision, refused ones too, line by line',
  request: { query },
  responses: {
    200: {
      description: 'JSON Lines that hold all that a check of the chains needs, or CSV',
      content: { [TYPES.jsonl]: { schema: z.string() }, [TYPES.csv]: { schema: z.string() } },
    },
    ...refusalsOf([404]),
  },
});

async function* linesFor({ db }: DeskDependencies, person: Person, { slug, format }: z.infer<typeof query>): AsyncGenerator<string> {
  const slugs = slug === undefined ? tenantsOf(person) : [slug];
  if (!slugs) return yield* exportLedger(db, format);
  for (const [index, each] of slugs.toSorted().entries()) {
    const lines = exportLedger(db, format, each);
    // One head for all of them.
    if (index > 0 && format === 'csv') await lines.next();
    yield* lines;
  }
}

/** As a stream: a ledger may be larger than memory. The first line is read before the status is sent. */
async function streamOf(lines: AsyncGenerator<string>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let next = await lines.next();
  return new ReadableStream({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(encoder.encode(`${next.value}\n`));
      next = await lines.next();
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

const serve: AnyEndpoint['serve'] = (api, deps, reader) => {
  api.get('/audit', async (c) => {
    const person = await reader(c);
    if (person.disabled) throw forbidden('person_disabled', `${person.id} is disabled in people.yaml`);
    const asked = query.safeParse(c.req.query());
    const faults: readonly Fault[] = asked.success ? [] : schemaFaults(query, c.req.query());
    if (!asked.success) throw faulty(faults);
    const { slug, format } = asked.data;
    if (slug !== undefined) {
      seesTenant(person, slug);
      if (!(await getOnboarding(deps.db, slug))) throw noSuchTenant(slug);
    }
    const body = await streamOf(linesFor(deps, person, asked.data));
    return new Response(body, { headers: { 'content-type': `${TYPES[format]}; charset=utf-8` } });
  });
};

/** The ledger, handed out. */
export const audit: AnyEndpoint = { route, serve };
