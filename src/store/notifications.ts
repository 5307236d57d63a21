import { type Kysely, sql } from 'kysely';
import { storable, storableText } from '../domain/ledger-chain.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

export interface NewNotification {
  readonly slug: string;
  /** The key of the ledger row it belongs to; one row is told once. */
  readonly key: string;
  readonly kind: string;
  readonly gate?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PendingNotification extends NewNotification {
  readonly id: string;
}

/** Puts what people are to be told into the outbox, in the caller's transaction; once per tenant and key. */
export async function putNotification(db: Kysely<Tables>, { slug, key, kind, gate, at, body }: NewNotification): Promise<void> {
  await db
    .insertInto('notifications')
    .values({ slug, key: storableText(key), kind, gate: gate ?? null, at, body: JSON.stringify(storable(body)) })
    .onConflict((conflict) => conflict.columns(['slug', 'key']).doNothing())
    .execute();
}

/** What nobody was told yet, oldest first. */
export async function pendingNotifications(db: Database, limit = 100): Promise<PendingNotification[]> {
  const rows = await db.selectFrom('notifications').selectAll().where('delivered_at', 'is', null).orderBy('id').limit(limit).execute();
  return rows.map(({ id, slug, key, kind, gate, at, body }) => ({
    id,
    slug,
    key,
    kind,
    ...(gate === null ? {} : { gate }),
    at: at.toISOString(),
    body,
  }));
}

/** Takes a notification out of the outbox once it was delivered. */
export async function markDelivered(db: Database, id: string): Promise<void> {
  await db.updateTable('notifications').set({ delivered_at: sql`clock_timestamp()` }).where('id', '=', id).execute();
}
