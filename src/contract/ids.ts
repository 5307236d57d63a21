import { z } from 'zod';

/** A tenant's slug: the one name from which every remote name and the workflow id are made (design, section 3). */
export const slugSchema = z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, 'a lower-case letter, then 1 to 30 of a-z, 0-9 and _');

const ONBOARDING_PREFIX = 'onboarding:';

/** The workflow id of a tenant's onboarding. */
export function onboardingWorkflowId(slug: string): string {
  return `${ONBOARDING_PREFIX}${slug}`;
}

/** The slug in an onboarding's workflow id, or undefined for any other workflow. */
export function slugOfWorkflowId(workflowId: string): string | undefined {
  if (!workflowId.startsWith(ONBOARDING_PREFIX)) return undefined;
  const parsed = slugSchema.safeParse(workflowId.slice(ONBOARDING_PREFIX.length));
  return parsed.success ? parsed.data : undefined;
}

/** The task queue on which onboardings and their activities run, unless `TEMPORAL_TASK_QUEUE` says otherwise. */
export const DEFAULT_TASK_QUEUE = 'kobi-onboarding';

/** The workflow type's name on the wire; renaming it would strand running onboardings. */
export const ONBOARD_TENANT = 'onboardTenant';
