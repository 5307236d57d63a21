import { defineUpdate, patched, setHandler } from '@temporalio/workflow';
import type { z } from 'zod';
import { GATE_IDS, STEP_IDS, STEP_OF_GATE, type StepId } from '../contract/checklist.js';
import {
  amendSchema,
  provideSchema,
  retrySchema,
  runVerbSchema,
  stepVerbSchema,
  UPDATE,
  type AmendVerb,
  type Provide,
  type RetryVerb,
  type RunVerb,
  type StepVerb,
  type VerbAnswer,
} from '../contract/messages.js';
import type { Tenant } from '../contract/tenant.js';
import { affectedSteps, fixedDifferences, forgetOutdated, skipsThatStay, tenantDifferences, tenantHash } from '../domain/amend.js';
import { SKIPPABLE } from '../domain/checklist.js';
import type { Checklist } from './checklist.js';
import { askAnew, closeGate } from './gates.js';
import { refuseWhenFull } from './history-length.js';
import { malformed } from './malformed.js';
import { ended, refused, type Verb, type VerbInput, verbsOnRecord } from './recorded-verbs.js';
import { nowIso, type OnboardingRun } from './run.js';
import { hasUnreleasedPosts, unbindSkippedPosts } from './steps/skipped-spark-ads.js';

/**
 * The tenant as it was, as the steps read it. In runs that were amended before the events' settings named the website, only the launch
 * check read it.
 */
function asRead(before: Tenant, after: Tenant): Tenant {
  if (before.website === after.website || patched('website-is-the-page-of-events')) return before;
  return { ...before, website: after.website, landingPages: [] };
}

