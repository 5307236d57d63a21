import { sql } from 'kysely';
import type { EventSource } from '../contract/events.js';
import type { Database } from './database.js';

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
