import type { Tenant } from '../contract/tenant.js';
import type { SparkCode } from '../domain/tenant-intake.js';
import type { OnboardingClient } from './onboarding-client.js';
import type { StartAnswer } from './start-onboarding.js';

/** Starts at the same time; more would only queue at the server. */
const AT_ONCE = 10;

export interface ToStart {
  readonly tenant: Tenant;
  readonly sparkCodes: readonly SparkCode[];
  /** Id of a person whose right to start it the caller has checked. */
  readonly startedBy: string;
  /** As the person named it, for the command that a refused start tells; undefined when it came otherwise. */
  readonly file?: string;
}

/** Starts several tenants; the answers are in their order. */
export async function startAll(onboardings: Pick<OnboardingClient, 'start'>, tenants: readonly ToStart[]): Promise<StartAnswer[]> {
  const answers: StartAnswer[] = [];
  for (let from = 0; from < tenants.length; from += AT_ONCE) {
    const some = tenants.slice(from, from + AT_ONCE);
    answers.push(
      ...(await Promise.all(some.map(({ tenant, startedBy, sparkCodes, file }) => onboardings.start(tenant, startedBy, sparkCodes, file)))),
    );
  }
  return answers;
}
