import { defineUpdate, setHandler } from '@temporalio/workflow';
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
import { affectedSteps, tenantDifferences, tenantHash } from '../domain/amend.js';
import { SKIPPABLE } from '../domain/checklist.js';
import type { Checklist } from './checklist.js';
import { closeGate } from './gates.js';
import { malformed } from './malformed.js';
import { nowIso, type OnboardingRun } from './run.js';

type Common = { readonly verbId: string; readonly actor: string; readonly reason?: string };

/** Registers the operator's verbs: each with actor and reason, answered once per verb id, with its row in the ledger first. */
export function handleVerbs(run: OnboardingRun, checklist: Checklist): void {
  const { state } = run;
  /** Verbs at work: the same id sent again meanwhile waits for the same answer. */
  const answering = new Map<string, Promise<VerbAnswer>>();

  async function recorded(
    verb: string,
    input: Common,
    payload: Record<string, unknown>,
    step: StepId | undefined,
    act: () => VerbAnswer | Promise<VerbAnswer>,
  ): Promise<VerbAnswer> {
    const earlier = state.verbs[input.verbId] ?? answering.get(input.verbId);
    if (earlier) return earlier;
    if (state.phase !== 'open' && verb !== UPDATE.cancel)
      return { accepted: false, message: `the onboarding of ${run.slug} is ${state.phase}; ${verb} changes nothing any more` };
    const answer = (async () => {
      await run.written((ledger) =>
        ledger.recordEvent.executeWithOptions({ summary: `record ${verb} by ${input.actor}` }, [
          {
            slug: run.slug,
            key: `verb:${input.verbId}`,
            kind: `verb_${verb}`,
            actor: input.actor,
            ...(step ? { step } : {}),
            payload: { ...payload, reason: input.reason ?? '' },
            at: nowIso(),
          },
        ]),
      );
      return act();
    })();
    answering.set(input.verbId, answer);
    try {
      state.verbs[input.verbId] = await answer;
      run.dirty = true;
      return await answer;
    } finally {
      answering.delete(input.verbId);
    }
  }

  const unsettled = (step: StepId) => state.steps[step].state !== 'done' && state.steps[step].state !== 'skipped';

  /** Sets a step back to the start of its dependencies; what it achieved at TikTok stays known. */
  function again(step: StepId): void {
    run.change(step, { state: 'waiting', failure: null, ball: null, expectedBy: null, note: 'runs again', since: nowIso() });
  }

  function on<T extends Common>(name: string, schema: z.ZodType<T>, description: string, handler: (input: T) => Promise<VerbAnswer>): void {
    setHandler(defineUpdate<VerbAnswer, [T]>(name), async (input) => handler(schema.parse(input)), {
      description,
      validator: (input) => {
        const parsed = schema.safeParse(input);
        if (!parsed.success) throw malformed(name, parsed.error);
      },
    });
  }

  on<RetryVerb>(
    UPDATE.retry,
    retrySchema,
    'Run a parked or waiting step again now: {verbId, actor, reason, step?}; without a step, every parked one.',
    (input) =>
      recorded(UPDATE.retry, input, { step: input.step ?? 'all' }, input.step, async () => {
        const steps = input.step ? [input.step] : STEP_IDS.filter((step) => state.steps[step].state === 'parked');
        const able = steps.filter((step) => ['parked', 'waiting_on', 'running'].includes(state.steps[step].state));
        if (able.length === 0)
          return {
            accepted: false,
            message: input.step ? `${input.step} is ${state.steps[input.step].state}; there is nothing to retry` : 'no step is parked',
          };
        await checklist.hold(able, () => able.filter(unsettled).forEach(again));
        return { accepted: true, message: `runs again: ${able.join(', ')}`, steps: able };
      }),
  );

  on<StepVerb>(UPDATE.skip, stepVerbSchema, 'Skip a step that allows it: {verbId, actor, reason, step}.', (input) =>
    recorded(UPDATE.skip, input, { step: input.step }, input.step, async () => {
      if (!SKIPPABLE.has(input.step))
        return { accepted: false, message: `${input.step} cannot be skipped; these can: ${[...SKIPPABLE].join(', ')}` };
      return checklist.hold([input.step], async () => {
        if (!unsettled(input.step)) return { accepted: false, message: `${input.step} is ${state.steps[input.step].state} already` };
        again(input.step);
        run.change(input.step, { state: 'skipped', note: `skipped by ${input.actor}: ${input.reason}` });
        for (const gate of GATE_IDS) if (STEP_OF_GATE[gate] === input.step) await closeGate(run, gate);
        return { accepted: true, message: `${input.step} is skipped`, steps: [input.step] };
      });
    }),
  );

  on<AmendVerb>(
    UPDATE.amend,
    amendSchema,
    'Change the tenant: {verbId, actor, reason, tenant}; only what depends on the change runs again.',
    (input) =>
      recorded(UPDATE.amend, input, { differences: tenantDifferences(state.tenant, input.tenant) }, undefined, async () => {
        if (input.tenant.slug !== state.tenant.slug) return { accepted: false, message: `the slug cannot change (${state.tenant.slug})` };
        const steps = affectedSteps(state.tenant, input.tenant);
        if (steps.length === 0) return { accepted: true, message: 'nothing differs', steps: [] };
        await checklist.hold(steps, () => {
          steps.forEach(again);
          if (steps.includes('catalog')) delete state.progress.feed;
          state.tenant = input.tenant;
          state.tenantHash = tenantHash(input.tenant);
        });
        return { accepted: true, message: `amended; runs again: ${steps.join(', ')}`, steps };
      }),
  );

  on<RunVerb>(UPDATE.pause, runVerbSchema, 'Start no further call until resumed; gates stay decidable: {verbId, actor, reason}.', (input) =>
    recorded(UPDATE.pause, input, {}, undefined, () => {
      state.paused = true;
      return { accepted: true, message: 'paused; gates can still be decided' };
    }),
  );

  on<RunVerb>(UPDATE.resume, runVerbSchema, 'Go on after a pause: {verbId, actor, reason}.', (input) =>
    recorded(UPDATE.resume, input, {}, undefined, () => {
      state.paused = false;
      return { accepted: true, message: 'resumed' };
    }),
  );

  on<RunVerb>(
    UPDATE.cancel,
    runVerbSchema,
    'End the onboarding: undo newest first, list what TikTok does not let us undo: {verbId, actor, reason}.',
    (input) =>
      recorded(UPDATE.cancel, input, {}, undefined, () => {
        if (state.phase !== 'open') return { accepted: true, message: `the onboarding is ${state.phase} already` };
        state.phase = 'cancelling';
        return { accepted: true, message: 'cancelling: everything that can be undone is undone, newest first' };
      }),
  );

  on<Provide>(
    UPDATE.provide,
    provideSchema,
    'Hand in what a step waits for: a test event code, or the reference of a Spark code: {verbId, actor, what}.',
    (input) =>
      recorded(UPDATE.provide, input, { what: input.what.kind }, input.what.kind === 'spark_code' ? 'spark_ads' : 'pixel', () => {
        if (input.what.kind === 'test_event_code') {
          state.progress.testEventCode = input.what.code;
          // A refused code parks the step; a new one is reason enough to run it again.
          if (state.steps.pixel.state === 'parked') run.change('pixel', { state: 'waiting', failure: null });
          return { accepted: true, message: 'the test event code is noted' };
        }
        const { post, authCodeRef } = input.what;
        if (!state.tenant.sparkPosts.some((named) => named.id === post)) {
          return {
            accepted: false,
            message: `the tenant file names no post ${post}; it names ${state.tenant.sparkPosts.map((named) => named.id).join(', ') || 'none'}`,
          };
        }
        state.progress.sparkCodes[post] = authCodeRef;
        if (state.steps.spark_ads.state === 'parked') {
          delete state.progress.sparkPosts[post];
          run.change('spark_ads', { state: 'waiting', failure: null });
        }
        return { accepted: true, message: `the code of ${post} is noted` };
      }),
  );
}
