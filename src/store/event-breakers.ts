import { sql } from 'kysely';
import type { BreakerReason } from '../contract/event-reasons.js';
import type { Database } from './database.js';

/** The breaker of all destinations together. */
export const EVERYTHING = '*';

/** The breaker of an access token: another token has another one, so that a new token is tried at once. */
export function tokenKey(tokenHash: string): string {
  return `token:${tokenHash.slice(0, 16)}`;
}

export interface Breaker {
  readonly key: string;
  readonly state: 'closed' | 'open' | 'half_open';
  /** In a row. */
  readonly failures: number;
  /** Open: until then nothing is sent. Half open: until then somebody tries. */
  readonly openUntil: Date | null;
  readonly reason: BreakerReason | null;
  readonly code: number | null;
  readonly requestId: string | null;
  readonly changedAt: Date;
}

/** Every breaker that is not as it was in the beginning. */
export async function readBreakers(db: Database): Promise<Map<string, Breaker>> {
  const { rows } = await sql<Omit<Breaker, 'key'> & { key: string }>`
    select event_source_id as key, state, failures, open_until as "openUntil", reason, code, request_id as "requestId", changed_at as "changedAt"
    from event_breakers where state <> 'closed' or failures > 0`.execute(db);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Those that keep events of a destination from being sent now: its own, and those that stand for all; of no destination, only these. */
export function stoppingBreakers(breakers: ReadonlyMap<string, Breaker>, destination: string | null): Breaker[] {
  return [...breakers.values()].filter(
    ({ key, state }) => state !== 'closed' && (key === destination || key === EVERYTHING || key.startsWith('token:')),
  );
}

export interface BreakerFailure {
  readonly now: Date;
  readonly reason: BreakerReason;
  readonly code: number | null;
  readonly requestId: string | null;
  /** So many in a row open it; 1 opens it at once. */
  readonly opensAfter: number;
  /** How long it stays open the first time; twice as long each further time, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0 to 1, so that senders do not all come back at once. */
  readonly spread: number;
}

/** Counts a failure and opens the breaker when it is one too many, or when it was the attempt that should tell whether it is over. */
export async function breakerFailed(db: Database, key: string, failure: BreakerFailure): Promise<void> {
  const { now, reason, code, requestId, opensAfter, firstMs, longestMs, spread } = failure;
  const opens = sql`(b.state = 'half_open' or b.failures + 1 >= ${opensAfter}::integer)`;
  const wait = sql`least(${longestMs}::float8, ${firstMs}::float8 * 2.0 ^ least(greatest(b.failures + 1 - ${opensAfter}::integer, 0), 20))
    * ${1 + spread / 5}::float8 * interval '1 millisecond'`;
  const firstUntil = new Date(now.getTime() + firstMs * (1 + spread / 5));
  // What was under way when it opened says nothing new; a pause that TikTok asks for counts as well beside another reason.
  await sql`
    insert into event_breakers as b (event_source_id, state, failures, open_until, reason, code, request_id, changed_at)
    values (${key}, ${opensAfter <= 1 ? 'open' : 'closed'}, 1, ${opensAfter <= 1 ? firstUntil : null}, ${reason}, ${code}, ${requestId}, ${now})
    on conflict (event_source_id) do update set
      state = case when ${opens} then 'open' else b.state end,
      failures = b.failures + 1,
      open_until = case when ${opens} then ${now}::timestamptz + ${wait} else b.open_until end,
      reason = excluded.reason, code = excluded.code, request_id = excluded.request_id, changed_at = excluded.changed_at
    where b.state <> 'open'`.execute(db);
}

/** A destination works: what was counted is forgotten. An open breaker stays open until its attempt is due. */
export async function breakerWorks(db: Database, key: string, now: Date): Promise<void> {
  await sql`
    update event_breakers set state = 'closed', failures = 0, open_until = null, reason = null, code = null, request_id = null, changed_at = ${now}
    where event_source_id = ${key} and (state = 'half_open' or (state = 'closed' and failures > 0))`.execute(db);
}

/**
 * Asks for the one attempt that tells whether a breaker may close; of all senders one gets it.
 * @param forMs how long it may take before another sender may try
 */
export async function takeProbe(
  db: Database,
  key: string,
  { now, forMs }: { readonly now: Date; readonly forMs: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update event_breakers set state = 'half_open', open_until = ${new Date(now.getTime() + forMs)}, changed_at = ${now}
    where event_source_id = ${key} and state <> 'closed' and open_until <= ${now}`.execute(db);
  return numAffectedRows === 1n;
}

/** The attempt did not take place, or told nothing: the next sender may have it. */
export async function giveBackProbe(db: Database, key: string, now: Date): Promise<void> {
  await sql`
    update event_breakers set state = 'open', open_until = ${now}, changed_at = ${now}
    where event_source_id = ${key} and state = 'half_open'`.execute(db);
}
