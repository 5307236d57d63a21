import { sql } from 'kysely';
import type { TrackDestination } from '../contract/events.js';
import { DEDUP_WINDOW_MS, dedupKey } from '../domain/events/dedup-key.js';
import type { Database } from './database.js';
import type { EventsAndLedger } from './event-replay.js';
import { appendToLedger } from './ledger.js';

export interface Move {
  /** Where events of each source belong now. */
  readonly destinations: readonly TrackDestination[];
  readonly actor: string;
  readonly reason: string;
  /** Makes the row of the tenant's ledger. */
  readonly key: string;
  readonly now: Date;
}

export interface Moved {
  readonly moved: number;
  /** Not sent, because the same event stands at its new destination already. */
  readonly known: number;
  /** Being sent to where they were at this moment, and therefore left there. */
  readonly busy: number;
}

const AT_ONCE = 1_000;

interface Waiting {
  readonly id: string;
  readonly event: string;
  readonly event_id: string | null;
}

/** Moves up to a thousand events, all or none; none were left once it answers zeros. */
async function movePart(
  db: Database,
  slug: string,
  destination: TrackDestination,
  now: Date,
): Promise<{ readonly moved: number; readonly known: number }> {
  const { event_source: source, event_source_id: target } = destination;
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<Waiting>`
      select id, event, event_id from events
      where slug = ${slug} and source = ${source} and state = 'waiting' and event_source_id <> ${target} and test_event_code is null
        and (leased_until is null or leased_until <= ${now})
      order by received_at, id limit ${AT_ONCE} for update skip locked`.execute(transaction);
    const byKey = new Map<string, string>();
    const moving: string[] = [];
    for (const { id, event, event_id: eventId } of rows) {
      if (eventId === null) moving.push(id);
      else {
        const key = dedupKey(destination, event, eventId);
        if (!byKey.has(key)) byKey.set(key, id);
      }
    }
    // A key that the event holds itself is from when it was there before.
    const keys = [...byKey].map(([key, id]) => ({ key, id })).sort((one, other) => (one.key < other.key ? -1 : 1));
    const claimed = await sql<{ id: string }>`
      insert into event_keys (key, event_row, first_at)
      select decode(key, 'hex'), id, ${now} from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as new (key text, id bigint)
      on conflict (key) do update set event_row = excluded.event_row, first_at = excluded.first_at
        where event_keys.first_at <= ${new Date(now.getTime() - DEDUP_WINDOW_MS)} or event_keys.event_row = excluded.event_row
      returning event_row as id`.execute(transaction);
    moving.push(...claimed.rows.map(({ id }) => id));
    await sql`
      update events set event_source_id = ${target}, next_at = ${now}, leased_until = null, maybe_sent_at = null
      where slug = ${slug} and id = any(${moving}::bigint[])`.execute(transaction);
    const going = new Set(moving);
    const known = rows.map(({ id }) => id).filter((id) => !going.has(id));
    await sql`
      update events set state = 'dropped', reason = 'known_there', next_at = null, leased_until = null, settled_at = ${now}
      where slug = ${slug} and id = any(${known}::bigint[])`.execute(transaction);
    return { moved: moving.length, known: known.length };
  });
}

/**
 * Moves a tenant's real events that wait for a destination which its settings named before to the one they name now, and records it in the
 * tenant's ledger. What stands at the new destination already, by TikTok's key of deduplication, is dropped instead.
 */
export async function moveEvents(
  { db, ledger }: EventsAndLedger,
  slug: string,
  { destinations, actor, reason, key, now }: Move,
): Promise<Moved> {
  const total = { moved: 0, known: 0, busy: 0 };
  for (const destination of destinations) {
    for (;;) {
      const { moved, known } = await movePart(db, slug, destination, now);
      if (moved + known === 0) break;
      total.moved += moved;
      total.known += known;
    }
    const left = await sql<{ count: number }>`
      select count(*)::int as count from events
      where slug = ${slug} and source = ${destination.event_source} and state = 'waiting' and test_event_code is null
        and event_source_id <> ${destination.event_source_id}`.execute(db);
    total.busy += left.rows[0]?.count ?? 0;
  }
  await appendToLedger(ledger, {
    slug,
    kind: 'events_moved',
    key,
    actor,
    payload: { to: Object.fromEntries(destinations.map((one) => [one.event_source, one.event_source_id])), ...total, reason },
    at: now.toISOString(),
  });
  return total;
}
