import { sql, type Transaction } from 'kysely';
import type { EventSource, TrackEvent } from '../contract/events.js';
import { DEDUP_WINDOW_MS } from '../domain/events/dedup-key.js';
import type { Database } from './database.js';
import { deleteInParts } from './delete-in-parts.js';
import type { EventState } from './event-tables.js';
import type { Tables } from './tables.js';

/** An event as it is to be stored. */
export interface NewEvent {
  readonly name: string | null;
  readonly eventId: string | null;
  readonly source: EventSource | null;
  readonly state: EventState;
  readonly reason: string | null;
  readonly field: string | null;
  readonly mapVersion: string;
  /** Only of events that go to TikTok. */
  readonly outgoing?: {
    /** `dedupKey`, 64 hex characters. */
    readonly key: string;
    readonly eventSourceId: string;
    readonly testEventCode: string | null;
    readonly payload: TrackEvent;
    /** Of an event that is at TikTok already (state `sent`), because whoever stores it has sent it: TikTok's answer. */
    readonly accepted?: { readonly requestId: string };
  };
}

export interface StoredEvent {
  /** `events.id`; of a repeated event, the first one's. */
  readonly id: string;
  /** The same event came in within the last 48 hours and is stored already; nothing was added. */
  readonly repeated: boolean;
}

interface Numbered {
  readonly id: string;
  readonly event: NewEvent;
}

/**
 * Claims the keys of a batch. A key that somebody else is storing at this moment is waited for, and is theirs once they have committed.
 * @returns `events.id` by key, and which keys are ours
 */
async function claimKeys(transaction: Transaction<Tables>, keys: readonly string[], now: Date) {
  // In one order everywhere: two batches with the same keys would otherwise wait for each other.
  const sorted = [...new Set(keys)].sort();
  const rows = new Map<string, string>();
  const ours = new Set<string>();
  if (sorted.length === 0) return { rows, ours };
  const claimed = await sql<{ key: string; event_row: string }>`
    insert into event_keys (key, first_at)
    select decode(key, 'hex'), ${now} from unnest(${sorted}::text[]) as new (key)
    on conflict (key) do update set event_row = excluded.event_row, first_at = excluded.first_at
      where event_keys.first_at <= ${new Date(now.getTime() - DEDUP_WINDOW_MS)}
    returning encode(key, 'hex') as key, event_row`.execute(transaction);
  for (const { key, event_row } of claimed.rows) {
    rows.set(key, event_row);
    ours.add(key);
  }
  const theirs = sorted.filter((key) => !ours.has(key));
  if (theirs.length > 0) {
    const known = await sql<{ key: string; event_row: string }>`
      select encode(key, 'hex') as key, event_row from event_keys
      where key in (select decode(key, 'hex') from unnest(${theirs}::text[]) as asked (key))`.execute(transaction);
    for (const { key, event_row } of known.rows) rows.set(key, event_row);
  }
  return { rows, ours };
}

async function insertRows(transaction: Transaction<Tables>, slug: string, now: Date, numbered: readonly Numbered[]): Promise<void> {
  if (numbered.length === 0) return;
  const rows = numbered.map(({ id, event: { outgoing, ...event } }) => ({
    id,
    name: event.name,
    event_id: event.eventId,
    source: event.source,
    state: event.state,
    reason: event.reason,
    field: event.field,
    event: outgoing?.payload.event ?? null,
    event_source_id: outgoing?.eventSourceId ?? null,
    test_event_code: outgoing?.testEventCode ?? null,
    payload: outgoing?.payload ?? null,
    map_version: event.mapVersion,
    request_id: outgoing?.accepted?.requestId ?? null,
  }));
  await sql`
    insert into events (id, received_at, slug, name, event_id, source, state, reason, field, event, event_source_id, test_event_code, payload,
      map_version, next_at, attempts, settled_at, code, request_id)
    select id, ${now}, ${slug}, name, event_id, source, state, reason, field, event, event_source_id, test_event_code, payload, map_version,
      case when state = 'waiting' then ${now}::timestamptz end, (state = 'sent')::int, case when state = 'sent' then ${now}::timestamptz end,
      case when state = 'sent' then 0 end, request_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as new (id bigint, name text, event_id text, source text, state text, reason text,
      field text, event text, event_source_id text, test_event_code text, payload jsonb, map_version text, request_id text)`.execute(
    transaction,
  );
}

