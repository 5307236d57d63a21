import { creativeEvidence } from '../../domain/evidence.js';
import { park } from '../failures.js';
import { closeGate, passGate } from '../gates.js';
import { done, skipped, type OnboardingRun, type StepOutcome } from '../run.js';
import { counted } from '../../domain/counted.js';

/** Every creative is measured against TikTok's specifications, shown to a person, and only the approved files are uploaded. */
export async function creativePolicy(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, progress } = run.state;
  if (tenant.creatives.length === 0) {
    await closeGate(run, 'creative_policy');
    return skipped('the tenant file names no creatives');
  }
  const subject = { creatives: tenant.creatives, vertical: tenant.vertical };

  await run.whileNotPaused();
  const { reports } = await run.act.read.probeCreatives.executeWithOptions(
    { summary: `measure ${counted(tenant.creatives.length, 'creative')}` },
    [{ slug: run.slug, ...subject }],
  );
  const refused = reports.filter((report) => report.verdict === 'reject');
  if (refused.length > 0) {
    const findings = refused.flatMap((report) =>
      report.findings.filter((finding) => finding.severity === 'error').map((finding) => `${report.id}: ${finding.message}`),
    );
    park(
      'creative_rejected',
      `${counted(refused.length, 'creative breaks', 'creatives break')} TikTok's specifications: ${findings.join('; ')}`,
      findings,
    );
  }

  const approvedHash = await passGate(run, 'creative_policy', creativeEvidence(reports, tenant.creatives));
  await run.whileNotPaused();
  progress.unanswered = { ...progress.unanswered, creatives: true };
  const { fileIds } = await run.act.write.uploadCreatives.executeWithOptions(
    { summary: 'upload the approved creatives to the account’s library' },
    [{ ...run.advertiser, ...subject, approvedHash }],
  );
  progress.creativeFileIds = fileIds;
  delete progress.unanswered?.creatives;
  run.note('creative_policy', 'uploaded', { ...fileIds });
  return done(`${counted(Object.keys(fileIds).length, 'approved creative is', 'approved creatives are')} in the account's library`);
}
