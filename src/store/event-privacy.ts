import { sql } from 'kysely';
import { appendToLedger } from './ledger.js';
import type { EventsAndLedger } from './event-replay.js';

/** One identifier of a person, as events carry it: hashed. */
export interface HashedIdentifier {
  readonly field: 'email' | 'phone' | 'external_id';
  readonly hash: string;
}

export interface Forgotten {
  /** Rows from which identifiers and payload were taken now. */
  readonly events: number;
  /** Of these, events that were never sent and now never will be. */
  readonly unsent: number;
  /** Events of the person that are being sent at this moment: they were left, ask again. */
  readonly busy: number;
}

/**
 * Takes the payload, and with it every identifier, from all events of a tenant that carry one of the identifiers. The fact that an event of
 * that name came and what became of it stays. What had not been sent is dropped. Nothing of it is in the ledger but the counts.
 */
export async function forgetPerson(
  { db, ledger }: EventsAndLedger,
  slug: string,
  {
    identifiers,
    actor,
    key,
    now,
  }: { readonly identifiers: readonly HashedIdentifier[]; readonly actor: string; readonly key: string; readonly now: Date },
): Promise<Forgotten> {
  if (identifiers.length === 0) throw new RangeError('without an identifier nobody is meant');
  const carries = sql.join(
    identifiers.map(({ field, hash }) => sql`payload->'user'->${field}::text @> to_jsonb(${hash}::text)`),
    sql` or `,
  );
  return db.transaction().execute(async (transaction) => {
    const found = await sql<{ id: string; received_at: Date; busy: boolean; unsent: boolean }>`
      select id, received_at, state = 'waiting' and leased_until > ${now} as busy, state in ('waiting', 'parked') as unsent from events
      where slug = ${slug} and payload is not null and (${carries}) order by received_at, id for update`.execute(transaction);
    const free = found.rows.filter(({ busy }) => busy !== true);
    const ids = free.map(({ id }) => id);
    await sql`
      update events set payload = null, maybe_sent_at = null, next_at = null, leased_until = null,
        reason = case when state in ('waiting', 'parked') then 'forgotten' else reason end,
        settled_at = case when state in ('waiting', 'parked') then ${now}::timestamptz else settled_at end,
        state = case when state in ('waiting', 'parked') then 'dropped' else state end
      where id = any(${ids}::bigint[]) and slug = ${slug}`.execute(transaction);
    // TikTok's text about a request may quote what was in it.
    await sql`update event_attempts set detail = null where event_rows && ${ids}::bigint[]`.execute(transaction);
    const forgotten = { events: free.length, unsent: free.filter(({ unsent }) => unsent).length, busy: found.rows.length - free.length };
    await appendToLedger(ledger === db ? transaction : ledger, {
      slug,
      kind: 'person_forgotten',
      key,
      actor,
      payload: { ...forgotten, by: identifiers.map(({ field }) => field) },
      at: now.toISOString(),
    });
    return forgotten;
  });
}
