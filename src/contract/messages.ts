import { z } from 'zod';
import { GATE_IDS, STEP_IDS } from './checklist.js';
import { tenantSchema } from './tenant.js';
import { HALF_CHARACTER, hasWholeCharacters } from './whole-characters.js';

const id = z.string().regex(/^[A-Za-z0-9_.:-]{1,100}$/);
const text = z.string().refine(hasWholeCharacters, HALF_CHARACTER);
const reason = text.min(3).max(2_000);
const person = text.min(1).max(200);

export const VERDICTS = ['approve', 'reject', 'request_changes', 'withdraw'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A person's answer to a gate: wire format of the update and of the signal `decide`. */
export const decisionSchema = () =>
  z.strictObject({
    decisionId: id,
    gate: z.enum(GATE_IDS),
    revision: z.int().positive(),
    verdict: z.enum(VERDICTS),
    actor: person,
    reason: text.max(2_000),
    evidenceHash: z.string().regex(/^[0-9a-f]{64}$/),
    /** The amount typed again, in minor units; demanded for `initial_funding`. */
    amountMinor: z.int().nonnegative().optional(),
    /** Decided by an admin who has not the gate's role, because nobody who has it is there; a review within a day follows. */
    breakGlass: z.literal(true).optional(),
    /** Our API's signature (contract/envelope.ts), demanded by runs whose approvals are signed. */
    envelope: z.string().max(20_000).optional(),
  });
export type Decision = z.infer<ReturnType<typeof decisionSchema>>;

/** Why a decision is refused; each refusal is a row of the ledger. */
export const REFUSALS = [
  'gate_not_open_yet',
  'gate_expired',
  'gate_withdrawn',
  'gate_already_decided',
  'onboarding_ended',
  'stale_revision',
  'stale_evidence',
  'wrong_person',
  'person_unknown',
  'person_disabled',
  'starter_may_not_decide',
  'already_voted',
  'reason_missing',
  'amount_differs',
  'decision_id_reused',
  'envelope_missing',
  'envelope_malformed',
  'envelope_other_onboarding',
  'envelope_other_decision',
  'envelope_expired',
  'envelope_key_expired',
  'envelope_key_unknown',
  'envelope_forged',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export interface DecisionAnswer {
  readonly accepted: boolean;
  readonly decisionId: string;
  /** The ledger's sequence number in the tenant's chain. */
  readonly ledgerSeq?: number;
  readonly code?: Refusal;
  /** A sentence for the person: what was recorded, or why it was refused and what to do. */
  readonly message: string;
  readonly gateState: string;
  /** Decisions still missing when more than one is needed. */
  readonly stillNeeded?: number;
}

const verb = { verbId: id, actor: person, reason };
export const stepVerbSchema = () => z.strictObject({ ...verb, step: z.enum(STEP_IDS) });
export const runVerbSchema = () => z.strictObject(verb);
export const retrySchema = () => z.strictObject({ ...verb, step: z.enum(STEP_IDS).optional() });
export const amendSchema = () => z.strictObject({ ...verb, tenant: tenantSchema().refine(hasWholeCharacters, HALF_CHARACTER) });
export const provideSchema = () =>
  z.strictObject({
    verbId: id,
    actor: person,
    what: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('test_event_code'), code: text.min(1).max(64) }),
      z.strictObject({ kind: z.literal('spark_code'), post: text, authCodeRef: text }),
    ]),
  });
export type StepVerb = z.infer<ReturnType<typeof stepVerbSchema>>;
export type RunVerb = z.infer<ReturnType<typeof runVerbSchema>>;
export type RetryVerb = z.infer<ReturnType<typeof retrySchema>>;
export type AmendVerb = z.infer<ReturnType<typeof amendSchema>>;
export type Provide = z.infer<ReturnType<typeof provideSchema>>;

/** Why an operator's verb is refused; each refusal is a row of the ledger. */
export const VERB_REFUSALS = [
  'onboarding_ended',
  'nothing_to_retry',
  'not_skippable',
  'already_settled',
  'fixed_field',
  'post_not_named',
  'verb_id_reused',
] as const;
export type VerbRefusal = (typeof VERB_REFUSALS)[number];

export interface VerbAnswer {
  readonly accepted: boolean;
  readonly code?: VerbRefusal;
  readonly message: string;
  /** Steps that the verb set in motion again. */
  readonly steps?: readonly string[];
}

/** Names on the wire: updates `decide` (also a signal), the operator's verbs, and the query `status`. */
export const UPDATE = {
  decide: 'decide',
  provide: 'provide',
  retry: 'retry',
  skip: 'skip',
  amend: 'amend',
  pause: 'pause',
  resume: 'resume',
  cancel: 'cancel',
} as const;
export const SIGNAL = { decide: 'decide' } as const;
/** Type of the failure with which an update is refused that the next run will answer: the same is sent again. */
export const HISTORY_FULL = 'history_full';
export const QUERY = { status: 'status', evidence: 'evidence' } as const;