/** Registers the operator's verbs: each with actor and reason, answered once per verb id, with its row in the ledger first. */
export function handleVerbs(run: OnboardingRun, checklist: Checklist): void {
  const { state } = run;
  const perform = verbsOnRecord(run);

  const unsettled = (step: StepId) => state.steps[step].state !== 'done' && state.steps[step].state !== 'skipped';

  /** Sets a step back to the start of its dependencies; what it achieved at TikTok stays known. */
  function again(step: StepId): void {
    run.change(step, {
      state: 'waiting',
      failure: null,
      ball: null,
      expectedBy: null,
      note: 'waits to run again',
      since: nowIso(),
      skippedBy: null,
    });
    if (step === 'spark_ads') delete state.progress.sparkToUnbind;
    askAnew(run, step);
  }

  /** Notes whose words the gates of these steps show from their next revision on. */
  function isAmendedBy(actor: string, steps: readonly StepId[]): void {
    for (const gate of GATE_IDS.filter((each) => steps.includes(STEP_OF_GATE[each])))
      state.amendedBy = { ...state.amendedBy, [gate]: [...new Set([...(state.amendedBy?.[gate] ?? []), actor])] };
  }

  /** Brings the steps to rest and changes them, unless the onboarding has ended meanwhile. */
  function changing(
    name: string,
    choose: () => readonly StepId[],
    change: (steps: readonly StepId[]) => VerbAnswer | Promise<VerbAnswer>,
  ): Promise<VerbAnswer> {
    return checklist.hold(choose, (steps) => (state.phase === 'open' ? change(steps) : ended(run, name)));
  }

  function on<T extends VerbInput>(
    name: string,
    schema: () => z.ZodType<T>,
    description: string,
    handler: (input: T) => Omit<Verb, 'name'>,
  ): void {
    const handle = async (raw: T) => {
      const input = schema().parse(raw);
      return perform(input, { name, ...handler(input) });
    };
    setHandler(defineUpdate<VerbAnswer, [T]>(name), handle, {
      description,
      validator: (input) => {
        const parsed = schema().safeParse(input);
        if (!parsed.success) throw malformed(name, parsed.error);
        refuseWhenFull();
      },
    });
  }

  on<RetryVerb>(
    UPDATE.retry,
    retrySchema,
    'Run a parked or waiting step again now: {verbId, actor, reason, step?}; without a step, every parked one.',
    ({ step }) => ({
      step,
      payload: { step: step ?? 'all' },
      act: () =>
        changing(
          UPDATE.retry,
          () =>
            (step ? [step] : STEP_IDS.filter((each) => state.steps[each].state === 'parked')).filter((each) =>
              ['parked', 'waiting_on', 'running'].includes(state.steps[each].state),
            ),
          (steps) => {
            if (steps.length === 0) {
              const why = step ? `${step} is ${state.steps[step].state}; there is nothing to retry` : 'no step is parked';
              return refused('nothing_to_retry', why);
            }
            steps.filter(unsettled).forEach(again);
            return { accepted: true, message: `runs again: ${steps.join(', ')}`, steps };
          },
        ),
    }),
  );

  on<StepVerb>(UPDATE.skip, stepVerbSchema, 'Skip a step that allows it: {verbId, actor, reason, step}.', ({ step, actor, reason }) => ({
    step,
    payload: { step },
    act: async () => {
      if (!SKIPPABLE.has(step)) return refused('not_skippable', `${step} cannot be skipped; these can: ${[...SKIPPABLE].join(', ')}`);
      return changing(
        UPDATE.skip,
        () => [step],
        async () => {
          if (!unsettled(step)) return refused('already_settled', `${step} is ${state.steps[step].state} already`);
          again(step);
          run.change(step, { state: 'skipped', note: `skipped by ${actor}: ${reason}`, skippedBy: actor });
          for (const gate of GATE_IDS) if (STEP_OF_GATE[gate] === step) await closeGate(run, gate);
          const unbinds = step === 'spark_ads' && hasUnreleasedPosts(state) && patched('skipped-spark-posts-are-unbound');
          if (unbinds) {
            state.progress.sparkToUnbind = true;
            checklist.takeBack(step, unbindSkippedPosts);
          }
          const message = `${step} is skipped${unbinds ? '; the posts that were authorised for it are unbound at TikTok now' : ''}`;
          return { accepted: true, message, steps: [step] };
        },
      );
    },
  }));

  on<AmendVerb>(
    UPDATE.amend,
    amendSchema,
    'Change the tenant: {verbId, actor, reason, tenant}; only what depends on the change runs again.',
    ({ tenant, actor }) => ({
      payload: { differences: tenantDifferences(state.tenant, tenant) },
      act: () => {
        const fixed = () => fixedDifferences(state.tenant, tenant, state.progress);
        let stay: readonly StepId[] = [];
        const affected = (): StepId[] => {
          const before = asRead(state.tenant, tenant);
          stay = skipsThatStay(state.steps, before, tenant);
          if (stay.length > 0 && !patched('skips-by-people-stay')) stay = [];
          return affectedSteps(before, tenant).filter((step) => !stay.includes(step));
        };
        return changing(
          UPDATE.amend,
          () => (fixed().length > 0 ? [] : affected()),
          (steps) => {
            if (fixed().length > 0) return refused('fixed_field', `${fixed().join(', ')} cannot change any more; nothing was changed`);
            steps.forEach(again);
            isAmendedBy(actor, steps);
            forgetOutdated(state.progress, state.tenant, tenant);
            state.tenant = tenant;
            state.tenantHash = tenantHash(tenant);
            const message =
              steps.length > 0
                ? `amended; runs again: ${steps.join(', ')}${stay.length > 0 ? `; stays skipped: ${stay.join(', ')}` : ''}`
                : `nothing that a step reads differs; a parked step is run again with kobi retry ${run.slug}`;
            return { accepted: true, message, steps };
          },
        );
      },
    }),
  );

  on<RunVerb>(UPDATE.pause, runVerbSchema, 'Start no further call until resumed; gates stay decidable: {verbId, actor, reason}.', () => ({
    payload: {},
    act: () => {
      state.paused = true;
      return { accepted: true, message: 'paused; gates can still be decided' };
    },
  }));

  on<RunVerb>(UPDATE.resume, runVerbSchema, 'Go on after a pause: {verbId, actor, reason}.', () => ({
    payload: {},
    act: () => {
      state.paused = false;
      return { accepted: true, message: 'resumed' };
    },
  }));

  on<RunVerb>(
    UPDATE.cancel,
    runVerbSchema,
    'End the onboarding: undo newest first, list what TikTok does not let us undo: {verbId, actor, reason}.',
    () => ({
      payload: {},
      afterEnd: true,
      act: () => {
        if (state.phase !== 'open') return { accepted: true, message: `the onboarding is ${state.phase} already` };
        state.phase = 'cancelling';
        return { accepted: true, message: 'cancelling: everything that can be undone is undone, newest first' };
      },
    }),
  );

  function provided(what: Provide['what']): VerbAnswer {
    const { progress, tenant, steps } = state;
    if (what.kind === 'test_event_code') {
      progress.testEventCode = what.code;
      // A refused code parks the step; a new one is reason enough to run it again.
      if (steps.pixel.state === 'parked') again('pixel');
      if (steps.conversion_events.failure?.code === 'test_event_refused') again('conversion_events');
      return { accepted: true, message: 'the test event code is noted' };
    }
    const { post, authCodeRef } = what;
    if (!tenant.sparkPosts.some((named) => named.id === post)) {
      const named = tenant.sparkPosts.map(({ id }) => id).join(', ') || 'none';
      return refused('post_not_named', `the tenant file names no post ${post}; it names ${named}`);
    }
    progress.sparkCodes[post] = authCodeRef;
    if (steps.spark_ads.state === 'parked') {
      delete progress.sparkPosts[post];
      again('spark_ads');
    }
    return { accepted: true, message: `the code of ${post} is noted` };
  }

  on<Provide>(
    UPDATE.provide,
    provideSchema,
    'Hand in what a step waits for: a test event code, or the reference of a Spark code: {verbId, actor, what}.',
    ({ what }) => ({
      step: what.kind === 'spark_code' ? 'spark_ads' : 'pixel',
      payload: { what: what.kind },
      act: () => provided(what),
    }),
  );
}
