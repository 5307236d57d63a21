import { mapKeyEvents } from '../../domain/event-map.js';
import { alignWithTenant } from '../event-alignment.js';
import { makeEventSets } from '../event-sets.js';
import { park } from '../failures.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';
import { counted } from '../../domain/counted.js';

/** Maps the tenant's GA4 key events to TikTok's standard events, creates pixel rules only where nothing else sends them, and proves the rest. */
export async function conversionEvents(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, progress } = run.state;
  const { mapped, problems } = mapKeyEvents(tenant);
  if (problems.length > 0) park('events_impossible', problems.join('; '), problems);

  const byRule = mapped.flatMap((event) => {
    const keyEvent = tenant.ga4.keyEvents.find((candidate) => candidate.name === event.ga4);
    return event.source === 'pixel_rule' && keyEvent ? [{ event: event.event, keyEvent }] : [];
  });
  if (byRule.length > 0 && progress.pixel) {
    await run.whileNotPaused();
    await run.act.write.createPixelEvents.executeWithOptions({ summary: `create ${counted(byRule.length, 'pixel event rule')}` }, [
      { ...run.advertiser, pixel: progress.pixel, events: byRule },
    ]);
  }
  await makeEventSets(run);
  await alignWithTenant(run);
  const left = (progress.eventProof?.left ?? []).map(({ name, why }) => `; ${name} is not sent: ${why}`);
  const sets = (tenant.eventUploads ?? []).map(
    (source) => `; to prove its ${source} event set: kobi events test ${run.slug} --source ${source} --code CODE --as PERSON`,
  );
  const names = mapped.map((event) => `${event.ga4} → ${event.event}`).join(', ');
  return done(`${names}; campaigns optimise for ${tenant.optimisationEvent}${left.join('')}${sets.join('')}`);
}
