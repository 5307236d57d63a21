import { z } from '@hono/zod-openapi';
import type { Exhibit } from '../../exhibits.js';
import { failureTable } from '../../failure-table.js';
import type { StatusAnswer } from '../../read-status.js';
import { BALLS, GATE_IDS, GATE_STATES, MODES, ONBOARDING_STATES, STEP_IDS, STEP_STATES } from '../../../contract/checklist.js';
import { VERDICTS } from '../../../contract/messages.js';
import type { GateDecision, GateStatus, StepStatus } from '../../../contract/status.js';
import type { InboxGate } from '../../../store/inbox.js';
import type { OnboardingLine } from '../../../store/onboardings.js';
import type { Documented } from './documented.js';

export const instant = z.iso.datetime().openapi({ description: 'ISO 8601 in UTC' });
/** A code of the failure table. */
export const failureCodeSchema = z.enum(failureTable().map(({ code }) => code));
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const stepSchema: z.ZodType<Documented<StepStatus>> = z
  .object({
    id: z.enum(STEP_IDS),
    state: z.enum(STEP_STATES),
    ball: z.enum(BALLS).nullable().openapi({ description: 'who must act' }),
    since: instant,
    expectedBy: instant.nullable(),
    attempts: z.int(),
    remoteIds: z.record(z.string(), z.string()).openapi({ description: "TikTok's ids by name" }),
    note: z.string(),
    expects: z
      .object({ what: z.string(), by: instant })
      .optional()
      .openapi({ description: 'what will show at TikTok by itself; nothing waits for it' }),
    failure: z
      .object({
        code: failureCodeSchema,
        message: z.string(),
        requestId: z.string().optional().openapi({ description: "TikTok's, for asking TikTok" }),
        details: z.array(z.string()).optional(),
        mend: z.string().openapi({ description: 'the command that mends it' }),
      })
      .nullable(),
  })
  .openapi('Step');

export const gateDecisionSchema: z.ZodType<Documented<GateDecision>> = z
  .object({ decisionId: z.string(), actor: z.string(), verdict: z.enum(VERDICTS), reason: z.string(), at: instant })
  .openapi('GateDecision');

const gateFields = {
  id: z.enum(GATE_IDS),
  revision: z.int().openapi({ description: 'one opening of the gate; other evidence makes a new one' }),
  state: z.enum(GATE_STATES),
  evidenceHash: hash,
  amendedBy: z.array(z.string()).optional().openapi({ description: 'whoever amended what it shows; they do not decide it' }),
  evidence: z.unknown().openapi({ description: 'what an approver must see, by the kind of gate' }),
  openedAt: instant,
  dueAt: instant,
  expiresAt: instant,
  needed: z.int().openapi({ description: 'different people who must approve' }),
  candidates: z.array(z.string()).openapi({ description: 'ids of the people who may decide' }),
  decisions: z.array(gateDecisionSchema),
};
export const gateSchema: z.ZodType<Documented<GateStatus>> = z.object(gateFields).openapi('Gate');
export const exhibitSchema: z.ZodType<Documented<Exhibit>> = z
  .object({ id: z.string(), at: z.string().openapi({ description: 'where to look at it: a page of the desk, or the address of a post' }) })
  .openapi('Exhibit');
export const gateWithExhibitsSchema: z.ZodType<Documented<GateStatus & { readonly exhibits: readonly Exhibit[] }>> = z
  .object({ ...gateFields, exhibits: z.array(exhibitSchema) })
  .openapi('GateWithExhibits');

export const statusAnswerSchema: z.ZodType<Documented<StatusAnswer>> = z
  .object({
    status: z
      .object({
        slug: z.string(),
        legalName: z.string(),
        vertical: z.string(),
        mode: z.enum(MODES),
        timeZone: z.string().optional(),
        state: z.enum(ONBOARDING_STATES),
        startedBy: z.string(),
        startedAt: instant,
        tenantHash: z.string(),
        approvals: z.enum(['signed', 'open']).optional(),
        steps: z.array(stepSchema),
        gates: z.array(gateSchema),
        leftBehind: z.array(z.string()).openapi({ description: 'what cancel could not undo' }),
      })
      .openapi('Onboarding'),
    source: z.enum(['run', 'projection']).openapi({ description: "the run's own word, or the last that the database was told" }),
    asOf: instant.nullable(),
    note: z.string().nullable().openapi({ description: "why it is not the run's own word" }),
  })
  .openapi('Status');

export const onboardingLineSchema: z.ZodType<Documented<OnboardingLine>> = z
  .object({
    slug: z.string(),
    legalName: z.string(),
    vertical: z.string(),
    mode: z.string(),
    state: z.enum(ONBOARDING_STATES),
    startedBy: z.string(),
    startedAt: instant,
    balls: z.array(z.string()),
    failureCodes: z.array(z.string()),
    dueAt: instant.nullable(),
    percent: z.int(),
    updatedAt: instant,
  })
  .openapi('OnboardingLine');

export const inboxGateSchema: z.ZodType<Documented<InboxGate>> = z
  .object({
    slug: z.string(),
    legalName: z.string(),
    onboardingState: z.enum(ONBOARDING_STATES),
    startedBy: z.string(),
    gate: z.enum(GATE_IDS),
    revision: z.int(),
    evidenceHash: hash,
    openedAt: instant,
    dueAt: instant,
    expiresAt: instant,
    needed: z.int(),
    approvals: z.int(),
    candidates: z.array(z.string()).openapi({ description: 'who could decide it when it opened' }),
    voters: z.array(z.string()).openapi({ description: 'who decided this revision already' }),
    amenders: z.array(z.string()).openapi({ description: 'who amended what it shows; they do not decide it' }),
    asks: z.string(),
    amountMinor: z.int().nullable(),
    currency: z.string().nullable(),
    ball: z.enum(BALLS),
    claimedBy: z.string().nullable(),
    mine: z.boolean().openapi({ description: 'whether the person of the token may decide it now' }),
  })
  .openapi('OpenGate');

export const onboardingPageSchema = z
  .object({ onboardings: z.array(onboardingLineSchema).readonly(), next: z.string().nullable() })
  .openapi('OnboardingPage');
export const gatePageSchema = z.object({ gates: z.array(inboxGateSchema).readonly(), next: z.int().nullable() }).openapi('GatePage');
