import type { EventProof, EventSets, EventTenant, OnboardingActivities } from '../contract/onboarding-activities.js';
import { dedupKey } from '../domain/events/dedup-key.js';
import { judgeProof, type Proof, type Sendable } from '../domain/events/proof.js';
import { settingsOfTenant } from '../domain/events/tenant-settings.js';
import { trackRequests } from '../domain/events/track-request.js';
import { evidenceHash } from '../domain/evidence.js';
import { makeEventDays } from '../store/event-days.js';
import { saveEventSettings } from '../store/event-settings.js';
import { type NewEvent, storeEvents } from '../store/events.js';
import { appendToLedger } from '../store/ledger.js';
import type { ActivityDependencies } from './dependencies.js';
import { asStepFailure, requestIdOf, stepFailure } from './failure.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'eventsDb' | 'clock'>;

export interface Alignment {
  readonly slug: string;
  readonly tenant: EventTenant;
  readonly pixelCode: string;
  readonly eventSets?: EventSets | undefined;
  /** Left out, the settings are saved and nothing is sent. */
  readonly testEventCode?: string | undefined;
}

const nameOf = ({ name, event }: Sendable): string => (name === null || name === event ? event : `${name} (${event})`);

/** Sends events of one destination in one request. @returns TikTok's id of the request */
async function send({ tiktok }: Deps, sendable: readonly Sendable[]): Promise<string> {
  const [request, ...others] = trackRequests(
    sendable.flatMap(({ payload: { data, ...destination } }) => data.map((event) => ({ destination, event }))),
  );
  if (!request || others.length > 0) throw new Error('test events of one pixel are one request');
  return (await tiktok.eventTrack(request)).requestId;
}

/** TikTok refuses a whole request for one event of it, so that each is asked about alone; their ids stay the same. */
async function refusedAlone(deps: Deps, sendable: readonly Sendable[]): Promise<string[]> {
  if (sendable.length === 1) return sendable.map(nameOf);
  const refused: string[] = [];
  for (const one of sendable) {
    try {
      await send(deps, [one]);
    } catch (error) {
      if (asStepFailure(error).type !== 'tiktok_bad_input') throw error;
      refused.push(nameOf(one));
    }
  }
  return refused.length > 0 ? refused : sendable.map(nameOf);
}

async function accepted(deps: Deps, sendable: readonly Sendable[]): Promise<string> {
  try {
    return await send(deps, sendable);
  } catch (error) {
    const failure = asStepFailure(error);
    if (failure.type !== 'tiktok_bad_input') throw error;
    const names = await refusedAlone(deps, sendable);
    throw stepFailure('test_event_refused', `the Events API refused the test event of ${names.join(', ')}: ${failure.message}`, {
      details: names,
      requestId: requestIdOf(failure),
    });
  }
}

function rowOf(
  { name, event_id: eventId, source, payload: { data, ...destination } }: Sendable,
  mapVersion: string,
  requestId: string,
): NewEvent {
  const [payload] = data;
  if (!payload || eventId === null) throw new Error('a test event that was sent has no payload or no id');
  return {
    name,
    eventId,
    source,
    state: 'sent',
    reason: null,
    field: null,
    mapVersion,
    outgoing: {
      key: dedupKey(destination, payload.event, eventId),
      eventSourceId: destination.event_source_id,
      testEventCode: destination.test_event_code ?? null,
      payload,
      accepted: { requestId },
    },
  };
}

/** Keeps what was proven: among the tenant's events, and in its ledger. Both once, however often the code is sent. */
async function keep(
  { db, eventsDb = db }: Deps,
  slug: string,
  { sendable, left, mapVersion }: Proof,
  requestId: string,
  now: Date,
): Promise<EventProof> {
  await makeEventDays(eventsDb, now, 1);
  await storeEvents(
    eventsDb,
    slug,
    sendable.map((one) => rowOf(one, mapVersion, requestId)),
    now,
  );
  const events = sendable.map(({ name, event, event_id: eventId }) => ({ name: name ?? event, event, eventId: eventId ?? '' }));
  const at = now.toISOString();
  await appendToLedger(db, {
    slug,
    kind: 'test_events_accepted',
    key: `test_events_accepted:${evidenceHash(events).slice(0, 32)}`,
    actor: 'engine',
    payload: { step: 'pixel', requestId, mapVersion, events, left },
    at,
  });
  return { requestId, at, events, left };
}

/**
 * Saves the event settings that follow from a tenant, unless people have set their own, and proves with one test event per name that
 * TikTok takes its events as the settings map them.
 *
 * @throws ApplicationFailure `test_event_refused` with the names of the events
 */
export async function alignEvents(
  deps: Deps,
  { slug, tenant, pixelCode, eventSets, testEventCode }: Alignment,
): Promise<{ settingsVersion: number; proof: EventProof | null }> {
  const { db, clock } = deps;
  const now = clock();
  const saved = await saveEventSettings(db, slug, {
    settings: settingsOfTenant(tenant, pixelCode, eventSets),
    origin: 'onboarding',
    setBy: 'engine',
    at: now,
  });
  const settingsVersion = saved.version;
  if (testEventCode === undefined) return { settingsVersion, proof: null };
  const proof = judgeProof(saved.settings, { slug, tenant, pixelCode, testEventCode }, now);
  if (proof.refused.length > 0) {
    const reasons = proof.refused.map(({ name, why }) => `${name}: ${why}`);
    throw stepFailure('test_event_refused', `test events would be refused before TikTok sees them: ${reasons.join('; ')}`, {
      details: reasons,
    });
  }
  const requestId = await accepted(deps, proof.sendable);
  return { settingsVersion, proof: await keep(deps, slug, proof, requestId, clock()) };
}

/** Event settings and test events of a tenant whose key events changed after its pixel was there. */
export function createEventAlignmentActivities(deps: Deps): Pick<OnboardingActivities, 'alignEvents'> {
  return { alignEvents: (input) => alignEvents(deps, input) };
}