async function newIds(transaction: Transaction<Tables>, count: number): Promise<string[]> {
  if (count === 0) return [];
  const { rows } = await sql<{ id: string }>`select nextval('event_ids') as id from generate_series(1, ${count})`.execute(transaction);
  return rows.map(({ id }) => id);
}

/** What is written in the transaction of a batch, so that neither stands without the other. */
export type Alongside = (transaction: Transaction<Tables>, stored: readonly StoredEvent[]) => Promise<void>;

export interface StoreOptions {
  readonly alongside?: Alongside;
  /**
   * Looks beyond 48 hours for what a file may hold again: an event of the same id, name and destination that is still kept counts as the
   * same. TikTok itself would count it anew.
   */
  readonly everBefore?: boolean;
}

/**
 * The ids under which a tenant's events stand already, whenever they came in.
 * @returns `events.id` by key
 */
async function keptBefore(transaction: Transaction<Tables>, slug: string, events: readonly NewEvent[]): Promise<Map<string, string>> {
  const asked = events.flatMap(({ eventId, outgoing }) =>
    outgoing && eventId !== null
      ? [
          {
            key: outgoing.key,
            event_id: eventId,
            event: outgoing.payload.event,
            event_source_id: outgoing.eventSourceId,
            test_event_code: outgoing.testEventCode,
          },
        ]
      : [],
  );
  if (asked.length === 0) return new Map();
  const { rows } = await sql<{ key: string; id: string }>`
    select asked.key, min(events.id) as id
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (key text, event_id text, event text, event_source_id text, test_event_code text)
    join events on events.slug = ${slug} and events.event_id = asked.event_id and events.event = asked.event
      and events.event_source_id = asked.event_source_id and events.test_event_code is not distinct from asked.test_event_code
      and (events.state in ('waiting', 'sent', 'parked') or events.reason = 'forgotten')
    group by asked.key`.execute(transaction);
  return new Map(rows.map(({ key, id }) => [key, id]));
}

/**
 * Stores a batch of one tenant's events, all or none: once this returns, they are safe. What goes to TikTok is stored once per key within
 * 48 hours, however often and from however many processes it comes in; the repetition gets the first one's id.
 *
 * @returns one answer per event, in their order
 */
export async function storeEvents(
  db: Database,
  slug: string,
  events: readonly NewEvent[],
  now: Date,
  { alongside, everBefore = false }: StoreOptions = {},
): Promise<StoredEvent[]> {
  return db.transaction().execute(async (transaction) => {
    const before = everBefore ? await keptBefore(transaction, slug, events) : new Map<string, string>();
    const { rows, ours } = await claimKeys(
      transaction,
      events.flatMap(({ outgoing }) => (outgoing && !before.has(outgoing.key) ? [outgoing.key] : [])),
      now,
    );
    for (const [key, id] of before) rows.set(key, id);
    const ids = await newIds(transaction, events.filter(({ outgoing }) => !outgoing).length);
    const added: Numbered[] = [];
    const stored = events.map((event): StoredEvent => {
      const key = event.outgoing?.key;
      const id = key === undefined ? ids.shift() : rows.get(key);
      if (id === undefined) throw new Error('the database gave no id to an event');
      const first = key === undefined || ours.delete(key);
      if (first) added.push({ id, event });
      return { id, repeated: !first };
    });
    await insertRows(transaction, slug, now, added);
    await alongside?.(transaction, stored);
    return stored;
  });
}

/** Unmapped events of a tenant since a moment, by name and source, most first. */
export async function unmappedNames(
  db: Database,
  slug: string,
  since: Date,
): Promise<{ readonly name: string; readonly source: EventSource; readonly count: number }[]> {
  const { rows } = await sql<{ name: string; source: EventSource; count: string }>`
    select name, source, count(*) as count from events
    where slug = ${slug} and state = 'unmapped' and received_at >= ${since} and name is not null and source is not null
    group by name, source order by count(*) desc, name, source limit 1000`.execute(db);
  return rows.map(({ name, source, count }) => ({ name, source, count: Number(count) }));
}

/** Forgets keys that are older than TikTok's window; the events themselves stay. */
export async function forgetOldKeys(db: Database, now: Date, atOnce?: number): Promise<number> {
  return deleteInParts(db, sql`event_keys`, sql`first_at <= ${new Date(now.getTime() - DEDUP_WINDOW_MS)}`, atOnce);
}
