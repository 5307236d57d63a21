import { type Kysely, sql } from 'kysely';
import { DEDUP_WINDOW_MS } from '../domain/events/dedup-key.js';
import { appendToLedger } from './ledger.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

export interface Replay {
  /** Events that came in from then on … */
  readonly from: Date;
  /** … and before then. */
  readonly to: Date;
  /** Also events that TikTok took more than 48 hours ago: it counts them again. */
  readonly sentToo: boolean;
  readonly actor: string;
  readonly reason: string;
  /** Makes the row of the tenant's ledger; the same key replays once. */
  readonly key: string;
}

/** Where events are, and where the tenant's ledger is: mostly the same. */
export interface EventsAndLedger {
  readonly db: Database;
  readonly ledger: Database;
}

export interface Replayed {
  readonly parked: number;
  readonly sent: number;
}

async function putBack(db: Kysely<Tables>, slug: string, { from, to }: Replay, now: Date, state: 'parked' | 'sent'): Promise<number> {
  const settledBefore = state === 'sent' ? new Date(now.getTime() - DEDUP_WINDOW_MS) : now;
  const { numAffectedRows } = await sql`
    update events set state = 'waiting', next_at = ${now}, leased_until = null, settled_at = null, reason = null, maybe_sent_at = null
    where slug = ${slug} and received_at >= ${from} and received_at < ${to} and state = ${state} and payload is not null
      and (settled_at is null or settled_at <= ${settledBefore})`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Puts a tenant's parked events of a time back into the queue, and records it in the tenant's ledger. What was sent stays sent, unless
 * `sentToo`; within 48 hours of its sending never.
 */
export async function replayEvents({ db, ledger }: EventsAndLedger, slug: string, replay: Replay, now: Date): Promise<Replayed> {
  return db.transaction().execute(async (transaction) => {
    const parked = await putBack(transaction, slug, replay, now, 'parked');
    const sent = replay.sentToo ? await putBack(transaction, slug, replay, now, 'sent') : 0;
    // Databases apart have no transaction in common: a row too many, of a change that did not take place, is better than none.
    await appendToLedger(ledger === db ? transaction : ledger, {
      slug,
      kind: 'events_replayed',
      key: replay.key,
      actor: replay.actor,
      payload: { from: replay.from.toISOString(), to: replay.to.toISOString(), parked, sent, reason: replay.reason },
      at: now.toISOString(),
    });
    return { parked, sent };
  });
}
