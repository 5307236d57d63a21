import { z } from 'zod';
import { runApprovalsSchema } from './envelope.js';
import { onboardingSettingsSchema } from './settings.js';
import { tenantSchema } from './tenant.js';

/** Input of the workflow `onboardTenant`. `carried` is the state of the run before, when it continued as new. */
export const onboardingInputSchema = () =>
  z.strictObject({
    tenant: tenantSchema(),
    settings: onboardingSettingsSchema(),
    startedBy: z.string().min(1),
    /** SHA-256 of the tenant's canonical JSON: a second start with another hash is refused with the difference. */
    tenantHash: z.string().regex(/^[0-9a-f]{64}$/),
    /** How decisions are taken. Every new start says so; runs from before decisions were signed do not, and take them as they come. */
    approvals: runApprovalsSchema().optional(),
    /** The state of the previous run, written by the workflow itself. */
    carried: z.unknown().optional(),
  });
export type OnboardingInput = z.infer<ReturnType<typeof onboardingInputSchema>>;
