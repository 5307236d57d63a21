import { CancellationScope } from '@temporalio/workflow';
import { GATE_IDS, STEP_IDS } from '../contract/checklist.js';
import type { FailureCode } from '../contract/failures.js';
import { amountText } from '../domain/money.js';
import { failureOf } from './failures.js';
import { closeGate } from './gates.js';
import { nowIso, type OnboardingRun } from './run.js';

/** With these a step parks when nobody knows whether its call happened. */
const UNSETTLED: ReadonlySet<FailureCode> = new Set<FailureCode>(['outcome_unknown', 'transfer_ambiguous']);

/** What TikTok has no call to take back (facts 3.2, 4.1, 7). */
function irrevocable(run: OnboardingRun): string[] {
  const { progress, steps, tenant } = run.state;
  const { advertiserId, pixel, eventSets, creativeFileIds, feed, budgetCapMinor, unanswered } = progress;
  const cap = (minor: number): string => `budget cap of ${amountText(minor, tenant.currency)} a month`;
  return [
    ...(advertiserId === undefined
      ? []
      : [`advertiser ${advertiserId}: closing an account is permanent and is left to people; a new start adopts it`]),
    ...(pixel ? [`pixel ${pixel.pixelCode}: TikTok has no call that deletes a pixel; a new start adopts it`] : []),
    ...Object.entries(eventSets ?? {}).map(
      ([source, id]) => `${source} event set ${id}: it may hold conversions that were handed in; a new start adopts it`,
    ),
    ...(creativeFileIds && Object.keys(creativeFileIds).length > 0
      ? [`creative files ${Object.values(creativeFileIds).join(', ')} in the account's library`]
      : []),
    ...(feed?.feedId ? [`feed ${feed.feedId}, which goes with its catalog`] : []),
    ...(budgetCapMinor === undefined ? [] : [`${cap(budgetCapMinor)}: it stays, so that nothing is spent beyond it`]),
    ...(unanswered?.budgetCapMinor === undefined ? [] : [`${cap(unanswered.budgetCapMinor)}: it may be set, its answer did not come`]),
    ...(unanswered?.creatives ? ["creative files: they may be in the account's library, the answer to their upload did not come"] : []),
    ...STEP_IDS.flatMap((step) => {
      const { failure } = steps[step];
      return failure && UNSETTLED.has(failure.code) ? [`${step}: ${failure.message}; look at TikTok whether it happened`] : [];
    }),
  ];
}

/** Undoes newest first; every undo is tried, each failure recorded, nothing tried twice at a time. */
export async function undoEverything(run: OnboardingRun): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    const { state } = run;
    const kept = irrevocable(run);
    for (const gate of GATE_IDS) await closeGate(run, gate);
    for (let entry = state.undos.pop(); entry; entry = state.undos.pop()) {
      const { step, undo } = entry;
      try {
        const { undone, detail } = await run.act.write.undo.executeWithOptions({ summary: `undo: ${undo.kind}` }, [
          { slug: run.slug, undo },
        ]);
        if (undone) run.change(step, { state: 'undone', note: detail, ball: null, failure: null, expectedBy: null, since: nowIso() });
        else state.leftBehind.push(detail);
      } catch (error) {
        const failure = failureOf(error);
        if (!failure) throw error;
        state.leftBehind.push(`${undo.kind}: ${failure.message}`);
      }
    }
    state.leftBehind.push(...kept);
    for (const step of STEP_IDS) {
      const record = run.record(step);
      if (record.state === 'running' || record.state === 'waiting_on' || record.state === 'parked')
        run.change(step, { state: 'waiting', ball: null, failure: null, expectedBy: null, note: 'ended by cancel', since: nowIso() });
    }
    state.phase = 'cancelled';
    run.dirty = true;
  });
}
