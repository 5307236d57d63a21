import { sql } from 'kysely';
import type { Database } from './database.js';

/** A request that is to have one effect, however often it is sent. */
export interface ApiRequest {
  readonly person: string;
  /** The sender's idempotency key. */
  readonly key: string;
  /** Of everything that was asked: another hash under the same key is another request. */
  readonly hash: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** `mine`: whoever claimed it works now; `answered`: with the same answer as before; `busy`: somebody works on it. */
export type Claim =
  | { readonly state: 'mine' }
  | { readonly state: 'answered'; readonly answer: ApiAnswer }
  | { readonly state: 'busy' | 'other' };

/**
 * Claims a request for as long as `busyMs`; whoever works longer claims anew with `stillBusy`. One whose worker died is claimed by the
 * next who sends it, whose effect must then be the same one.
 *
 * @param lastsMs how long its answer is kept
 */
export async function claimApiRequest(
  db: Database,
  { person, key, hash }: ApiRequest,
  now: Date,
  { busyMs, lastsMs }: { readonly busyMs: number; readonly lastsMs: number },
): Promise<Claim> {
  const busyUntil = new Date(now.getTime() + busyMs);
  const claimed = await db
    .insertInto('api_requests')
    .values({
      person,
      key,
      request_hash: hash,
      busy_until: busyUntil,
      expires_at: new Date(now.getTime() + lastsMs),
      status: null,
      body: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['person', 'key'])
        .doUpdateSet((set) => ({
          request_hash: set.ref('excluded.request_hash'),
          busy_until: set.ref('excluded.busy_until'),
          expires_at: set.ref('excluded.expires_at'),
          status: null,
          body: null,
        }))
        .where(
          sql<boolean>`api_requests.busy_until <= ${now} and (api_requests.expires_at <= ${now} or (api_requests.status is null and api_requests.request_hash = ${hash}))`,
        ),
    )
    .returning('key')
    .executeTakeFirst();
  if (claimed) return { state: 'mine' };
  const known = await db
    .selectFrom('api_requests')
    .select(['request_hash', 'status', 'body'])
    .where('person', '=', person)
    .where('key', '=', key)
    .executeTakeFirst();
  if (known && known.request_hash !== hash) return { state: 'other' };
  if (known?.status == null || known.body === null) return { state: 'busy' };
  return { state: 'answered', answer: { status: known.status, body: known.body } };
}

/** Says that whoever claimed a request still works on it. */
export async function stillBusy(db: Database, { person, key, hash }: ApiRequest, busyUntil: Date): Promise<void> {
  await db
    .updateTable('api_requests')
    .set({ busy_until: busyUntil })
    .where('person', '=', person)
    .where('key', '=', key)
    .where('request_hash', '=', hash)
    .where('status', 'is', null)
    .execute();
}

/** Keeps the answer; without one, the request may be sent again at once. */
export async function settleApiRequest(
  db: Database,
  { person, key, hash }: ApiRequest,
  answer: ApiAnswer | undefined,
  now: Date,
): Promise<void> {
  await db
    .updateTable('api_requests')
    .set({ busy_until: now, ...(answer === undefined ? {} : { status: answer.status, body: answer.body }) })
    .where('person', '=', person)
    .where('key', '=', key)
    .where('request_hash', '=', hash)
    .where('status', 'is', null)
    .execute();
}

/** Forgets answers whose time is over; answers how many. */
export async function forgetApiRequests(db: Database, now: Date): Promise<number> {
  const forgotten = await db.deleteFrom('api_requests').where('expires_at', '<=', now).where('busy_until', '<=', now).executeTakeFirst();
  return Number(forgotten.numDeletedRows);
}
