import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { QUERY } from '../contract/messages.js';
import type { LedgerEvent } from '../contract/onboarding-activities.js';
import { onboardingInputSchema, type OnboardingInput } from '../contract/onboarding.js';
import type { OnboardingStatus } from '../contract/status.js';
import { carriedState } from '../domain/carried-state.js';
import { initialState, isOnboardingState, statusOf, type OnboardingState } from '../domain/onboarding-state.js';
import { undoEverything } from './cancel.js';
import { Checklist } from './checklist.js';
import { handleDecisions } from './decisions.js';
import { historyIsLong } from './history-length.js';
import { Publisher } from './publisher.js';
import { nowIso, OnboardingRun } from './run.js';
import { unbindSkippedPosts } from './steps/skipped-spark-ads.js';
import { handleVerbs } from './verbs.js';

function restore(input: unknown): { input: OnboardingInput; state: OnboardingState } {
  const parsed = onboardingInputSchema().safeParse(input);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw ApplicationFailure.nonRetryable(
      `the input of onboardTenant is not valid: ${faults}; start onboardings with kobi start`,
      'InvalidInput',
    );
  }
  // The state was written by this workflow, and came back by continue-as-new or as the start of an amendment.
  const { carried, approvals } = parsed.data;
  const state = isOnboardingState(carried) ? carried : initialState(parsed.data, nowIso());
  return { input: parsed.data, state: approvals === undefined ? state : { ...state, approvals } };
}

/** The row with which the ledger of a run closes. */
function endOf(state: OnboardingState, payload: LedgerEvent['payload']): LedgerEvent {
  const { phase, startedAt } = state;
  return { key: `${phase}:${startedAt}`, kind: `onboarding_${phase}`, actor: 'engine', payload, at: nowIso() };
}

/**
 * Takes one tenant through the whole checklist until it is live. Only `cancel` ends it early; every other failure parks a step
 * and waits for the person who mends it. Workflow id `onboarding:<slug>`.
 */
export async function onboardTenant(rawInput: OnboardingInput): Promise<OnboardingStatus> {
  const { input, state } = restore(rawInput);
  const run = new OnboardingRun(state);
  const checklist = new Checklist(run);
  const publisher = new Publisher(run);
  setHandler(defineQuery<OnboardingStatus>(QUERY.status), () => statusOf(state), {
    description: 'The checklist, gates and failures, as kobi status --json prints them.',
  });
  handleDecisions(run);
  handleVerbs(run, checklist);
  // Continue-as-new has interrupted it.
  if (state.progress.sparkToUnbind && state.steps.spark_ads.state === 'skipped') checklist.takeBack('spark_ads', unbindSkippedPosts);

  const whole = CancellationScope.current();
  const publishing = CancellationScope.nonCancellable(async () => publisher.work());
  let requested: unknown;
  try {
    await untilSettled(run, checklist);
  } catch (error) {
    // The Temporal UI's own Cancel means the same as our verb: clean up first, then end as Cancelled.
    if (!isCancellation(error)) throw error;
    requested = error;
    state.phase = 'cancelling';
  }

  return CancellationScope.nonCancellable(async () => {
    if (state.phase === 'cancelling') {
      checklist.stopAll();
      await condition(() => checklist.idle());
      await undoEverything(run);
      publisher.stop(endOf(state, { leftBehind: state.leftBehind }));
    } else if (checklist.complete()) {
      state.phase = 'live';
      run.dirty = true;
      publisher.stop(endOf(state, { tenantHash: state.tenantHash }));
    } else {
      // Long history: everything is carried on, and the steps find their way back from what they achieved.
      checklist.stopAll();
      await condition(() => checklist.idle());
      publisher.stop();
      await publishing;
      await condition(allHandlersFinished);
      if (whole.consideredCancelled) state.phase = 'cancelling';
      return continueAsNew<typeof onboardTenant>({
        ...input,
        tenant: state.tenant,
        tenantHash: state.tenantHash,
        carried: carriedState(state),
      });
    }
    await publishing;
    // Last, so that nobody who sends a message while the end is written down is left without an answer.
    await condition(allHandlersFinished);
    if (requested !== undefined) throw requested;
    return statusOf(state);
  });
}

/** Starts what is ready until all is done, somebody cancels, or the history has grown long. */
async function untilSettled(run: OnboardingRun, checklist: Checklist): Promise<void> {
  for (;;) {
    await condition(
      () =>
        checklist.hasBug() || run.state.phase === 'cancelling' || checklist.complete() || historyIsLong() || checklist.ready().length > 0,
    );
    checklist.rethrowBug();
    if (run.state.phase === 'cancelling' || checklist.complete() || historyIsLong()) return;
    for (const step of checklist.ready()) checklist.start(step);
  }
}
