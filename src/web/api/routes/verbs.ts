import { z } from '@hono/zod-openapi';
import { checkSparkCode } from '../../../cli/checked-spark-code.js';
import type { VerbAnswer } from '../../../contract/messages.js';
import { HALF_CHARACTER, hasWholeCharacters } from '../../../contract/whole-characters.js';
import { SKIPPABLE } from '../../../domain/checklist.js';
import { STEP_IDS } from '../../../contract/checklist.js';
import { operatesTenant, slugParams } from '../access.js';
import { type Asked, endpoint, nothing } from '../endpoint.js';
import { faulty, Problem } from '../problem.js';
import { verbAnswerSchema } from '../../../cli/server/wire/answers.js';
import { tenantOfText, tenantText } from '../tenant-text.js';

const why = z.string().min(3).max(2_000).refine(hasWholeCharacters, HALF_CHARACTER).describe('why; it is kept in the ledger');

/** A verb that the run took, or the refusal that it is. */
function took(answer: VerbAnswer): { readonly body: VerbAnswer } {
  if (answer.accepted) return { body: answer };
  throw new Problem(409, { code: answer.code ?? 'refused', message: answer.message, verb: answer });
}

/** An operator's verb; its effect id is the verb's, so that a repeat after a lost answer has no second effect. */
function verb<Body extends z.ZodType>(
  name: string,
  summary: string,
  body: Body,
  send: (asked: Asked<{ slug: string }, object, z.infer<Body>>) => Promise<VerbAnswer>,
) {
  return endpoint({
    method: 'post',
    path: `/onboardings/{slug}/${name}`,
    summary,
    params: slugParams,
    query: nothing,
    body,
    answer: verbAnswerSchema,
    says: 'done, and on record',
    refusals: [404],
    allowed: ({ person, params: { slug } }) => operatesTenant(person, slug),
    answers: async (asked) => took(await send(asked)),
  });
}

export const retry = verb(
  'retry',
  'Run a parked or waiting step again now; without a step, every parked one',
  z.strictObject({ reason: why, step: z.enum(STEP_IDS).optional() }),
  async ({ deps, person, params, body: { step, ...rest }, effectId }) =>
    (await deps.onboardings()).retry(params.slug, {
      ...rest,
      actor: person.id,
      verbId: effectId,
      ...(step === undefined ? {} : { step }),
    }),
);

export const skip = verb(
  'skip',
  'Leave a step out, where that is allowed',
  z.strictObject({ reason: why, step: z.enum([...SKIPPABLE]) }),
  async ({ deps, person, params, body, effectId }) =>
    (await deps.onboardings()).skip(params.slug, { ...body, actor: person.id, verbId: effectId }),
);

const whole = [
  ['pause', 'Start no further call until resumed; gates stay decidable'],
  ['resume', 'Go on after a pause'],
  ['cancel', 'End the onboarding: undo newest first, list what TikTok does not let us undo'],
] as const;

export const wholeRunVerbs = whole.map(([name, summary]) =>
  verb(name, summary, z.strictObject({ reason: why }), async ({ deps, person, params, body, effectId }) =>
    (await deps.onboardings())[name](params.slug, { ...body, actor: person.id, verbId: effectId }),
  ),
);

export const amend = verb(
  'amend',
  'Change the tenant; only what depends on the change runs again',
  z.strictObject({ reason: why, tenantFile: tenantText }),
  async ({ deps, person, params, body, effectId }) => {
    const { tenant, sparkCodes } = await tenantOfText(deps, body.tenantFile);
    if (tenant.slug !== params.slug)
      throw faulty([{ path: 'tenantFile', problem: `is of the tenant ${tenant.slug}, not of ${params.slug}` }]);
    const input = { actor: person.id, verbId: effectId, reason: body.reason, tenant };
    return (await deps.onboardings()).amend(params.slug, input, sparkCodes);
  },
);

export const provide = verb(
  'provide',
  'Hand in what a step waits for: a Spark code from the client, or a test event code from Events Manager',
  z.strictObject({
    what: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('test_event_code'), code: z.string().min(1).max(64) }),
      z.strictObject({ kind: z.literal('spark_code'), post: z.string().min(1).max(60), code: z.string().max(200) }),
    ]),
  }),
  async ({ deps, person, params, body, effectId }) => {
    const onboardings = await deps.onboardings();
    if (body.what.kind === 'spark_code') await checkSparkCode(onboardings, params.slug, body.what);
    return onboardings.provide(params.slug, { actor: person.id, what: body.what, verbId: effectId });
  },
);
