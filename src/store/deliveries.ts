import { type Kysely, sql } from 'kysely';
import type { Database } from './database.js';
import type { PendingNotification } from './notifications.js';
import type { DeliveryOutcome, Tables } from './tables.js';

/** One message on its way to one target. */
export interface NewDelivery {
  readonly notificationId: string;
  /** Name of the channel, such as `mail`. */
  readonly channel: string;
  /** Whom it is for within the channel: the id of a person, never an address. */
  readonly target: string;
  readonly nextAt: Date;
}

export interface ClaimedDelivery {
  readonly id: string;
  readonly notificationId: string;
  readonly channel: string;
  readonly target: string;
  readonly createdAt: Date;
  /** The attempt that the claim has begun: 1, 2, 3 … */
  readonly attempt: number;
}

/**
 * Takes what is in the outbox, oldest first, and hands each to `route` in one transaction; two processes never get the same rows.
 *
 * @param route answers the deliveries of one notification; what it throws leaves the whole lot in the outbox
 * @returns how many left the outbox
 */
export async function routeOutbox(
  db: Database,
  now: Date,
  route: (transaction: Kysely<Tables>, notification: PendingNotification) => Promise<readonly NewDelivery[]>,
  limit = 50,
): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom('notifications')
      .selectAll()
      .where('routed_at', 'is', null)
      .where('delivered_at', 'is', null)
      .orderBy('id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id, slug, key, kind, gate, at, body } of rows) {
      const found = await route(transaction, { id, slug, key, kind, ...(gate === null ? {} : { gate }), at: at.toISOString(), body });
      if (found.length > 0) {
        await transaction
          .insertInto('deliveries')
          .values(
            found.map(({ notificationId, channel, target, nextAt }) => ({
              notification_id: notificationId,
              channel,
              target,
              created_at: now,
              next_at: nextAt,
            })),
          )
          .onConflict((conflict) => conflict.columns(['notification_id', 'channel', 'target']).doNothing())
          .execute();
      }
      await transaction
        .updateTable('notifications')
        .set({ routed_at: now, ...(found.length === 0 ? { delivered_at: now } : {}) })
        .where('id', '=', id)
        .execute();
    }
    return rows.length;
  });
}

/** When the next message to a target goes out that nothing was sent of yet, within the window, so that another can go with it. */
export async function nextDeparture(
  db: Kysely<Tables>,
  { channel, target, after, before }: { channel: string; target: string; after: Date; before: Date },
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('deliveries')
    .select('next_at')
    .where('channel', '=', channel)
    .where('target', '=', target)
    .where('settled_at', 'is', null)
    .where('attempts', '=', 0)
    .where('next_at', '>', after)
    .where('next_at', '<=', before)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_at;
}

interface Claim {
  readonly channel: string;
  readonly now: Date;
  /** Whoever claims and dies leaves its messages to others after so many milliseconds. */
  readonly leaseMs: number;
  /** Everything that is due for the same target at once, as far as this many; 1 for channels that send one by one. */
  readonly most: number;
}

/** Targets that are looked at in one claim, so that one whom another process serves at this moment does not end it. */
const TARGETS = 20;

/**
 * Claims what is due for one target of a channel and counts the attempt. Two processes never claim for the same target at once, so that a
 * digest is not torn in two.
 */
export async function claimDue(db: Database, { channel, now, leaseMs, most }: Claim): Promise<ClaimedDelivery[]> {
  const due = sql`channel = ${channel} and settled_at is null and next_at <= ${now} and (leased_until is null or leased_until <= ${now})`;
  return db.transaction().execute(async (transaction) => {
    const { rows: targets } = await sql<{ target: string }>`
      select target from deliveries where ${due} group by target order by min(next_at), min(id) limit ${TARGETS}`.execute(transaction);
    for (const { target } of targets) {
      const { rows: locks } = await sql<{ mine: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${`deliveries:${channel}:${target}`}, 0)) as mine`.execute(transaction);
      if (locks[0]?.mine !== true) continue;
      // Materialised, because a plan that runs the sub-select again would take more than it may.
      const { rows } = await sql<{ id: string; notification_id: string; created_at: Date; attempts: number }>`
        with chosen as materialized (
          select id as chosen_id from deliveries where ${due} and target = ${target} order by next_at, id limit ${most})
        update deliveries set attempts = attempts + 1, leased_until = ${new Date(now.getTime() + leaseMs)}
        from chosen where id = chosen_id
        returning id, notification_id, created_at, attempts`.execute(transaction);
      if (rows.length === 0) continue;
      const claimed = rows.map((row) => ({
        id: row.id,
        notificationId: row.notification_id,
        channel,
        target,
        createdAt: row.created_at,
        attempt: row.attempts,
      }));
      return claimed.toSorted((one, other) => Number(BigInt(one.notificationId) - BigInt(other.notificationId)));
    }
    return [];
  });
}

/** Ends deliveries; a notification of which none is left on its way counts as delivered. */
export async function settleDeliveries(
  db: Database,
  ids: readonly string[],
  { outcome, now, error = '' }: { outcome: DeliveryOutcome; now: Date; error?: string },
): Promise<void> {
  if (ids.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    const settled = await transaction
      .updateTable('deliveries')
      .set({ outcome, settled_at: now, leased_until: null, last_error: error })
      .where('id', 'in', [...ids])
      .returning('notification_id')
      .execute();
    await sql`
      update notifications n set delivered_at = ${now}
      where id = any(${settled.map((row) => row.notification_id)}::bigint[]) and delivered_at is null
        and not exists (select from deliveries d where d.notification_id = n.id and d.settled_at is null)`.execute(transaction);
  });
}

/** Lets a delivery be tried again at that instant. `error` names what happened without any address, header or answer. */
export async function postponeDelivery(db: Database, id: string, { nextAt, error }: { nextAt: Date; error: string }): Promise<void> {
  await db.updateTable('deliveries').set({ next_at: nextAt, leased_until: null, last_error: error }).where('id', '=', id).execute();
}
