import { z } from '@hono/zod-openapi';
import { changesSince } from '../../../cli/changes-since.js';
import type { OnboardingClient } from '../../../cli/onboarding-client.js';
import { type DecisionAnswer, type Refusal, VERDICTS } from '../../../contract/messages.js';
import type { GateStatus } from '../../../contract/status.js';
import { HALF_CHARACTER, hasWholeCharacters } from '../../../contract/whole-characters.js';
import { getOnboarding } from '../../../store/onboardings.js';
import { may } from '../../authority.js';
import type { DeskDependencies } from '../../environment.js';
import { endpoint, nothing } from '../endpoint.js';
import { noSuchTenant, Problem } from '../problem.js';
import { decisionAnswerSchema } from '../../../cli/server/wire/answers.js';
import { gateParams } from './gates.js';

/** The engine checks it again, as it does whatever comes from the command line. */
const decisionBody = z
  .strictObject({
    verdict: z.enum(VERDICTS),
    reason: z.string().max(2_000).refine(hasWholeCharacters, HALF_CHARACTER).default('').describe('anything but an approval needs one'),
    revision: z.int().positive().describe('the revision that was looked at'),
    evidenceHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'the hash that the gate shows: 64 of 0-9 and a-f')
      .describe('of the evidence that was looked at'),
    amountMinor: z.int().nonnegative().optional().describe('initial_funding: the amount typed again, in minor units of its currency'),
    breakGlass: z.literal(true).optional().describe('as an admin without the role of the gate; a review within 24 hours follows'),
    decisionId: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{1,100}$/, '1 to 100 of A-Z, a-z, 0-9 and _ . : -')
      .optional()
      .describe('left out, one is made from the Idempotency-Key'),
  })
  .openapi('Decision');

/** Refusals because of who decides: 403. All others are about how things stand: 409. */
const ABOUT_THE_PERSON: ReadonlySet<Refusal> = new Set(['wrong_person', 'person_unknown', 'person_disabled', 'starter_may_not_decide']);

function looksStale(code: Refusal | undefined): boolean {
  return code === 'stale_revision' || code === 'stale_evidence';
}

/** What a refused caller hears besides the code: who decided and when, and what changed since they looked. */
async function refused(
  { db }: DeskDependencies,
  onboardings: OnboardingClient,
  slug: string,
  asked: { readonly gate: GateStatus['id']; readonly revision: number; readonly evidenceHash: string },
  answer: DecisionAnswer,
): Promise<Problem> {
  const gate = (await onboardings.status(slug)).status.gates.find((each) => each.id === asked.gate);
  const decided = (gate?.decisions ?? []).map(({ actor, verdict: said, at }) => ({ actor, verdict: said, at }));
  // Of an old revision its number says what was looked at; the hash may be the present one, filled in by whoever sent it.
  const looked = answer.code === 'stale_revision' ? { revision: asked.revision } : asked;
  const changes = gate && looksStale(answer.code) ? await changesSince(db, slug, gate, looked) : [];
  return new Problem(answer.code !== undefined && ABOUT_THE_PERSON.has(answer.code) ? 403 : 409, {
    code: answer.code ?? 'refused',
    message: answer.message,
    ...(decided.length > 0 ? { decided } : {}),
    ...(changes.length > 0 ? { changes } : {}),
    decision: answer,
  });
}

/** One decision, in the name of the token's person, on record whatever becomes of it. */
export const decide = endpoint({
  method: 'post',
  path: '/onboardings/{slug}/gates/{gate}/decisions',
  summary: 'Decide a gate, in the name of the token’s person; every attempt is on record',
  params: gateParams,
  query: nothing,
  body: decisionBody,
  answer: decisionAnswerSchema,
  says: 'recorded; `stillNeeded` counts the people who must decide besides',
  refusals: [404],
  disabledToo: true,
  answers: async ({ deps, person, params: { slug, gate }, body, effectId }) => {
    const onboardings = await deps.onboardings();
    // Of a tenant that was never started there is no ledger to record in.
    if (!(await getOnboarding(deps.db, slug))) await onboardings.status(slug);
    const answer = await onboardings.decide(slug, {
      gate,
      actor: person.id,
      origin: 'api',
      verdict: body.verdict,
      reason: body.reason,
      revision: body.revision,
      evidenceHash: body.evidenceHash,
      decisionId: body.decisionId ?? effectId,
      ...(body.amountMinor === undefined ? {} : { amountMinor: body.amountMinor }),
      ...(body.breakGlass === undefined ? {} : { breakGlass: body.breakGlass }),
    });
    if (answer.accepted) return { body: answer };
    if (!person.disabled && !may(person, 'read', slug)) throw noSuchTenant(slug);
    throw await refused(deps, onboardings, slug, { gate, ...body }, answer);
  },
});
