import { z } from '@hono/zod-openapi';
import type { Plan } from '../../plan/plan.js';
import type { StartAnswer } from '../../start-onboarding.js';
import { GATE_IDS, ONBOARDING_STATES, STEP_IDS } from '../../../contract/checklist.js';
import { type DecisionAnswer, REFUSALS, VERB_REFUSALS, type VerbAnswer } from '../../../contract/messages.js';
import { ROLES } from '../../../domain/people.js';
import type { EvidenceChange } from '../../../domain/evidence-changes.js';
import type { Documented } from './documented.js';
import { faultSchema } from './problem.js';
import { failureCodeSchema, instant } from './status.js';

export const startAnswerSchema: z.ZodType<Documented<StartAnswer>> = z
  .object({
    slug: z.string(),
    outcome: z.enum(['started', 'joined', 'refused', 'live']),
    workflowId: z.string(),
    runId: z.string().nullable(),
    message: z.string(),
    differences: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
  })
  .openapi('StartAnswer');

/** One of several tenants, with what its file makes worth knowing. */
export const startedSchema = z
  .object({ name: z.string(), answer: startAnswerSchema, warnings: z.array(faultSchema).readonly() })
  .openapi('Started');

export const decisionAnswerSchema: z.ZodType<Documented<DecisionAnswer>> = z
  .object({
    accepted: z.boolean(),
    decisionId: z.string(),
    ledgerSeq: z.int().optional().openapi({ description: "row of the tenant's ledger" }),
    code: z.enum(REFUSALS).optional(),
    message: z.string(),
    gateState: z.string(),
    stillNeeded: z.int().optional().openapi({ description: 'decisions of other people that are still missing' }),
  })
  .openapi('DecisionAnswer');

export const changeSchema: z.ZodType<Pick<EvidenceChange, 'path'> & Partial<Documented<EvidenceChange>>> = z
  .object({ path: z.string(), before: z.string().optional(), after: z.string().optional() })
  .openapi('EvidenceChange');

export const verbAnswerSchema: z.ZodType<Documented<VerbAnswer>> = z
  .object({
    accepted: z.boolean(),
    code: z.enum(VERB_REFUSALS).optional(),
    message: z.string(),
    steps: z.array(z.string()).optional().openapi({ description: 'steps that run again' }),
  })
  .openapi('VerbAnswer');

export const planSchema: z.ZodType<Documented<Plan>> = z
  .object({
    slug: z.string(),
    mode: z.string(),
    onboarding: z.object({ state: z.enum(ONBOARDING_STATES), updatedAt: instant }).nullable(),
    live: z.boolean().openapi({ description: 'whether TikTok was asked' }),
    steps: z.array(
      z.object({
        step: z.enum(STEP_IDS),
        action: z.enum(['create', 'adopt', 'change', 'ask', 'check', 'skip']),
        what: z.string(),
        calls: z.int(),
      }),
    ),
    gates: z.array(
      z.object({
        gate: z.enum(GATE_IDS),
        opens: z.enum(['yes', 'no', 'perhaps']),
        why: z.string(),
        needed: z.int(),
        candidates: z.array(z.string()).nullable(),
      }),
    ),
    findings: z.array(z.object({ code: failureCodeSchema, step: z.enum(STEP_IDS), message: z.string() })),
    calls: z.int().openapi({ description: "calls of TikTok's API, at least" }),
  })
  .openapi('Plan');

export const failureEntrySchema = z
  .object({ code: failureCodeSchema, retryable: z.boolean(), sentence: z.string(), mend: z.string() })
  .openapi('FailureEntry');

export const whoAmISchema = z
  .object({
    id: z.string(),
    mail: z.string(),
    roles: z.array(z.enum(ROLES)),
    tenants: z.union([z.literal('*'), z.array(z.string())]).openapi({ description: 'slugs, or * for all' }),
  })
  .openapi('Person');

export const plannedSchema = z.object({ plan: planSchema, warnings: z.array(faultSchema).readonly() }).openapi('Planned');
