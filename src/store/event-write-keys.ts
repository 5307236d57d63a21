import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from './database.js';
import { newBearerToken } from './bearer-tokens.js';

/** A write key as people see it afterwards: without the key itself, which nobody keeps. */
export interface WriteKey {
  /** Such as `key_1a2b3c4d5e6f`; it opens nothing. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Origins of pages that may use it in a browser, such as `https://shop.example.org`; none: servers only. */
  readonly origins: readonly string[];
  readonly madeBy: string;
  /** ISO 8601. */
  readonly madeAt: string;
  /** Null: it lasts until it is revoked. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
}

export interface NewWriteKey {
  readonly name: string;
  readonly origins: readonly string[];
  readonly madeBy: string;
  readonly expiresAt: Date | null;
}

/** How exactly `last_used_at` is kept; more often would write a row per request. */
const USED_EVERY_MS = 60_000;

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Makes a write key of a tenant, `kek_` and 256 random bits. It is answered once; the database keeps its SHA-256 only. */
export async function createWriteKey(
  db: Database,
  slug: string,
  { name, origins, madeBy, expiresAt }: NewWriteKey,
  now: Date,
): Promise<{ readonly id: string; readonly key: string }> {
  const key = newBearerToken('kek_');
  const id = `key_${randomBytes(6).toString('hex')}`;
  await db
    .insertInto('event_write_keys')
    .values({ id, slug, key_hash: hashOf(key), name, origins: [...origins], made_by: madeBy, made_at: now, expires_at: expiresAt })
    .execute();
  return { id, key };
}

/** A key that opens its tenant's intake now. */
export interface OpenWriteKey {
  readonly id: string;
  readonly origins: readonly string[];
  /** The version of the tenant's event settings that counts now; null where nobody set any. */
  readonly settingsVersion: number | null;
}

/**
 * The key that a sender shows, when it opens this tenant's intake now. Unknown, expired, revoked and another tenant's keys cannot be told
 * apart: one look-up answers all of them with undefined.
 */
export async function openWriteKey(db: Database, slug: string, key: string, now: Date): Promise<OpenWriteKey | undefined> {
  const row = await db
    .selectFrom('event_write_keys')
    .select(['id', 'origins', 'last_used_at'])
    .select((build) =>
      build
        .selectFrom('event_settings')
        .whereRef('event_settings.slug', '=', 'event_write_keys.slug')
        .select((max) => max.fn.max('version').as('version'))
        .as('version'),
    )
    .where('key_hash', '=', hashOf(key))
    .where('slug', '=', slug)
    .where('revoked_at', 'is', null)
    .where((build) => build.or([build('expires_at', 'is', null), build('expires_at', '>', now)]))
    .executeTakeFirst();
  if (!row) return undefined;
  const stale = new Date(now.getTime() - USED_EVERY_MS);
  if (row.last_used_at === null || row.last_used_at <= stale)
    await db.updateTable('event_write_keys').set({ last_used_at: now }).where('id', '=', row.id).execute();
  return { id: row.id, origins: row.origins, settingsVersion: row.version };
}

/** Whether a page of this origin may send the tenant's events at all: any key that is valid now names it. */
export async function isAllowedOrigin(db: Database, slug: string, origin: string, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('event_write_keys')
    .select('id')
    .where('slug', '=', slug)
    .where(sql<boolean>`${origin} = any(origins)`)
    .where('revoked_at', 'is', null)
    .where((build) => build.or([build('expires_at', 'is', null), build('expires_at', '>', now)]))
    .executeTakeFirst();
  return row !== undefined;
}

/** Every key of a tenant, the newest first, revoked and expired ones too. */
export async function listWriteKeys(db: Database, slug: string): Promise<WriteKey[]> {
  const rows = await db
    .selectFrom('event_write_keys')
    .selectAll()
    .where('slug', '=', slug)
    .orderBy('made_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    origins: row.origins,
    madeBy: row.made_by,
    madeAt: row.made_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }));
}

/** Revokes a key by its id; from now on it opens nothing. False where the tenant has no such key, or it was revoked before. */
export async function revokeWriteKey(db: Database, slug: string, id: string, revokedBy: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('event_write_keys')
    .set({ revoked_at: now, revoked_by: revokedBy })
    .where('slug', '=', slug)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
