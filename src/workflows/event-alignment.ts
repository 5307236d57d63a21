import { patched } from '@temporalio/workflow';
import type { EventProof, EventTenant } from '../contract/onboarding-activities.js';
import type { Tenant } from '../contract/tenant.js';
import { SHOWN_AFTER_MS } from '../domain/events/shown-after.js';
import { evidenceHash } from '../domain/evidence.js';
import type { OnboardingRun } from './run.js';

export function eventTenant({ country, currency, website, ga4 }: Tenant): EventTenant {
  return { country, currency, website, ga4 };
}

/** The event settings follow from this; `proof` is what TikTok accepted of it now, null when nothing was sent. */
export function aligned(run: OnboardingRun, events: EventTenant, proof: EventProof | null): void {
  const { progress } = run.state;
  progress.eventsAligned = evidenceHash(events);
  if (!proof) return;
  progress.eventProof = proof;
  const by = new Date(Date.parse(proof.at) + SHOWN_AFTER_MS).toISOString();
  const names = proof.events.map(({ event }) => event);
  run.change('pixel', {
    expects: { what: `Events Manager shows ${[...new Set(names)].join(', ')}; new events take 30 to 90 minutes`, by },
  });
}

/** What a test event proves, in words. */
export function provenNote(proof: EventProof | undefined): string {
  if (!proof) return 'its test event was accepted';
  const names = proof.events.map(({ name, event }) => (name === event ? event : `${name} → ${event}`)).join(', ');
  const one = proof.events.length === 1;
  return `its test event${one ? ' was' : 's were'} accepted (${names}; request ${proof.requestId})`;
}

/** Brings the event settings in line with a tenant that is no longer as it was when they were saved, and proves its names anew. */
export async function alignWithTenant(run: OnboardingRun): Promise<void> {
  const { tenant, progress } = run.state;
  if (!progress.pixel) return;
  const events = eventTenant(tenant);
  if (progress.eventsAligned === evidenceHash(events)) return;
  // A pixel from before the settings were saved: runs that passed this point then do not come back to it.
  if (progress.eventsAligned === undefined && !patched('event-settings-follow-tenant')) return;
  const testEventCode = progress.testEventCode ?? tenant.pixel.testEventCode;
  await run.whileNotPaused();
  const { proof } = await run.act.write.alignEvents.executeWithOptions({ summary: 'save the event settings and prove each name' }, [
    { ...run.advertiser, pixelCode: progress.pixel.pixelCode, tenant: events, ...(testEventCode === undefined ? {} : { testEventCode }) },
  ]);
  aligned(run, events, proof);
}
