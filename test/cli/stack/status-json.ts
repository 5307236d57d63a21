import { z } from 'zod';
import { BALLS, GATE_IDS, GATE_STATES, MODES, ONBOARDING_STATES, STEP_IDS, STEP_STATES } from '../../../src/contract/checklist.js';

const instant = z.iso.datetime();

/** What `kobi status --json` promises to scripts: these fields and no others. */
export const statusJson = z.strictObject({
  slug: z.string(),
  mode: z.enum(MODES),
  state: z.enum(ONBOARDING_STATES),
  steps: z
    .array(
      z.strictObject({
        id: z.enum(STEP_IDS),
        state: z.enum(STEP_STATES),
        ball: z.enum(BALLS).nullable(),
        since: instant,
        expectedBy: instant.nullable(),
        expects: z.strictObject({ what: z.string(), by: instant }).optional(),
        attempts: z.int().nonnegative(),
        remoteIds: z.record(z.string(), z.string()),
        failure: z.looseObject({ code: z.string(), message: z.string(), mend: z.string() }).nullable(),
      }),
    )
    .length(STEP_IDS.length),
  gates: z.array(
    z.strictObject({
      id: z.enum(GATE_IDS),
      revision: z.int().positive(),
      state: z.enum(GATE_STATES),
      evidenceHash: z.string().regex(/^[0-9a-f]{64}$/),
      openedAt: instant,
      dueAt: instant,
      decisions: z.array(
        z.strictObject({ decisionId: z.string(), actor: z.string(), verdict: z.string(), reason: z.string(), at: instant }),
      ),
    }),
  ),
});

/** Steps by id, as `state` or `parked CODE`. */
export function stepStates(answer: unknown): Record<string, string> {
  const { steps } = statusJson.parse(answer);
  return Object.fromEntries(steps.map(({ id, state, failure }) => [id, failure ? `${state} ${failure.code}` : state]));
}
