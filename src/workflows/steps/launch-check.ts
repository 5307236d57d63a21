import { STEP_OF_GATE, type StepId } from '../../contract/checklist.js';
import { park } from '../failures.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';

/** Reads everything that "live" promises; what is missing is named, nothing is changed. */
export async function launchCheck(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, progress, settings, gates, steps } = run.state;
  // A step that was skipped, by an operator too, lends nothing to the launch, whatever it achieved before.
  const skipped = (step: StepId) => steps[step].state === 'skipped';
  const undecided = Object.values(gates).filter((gate) => gate.state === 'open' && !skipped(STEP_OF_GATE[gate.id]));
  if (undecided.length > 0) park('launch_check_failed', `gates that are still open: ${undecided.map((gate) => gate.id).join(', ')}`);
  if (!progress.pixel) park('launch_check_failed', 'there is no pixel');

  const spark = skipped('spark_ads') ? undefined : Object.values(progress.sparkPosts)[0];
  const identity =
    progress.tiktokAccount && !skipped('tiktok_account')
      ? { identityId: progress.tiktokAccount.identityId, identityType: 'BC_AUTH_TT' as const }
      : spark
        ? { identityId: spark.identityId, identityType: 'AUTH_CODE' as const }
        : null;
  await run.whileNotPaused();
  const { findings } = await run.act.read.checkLaunch.executeWithOptions({ summary: 'check everything that live promises' }, [
    {
      ...run.advertiser,
      tenant,
      pixel: progress.pixel,
      testEventId: progress.testEventId ?? null,
      ...(progress.eventProof ? { proof: progress.eventProof } : {}),
      catalogId: skipped('catalog') ? null : (progress.catalogId ?? null),
      identity,
      allowLoopback: settings.allowLoopback,
      funded: progress.transfer !== undefined,
      launchedBefore: progress.launched === true,
    },
  ]);
  run.change('launch_check', { expects: findings.find((finding) => finding.expects)?.expects ?? null });
  const failed = findings.filter((finding) => !finding.ok);
  if (failed.length > 0) {
    const lines = failed.map((finding) => `${finding.check}: ${finding.detail}`);
    const code = failed.every((finding) => finding.check.startsWith('landing_page')) ? 'landing_page_broken' : 'launch_check_failed';
    park(code, lines.join('; '), lines);
  }
  progress.launched = true;
  return done(`${findings.length} checks passed`);
}
