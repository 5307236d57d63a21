import { isCancellation } from '@temporalio/workflow';
import type { OnboardingState } from '../../domain/onboarding-state.js';
import { failureOf } from '../failures.js';
import type { OnboardingRun } from '../run.js';
import { unbind } from './spark-ads.js';

/** Codes that were sent to TikTok and whose answer was not awaited: their posts may be bound. */
function unansweredCodes({ undos }: OnboardingState) {
  return undos.flatMap(({ undo }) => (undo.kind === 'unbind_spark_code' ? [undo] : []));
}

/** Posts that are bound at TikTok although no ad may use them: authorised, never released. A released one may be in use by ads. */
function unreleased({ progress }: OnboardingState): string[] {
  return Object.keys(progress.sparkPosts).filter((id) => !progress.sparkReleased?.includes(id));
}

export function hasUnreleasedPosts(state: OnboardingState): boolean {
  return unreleased(state).length > 0 || unansweredCodes(state).length > 0;
}

/** What went wrong in words, or null when it went well; a stop goes on as one. */
async function refusalOf(call: () => Promise<void>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    const failure = isCancellation(error) ? undefined : failureOf(error);
    if (!failure) throw error;
    return failure.message;
  }
}

/** Unbinds the posts of a skipped `spark_ads` that were never released; what TikTok does not let go stays for cancel, and the step's note says so. */
export async function unbindSkippedPosts(run: OnboardingRun): Promise<void> {
  const { state } = run;
  const unbound: string[] = [];
  const bound: string[] = [];
  for (const id of unreleased(state)) {
    const refusal = await refusalOf(() => unbind(run, id, 'skipped'));
    if (refusal === null) unbound.push(id);
    else bound.push(`${id} (${refusal})`);
  }
  for (const undo of unansweredCodes(state)) {
    await run.whileNotPaused();
    const refusal = await refusalOf(async () => {
      await run.act.write.undo.executeWithOptions({ summary: `undo: ${undo.kind}` }, [{ slug: run.slug, undo }]);
      run.forgetUndo(undo);
    });
    if (refusal !== null) bound.push(`a post whose code was sent (${refusal})`);
  }
  delete state.progress.sparkToUnbind;
  const { note } = run.record('spark_ads');
  const told = [
    ...(unbound.length > 0 ? [`unbound at TikTok: ${unbound.join(', ')}`] : []),
    ...(bound.length > 0 ? [`still bound at TikTok until cancel: ${bound.join(', ')}`] : []),
  ];
  run.note('spark_ads', [note, ...told].join('; '));
}
