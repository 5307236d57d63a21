import type { Database } from './database.js';
import { type AttemptsAt, attemptsAt } from './event-attempts.js';
import { eventById, type LedgerEvent, newestEvents as newestOf } from './event-ledger.js';

type Instants = 'receivedAt' | 'settledAt';
type QueueFacts = 'slug' | 'payload' | 'nextAt' | 'leasedUntil' | 'maybeSentAt';

/** One event of the ledger of events, as pages show it. Instants are ISO 8601. */
export interface EventRecord extends Omit<LedgerEvent, Instants | QueueFacts> {
  readonly receivedAt: string;
  /** When it left the queue. */
  readonly settledAt: string | null;
}

function recordOf(stored: LedgerEvent): EventRecord {
  const { id, name, eventId, source, state, reason, field, event, eventSourceId, testEventCode, mapVersion } = stored;
  const { receivedAt, settledAt, attempts, code, requestId } = stored;
  return {
    id,
    receivedAt: receivedAt.toISOString(),
    name,
    eventId,
    source,
    state,
    reason,
    field,
    event,
    eventSourceId,
    testEventCode,
    mapVersion,
    settledAt: settledAt?.toISOString() ?? null,
    attempts,
    code,
    requestId,
  };
}

/** The events of a tenant that came in last, newest first. */
export async function newestEvents(db: Database, slug: string, limit: number): Promise<EventRecord[]> {
  return (await newestOf(db, slug, { limit })).toReversed().map(recordOf);
}

export interface EventStory extends EventRecord {
  /** What went, or is to go, to TikTok, identifiers as they are sent. */
  readonly payload: LedgerEvent['payload'];
  /** Requests with it that were not simply accepted. */
  readonly failures: AttemptsAt;
}

/** Everything that is known of one event of a tenant; undefined where the tenant has none of that id. */
export async function eventStory(db: Database, slug: string, id: string): Promise<EventStory | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const stored = await eventById(db, id);
  return stored?.slug === slug ? { ...recordOf(stored), payload: stored.payload, failures: await attemptsAt(db, id) } : undefined;
}
