import { sql } from 'kysely';
import type { EventSource } from '../contract/events.js';
import type { Database } from './database.js';
import { destinationsOf } from './event-settings.js';

/** What stands in the queue, over all tenants. */
export interface Backlog {
  readonly bySource: readonly {
    readonly source: EventSource;
    readonly state: 'waiting' | 'parked';
    readonly count: number;
    /** When the oldest of them came in. */
    readonly oldestAt: Date;
  }[];
  /** Breakers that let nothing through, by reason. */
  readonly stopped: readonly { readonly reason: string; readonly count: number }[];
}

/** Counts what waits and what is parked. It reads every such event: for now and then. */
export async function readBacklog(db: Database): Promise<Backlog> {
  const [events, breakers] = await Promise.all([
    sql<{ source: EventSource; state: 'waiting' | 'parked'; count: string; oldest_at: Date }>`
      select source, state, count(*) as count, min(received_at) as oldest_at from events where state = 'waiting' group by 1, 2
      union all
      select source, state, count(*) as count, min(received_at) as oldest_at from events where state = 'parked' group by 1, 2`.execute(db),
    sql<{ reason: string; count: string }>`
      select coalesce(reason, 'unavailable') as reason, count(*) as count from event_breakers where state <> 'closed' group by 1`.execute(
      db,
    ),
  ]);
  return {
    bySource: events.rows.map(({ source, state, count, oldest_at }) => ({ source, state, count: Number(count), oldestAt: oldest_at })),
    stopped: breakers.rows.map(({ reason, count }) => ({ reason, count: Number(count) })),
  };
}

/**
 * Pixels, apps and event sets whose events are the tenant's: those of its settings, of now and before, and those for which an event of it
 * has waited longest.
 * @param settingsDb where the event settings are, when events have a database of their own
 */
export async function placesOfTenant(db: Database, slug: string, settingsDb: Database = db): Promise<string[]> {
  const [named, waiting] = await Promise.all([
    destinationsOf(settingsDb, slug),
    sql<{ id: string }>`
      with recursive places (event_source_id) as (
        (select event_source_id from events where state = 'waiting' order by event_source_id limit 1)
        union all
        select (select e.event_source_id from events e where e.state = 'waiting' and e.event_source_id > p.event_source_id
          order by e.event_source_id limit 1)
        from places p where p.event_source_id is not null)
      select p.event_source_id as id from places p
      cross join lateral (select e.slug from events e where e.state = 'waiting' and e.event_source_id = p.event_source_id
        order by e.received_at limit 1) oldest
      where oldest.slug = ${slug}`.execute(db),
  ]);
  return [...new Set([...named, ...waiting.rows.map(({ id }) => id)])].toSorted();
}
