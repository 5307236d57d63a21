import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { HashedIdentifier } from '../domain/events/forgotten.js';
import { forgetInUploads } from './event-forgotten.js';
import { appendToLedger } from './ledger.js';
import type { EventsAndLedger } from './event-replay.js';
import type { Tables } from './tables.js';

export interface Forgotten {
  /** Rows from which identifiers and payload were taken now. */
  readonly events: number;
  /** Of these, events that were never sent and now never will be. */
  readonly unsent: number;
  /** Events of the person that are being sent at this moment: they were left, ask again. */
  readonly busy: number;
  /** Files that are on their way, and will bring nothing of the person. */
  readonly files: number;
}

/** Events that one statement looks at, so that each ends in time however many a tenant has. */
const AT_ONCE = 50_000;

interface Span {
  readonly slug: string;
  /** PostgreSQL's own text, to the microsecond: events that came in behind it … */
  readonly after: string;
  /** … and up to here. */
  readonly to: string;
}

/** The next span of arrivals in which about so many of a tenant's events lie. */
async function nextSpan(transaction: Transaction<Tables>, slug: string, after: string, atOnce: number): Promise<Span | undefined> {
  const { rows } = await sql<{ to: string | null }>`
    select max(received_at)::text as "to" from (select received_at from events
      where slug = ${slug} and received_at > ${after}::timestamptz order by received_at limit ${atOnce}) next_ones`.execute(transaction);
  const to = rows[0]?.to ?? null;
  return to === null ? undefined : { slug, after, to };
}

async function forgetIn(
  transaction: Transaction<Tables>,
  { slug, after, to }: Span,
  carries: RawBuilder<unknown>,
  now: Date,
): Promise<Pick<Forgotten, 'events' | 'unsent' | 'busy'>> {
  const within = sql`slug = ${slug} and received_at > ${after}::timestamptz and received_at <= ${to}::timestamptz`;
  const found = await sql<{ id: string; busy: boolean; unsent: boolean }>`
    select id, state = 'waiting' and leased_until > ${now} as busy, state in ('waiting', 'parked') as unsent from events
    where ${within} and payload is not null and (${carries}) order by received_at, id for update`.execute(transaction);
  const free = found.rows.filter(({ busy }) => busy !== true);
  const ids = free.map(({ id }) => id);
  if (ids.length > 0) {
    await sql`
      update events set payload = null, maybe_sent_at = null, next_at = null, leased_until = null,
        reason = case when state in ('waiting', 'parked') then 'forgotten' else reason end,
        settled_at = case when state in ('waiting', 'parked') then ${now}::timestamptz else settled_at end,
        state = case when state in ('waiting', 'parked') then 'dropped' else state end
      where ${within} and id = any(${ids}::bigint[])`.execute(transaction);
    // TikTok's text about a request may quote what was in it.
    await sql`update event_attempts set detail = null where event_rows && ${ids}::bigint[]`.execute(transaction);
  }
  return { events: free.length, unsent: free.filter(({ unsent }) => unsent).length, busy: found.rows.length - free.length };
}

/**
 * Takes the payload, and with it every identifier, from all events of a tenant that carry one of the identifiers, and keeps the person out of
 * files that are on their way. The fact that an event of that name came and what became of it stays. What had not been sent is dropped. Nothing
 * of it is in the ledger but the counts.
 */
export async function forgetPerson(
  { db, ledger }: EventsAndLedger,
  slug: string,
  {
    identifiers,
    actor,
    key,
    now,
    atOnce = AT_ONCE,
  }: {
    readonly identifiers: readonly HashedIdentifier[];
    readonly actor: string;
    readonly key: string;
    readonly now: Date;
    /** Events of one statement. */
    readonly atOnce?: number;
  },
): Promise<Forgotten> {
  if (identifiers.length === 0) throw new RangeError('without an identifier nobody is meant');
  const carries = sql.join(
    identifiers.map(({ field, hash }) => sql`payload->'user'->${field}::text @> to_jsonb(${hash}::text)`),
    sql` or `,
  );
  // First, so that what a file brought before is found below.
  const files = await forgetInUploads(db, slug, identifiers);
  return db.transaction().execute(async (transaction) => {
    const forgotten = { events: 0, unsent: 0, busy: 0, files };
    for (
      let span = await nextSpan(transaction, slug, '-infinity', atOnce);
      span;
      span = await nextSpan(transaction, slug, span.to, atOnce)
    ) {
      const part = await forgetIn(transaction, span, carries, now);
      for (const count of ['events', 'unsent', 'busy'] as const) forgotten[count] += part[count];
    }
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
