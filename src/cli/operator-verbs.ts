import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { onboardingWorkflowId } from '../contract/ids.js';
import {
  UPDATE,
  type AmendVerb,
  type Provide,
  type RetryVerb,
  type RunVerb,
  type StepVerb,
  type VerbAnswer,
} from '../contract/messages.js';
import { sparkCodeRef } from '../domain/naming.js';
import type { SparkCode } from '../domain/tenant-intake.js';
import { getOnboarding } from '../store/onboardings.js';
import { amendLive } from './amend-live.js';
import { badInput, failed } from './exit.js';
import { savedOnboarding } from './known-onboarding.js';
import type { ClientDependencies } from './onboarding-client.js';
import { readStatus } from './read-status.js';
import { askRun, isRunGone, isServerAway, isUnanswered } from './run-access.js';
import { refuseLargeTenant } from './tenant-size.js';

const VERB_TIMEOUT_MS = 30_000;

/** Fields without the id: the same id asks again for the same answer, a new one is made when it is absent. */
export type Asked<Verb extends { verbId: string }> = Omit<Verb, 'verbId'> & { readonly verbId?: string };
export type AskedProvide =
  | { readonly kind: 'test_event_code'; readonly code: string }
  | { readonly kind: 'spark_code'; readonly post: string; readonly code: string };

/**
 * One verb as an update whose id is the verb's own, so that a lost answer can be asked for again.
 *
 * @throws CommandFault bad input: the workflow refused it as malformed; failed: no answer, with the way to ask again
 */
async function send<Input extends { verbId: string }>(
  deps: ClientDependencies,
  slug: string,
  name: keyof typeof UPDATE,
  input: Input,
): Promise<VerbAnswer> {
  const { client, db } = deps;
  const handle = client.workflow.getHandle(onboardingWorkflowId(slug));
  try {
    return await askRun(client, VERB_TIMEOUT_MS, () =>
      handle.executeUpdate<VerbAnswer, [Input]>(UPDATE[name], { args: [input], updateId: input.verbId }),
    );
  } catch (error) {
    if (isRunGone(error)) {
      const { status } = await savedOnboarding(db, slug);
      return {
        accepted: false,
        code: 'onboarding_ended',
        message: `the onboarding of ${slug} is ${status.state}; ${name} changes nothing any more`,
      };
    }
    if (error instanceof WorkflowUpdateFailedError) throw badInput(error.cause?.message ?? error.message, { verbId: input.verbId });
    if (!isUnanswered(error) && !isServerAway(error)) throw error;
    const why = isServerAway(error) ? 'the Temporal server went away' : `no worker answered within ${VERB_TIMEOUT_MS / 1_000} s`;
    throw failed(`${why}: whether ${name} counts is not known; ask again with the same command and --id ${input.verbId}`, {
      verbId: input.verbId,
      code: 'outcome_unknown',
      cause: why,
    });
  }
}

function identified<Input extends { readonly verbId?: string }>(input: Input): Input & { verbId: string } {
  return { ...input, verbId: input.verbId ?? `command_line-${randomUUID()}` };
}

/** The operators' verbs; what each does is the workflow's affair. */
export function operatorVerbs(deps: ClientDependencies) {
  return {
    retry: (slug: string, input: Asked<RetryVerb>) => send(deps, slug, 'retry', identified(input)),
    skip: (slug: string, input: Asked<StepVerb>) => send(deps, slug, 'skip', identified(input)),
    pause: (slug: string, input: Asked<RunVerb>) => send(deps, slug, 'pause', identified(input)),
    resume: (slug: string, input: Asked<RunVerb>) => send(deps, slug, 'resume', identified(input)),
    cancel: (slug: string, input: Asked<RunVerb>) => send(deps, slug, 'cancel', identified(input)),

    /** Spark codes that the changed file held go into the secret store first. */
    async amend(slug: string, input: Asked<AmendVerb>, sparkCodes: readonly SparkCode[] = []): Promise<VerbAnswer> {
      if (input.tenant.slug !== slug) throw badInput(`the file is of tenant ${input.tenant.slug}, not of ${slug}`);
      refuseLargeTenant(input.tenant);
      const saved = await getOnboarding(deps.db, slug);
      if (!saved) await readStatus(deps, slug);
      for (const { ref, code } of sparkCodes) await deps.secrets.put(ref, code);
      const verb = identified(input);
      if (saved?.status.state !== 'live') return send(deps, slug, 'amend', verb);
      try {
        return await amendLive(deps, verb);
      } catch (error) {
        // Somebody else amended it a moment ago: their run takes ours.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        return send(deps, slug, 'amend', verb);
      }
    },

    /** Hands in what a step waits for. A Spark code goes into the secret store; only its reference travels. */
    async provide(slug: string, input: { actor: string; what: AskedProvide; verbId?: string }): Promise<VerbAnswer> {
      const { what, ...rest } = identified(input);
      if (what.kind === 'test_event_code') return send<Provide>(deps, slug, 'provide', { ...rest, what });
      // Of a tenant that was never started no secret is kept.
      await readStatus(deps, slug);
      const authCodeRef = sparkCodeRef(slug, what.post, what.code);
      await deps.secrets.put(authCodeRef, what.code);
      return send<Provide>(deps, slug, 'provide', { ...rest, what: { kind: 'spark_code', post: what.post, authCodeRef } });
    },
  };
}
