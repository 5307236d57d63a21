import { patched } from '@temporalio/workflow';
import type { EventProof, EventSets, EventTenant } from '../contract/onboarding-activities.js';
import type { Tenant } from '../contract/tenant.js';
import { SHOWN_AFTER_MS } from '../domain/events/shown-after.js';
import { evidenceHash } from '../domain/evidence.js';
import type { OnboardingRun } from './run.js';

export function eventTenant({ country, currency, website, ga4 }: Tenant): EventTenant {
  return { country, currency, website, ga4 };
}

/** What the event settings follow from; a change of it is their change. */
function basisOf(events: EventTenant, eventSets: EventSets = {}): string {
  return evidenceHash({ ...events, eventSets });
}

/** The sets that the tenant hands conversions in for now; one that it no longer names stays at TikTok, and is no destination any more. */
function eventSetsInUse({ state: { tenant, progress } }: OnboardingRun): EventSets {
  const inUse = (tenant.eventUploads ?? []).flatMap((source) => {
    const id = progress.eventSets?.[source];
    return id === undefined ? [] : [[source, id] as const];
  });
  return Object.fromEntries(inUse);
}

/** The event settings follow from this; `proof` is what TikTok accepted of it now, null when nothing was sent. */
export function aligned(run: OnboardingRun, events: EventTenant, proof: EventProof | null): void {
  const { progress } = run.state;
  progress.eventsAligned = basisOf(events, eventSetsInUse(run));
  if (proof) proven(run, events, proof);
}

function proven(run: OnboardingRun, events: EventTenant, proof: EventProof): void {
  const { progress } = run.state;
  progress.eventsProven = basisOf(events);
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

/**
 * Brings the event settings in line with a tenant that is no longer as it was when they were saved, or with event sets that are new, and
 * proves its names anew where they changed.
 */
export async function alignWithTenant(run: OnboardingRun): Promise<void> {
  const { tenant, progress } = run.state;
  const { pixel } = progress;
  if (!pixel) return;
  const eventSets = eventSetsInUse(run);
  const events = eventTenant(tenant);
  if (progress.eventsAligned === basisOf(events, eventSets)) return;
  // A pixel from before the settings were saved: runs that passed this point then do not come back to it.
  if (progress.eventsAligned === undefined && progress.eventSets === undefined && !patched('event-settings-follow-tenant')) return;
  const code = progress.testEventCode ?? tenant.pixel.testEventCode;
  const testEvent = code === undefined || progress.eventsProven === basisOf(events) ? {} : { testEventCode: code };
  await run.whileNotPaused();
  const { proof } = await run.act.write.alignEvents.executeWithOptions({ summary: 'save the event settings and prove each name' }, [
    { ...run.advertiser, pixelCode: pixel.pixelCode, tenant: events, eventSets, ...testEvent },
  ]);
  aligned(run, events, proof);
}
