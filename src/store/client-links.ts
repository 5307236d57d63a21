import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { type ClientLinkPurpose, PURPOSE_FACTS } from '../domain/client-links.js';
import { bearerTokenHash, newBearerToken } from './bearer-tokens.js';
import type { Database } from './database.js';
import { appendToLedger } from './ledger.js';
import { putNotification } from './notifications.js';
import type { ClientLinksTable, Tables } from './tables.js';

/** A link as people see it; the token is in nobody's hands but the client's. Instants are ISO 8601 in UTC. */
export interface ClientLink {
  readonly id: string;
  readonly slug: string;
  readonly purpose: ClientLinkPurpose;
  readonly item: string | null;
  /** Where the client sees the post; null for everything else. */
  readonly address: string | null;
  /** What the client is told besides; may be empty. */
  readonly why: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly usedAt: string | null;
  readonly handedIn: string | null;
}

export interface NewClientLink {
  readonly slug: string;
  readonly purpose: ClientLinkPurpose;
  readonly item: string | null;
  readonly address: string | null;
  readonly why: string;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

/** Behind the prefix 32 random bytes, which are 43 characters. */
const TOKEN = /^kcl_[A-Za-z0-9_-]{43}$/;
/** Longer than any answer of an onboarding takes; a process that died gives the link back after it. */
const BUSY_MS = 60_000;

function linkOf(row: Selectable<ClientLinksTable>): ClientLink {
  return {
    id: row.id,
    slug: row.slug,
    purpose: row.purpose,
    item: row.item,
    address: row.address,
    why: row.why,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
    usedAt: row.used_at?.toISOString() ?? null,
    handedIn: row.handed_in,
  };
}

/** Who a client is in the ledger: no id of a person looks like this. */
export function clientActor({ id }: Pick<ClientLink, 'id'>): string {
  return `client (link ${id})`;
}

/** What a link asks for, in a few words. */
export function subjectOf({ purpose, item }: Pick<ClientLink, 'purpose' | 'item'>): string {
  return `${purpose.replaceAll('_', ' ')}${item === null ? '' : ` of ${item}`}`;
}

/**
 * A row of the ledger about a link; the token is not in it.
 * @param row `reason` is what timelines show
 * @returns the row's key
 */
export async function recordOfLink(
  db: Kysely<Tables>,
  link: ClientLink,
  { kind, actor, at, ...said }: { kind: string; actor: string; at: Date; reason: string; [fact: string]: unknown },
): Promise<string> {
  const { step, gate } = PURPOSE_FACTS[link.purpose];
  const key = `${kind}:${link.id}:${randomUUID()}`;
  const payload = { link: link.id, purpose: link.purpose, step, ...(gate === null ? {} : { gate }), item: link.item, ...said };
  await appendToLedger(db, { slug: link.slug, kind, key, actor, payload, at: at.toISOString() });
  return key;
}

/** Makes a link with its row in the ledger, and answers the token: it is shown once, the database keeps only its hash. */
export async function createClientLink(
  db: Database,
  { createdBy, expiresAt, ...asked }: NewClientLink,
  now: Date,
): Promise<{ readonly link: ClientLink; readonly token: string }> {
  const token = newBearerToken('kcl_');
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .insertInto('client_links')
      .values({
        ...asked,
        token_hash: bearerTokenHash(token),
        created_by: createdBy,
        created_at: now,
        expires_at: expiresAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const link = linkOf(row);
    const reason = `${subjectOf(link)}, until ${link.expiresAt}${link.why === '' ? '' : `: ${link.why}`}`;
    await recordOfLink(transaction, link, { kind: 'client_link_created', actor: createdBy, at: now, reason, expiresAt: link.expiresAt });
    return { link, token };
  });
}

/** The link of a token, whatever became of it, or undefined when there was never one. */
export async function findClientLink(db: Database, token: string): Promise<ClientLink | undefined> {
  if (!TOKEN.test(token)) return undefined;
  const row = await db.selectFrom('client_links').selectAll().where('token_hash', '=', bearerTokenHash(token)).executeTakeFirst();
  return row && linkOf(row);
}

/** Links of a tenant, newest first, at most 100. */
export async function listClientLinks(db: Database, slug: string): Promise<ClientLink[]> {
  const rows = await db.selectFrom('client_links').selectAll().where('slug', '=', slug).orderBy('id', 'desc').limit(100).execute();
  return rows.map(linkOf);
}

/** Revokes a link of this tenant that is neither used nor revoked, with its row; answers whether there was one. */
export async function revokeClientLink(
  db: Database,
  { slug, id, actor, reason }: { readonly slug: string; readonly id: string; readonly actor: string; readonly reason: string },
  now: Date,
): Promise<boolean> {
  if (!/^\d{1,18}$/.test(id)) return false;
  return db.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('client_links')
      .set({ revoked_at: now })
      .where('id', '=', id)
      .where('slug', '=', slug)
      .where('revoked_at', 'is', null)
      .where('used_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (!row) return false;
    await recordOfLink(transaction, linkOf(row), { kind: 'client_link_revoked', actor, at: now, reason });
    return true;
  });
}

/**
 * Takes a link for one answer, so that two at once are not both heard. The link must be as it was read: a link that was used in between
 * is not taken, one whose code TikTok refused is.
 * @returns false when somebody else has it, or it was used, revoked or has expired meanwhile
 */
export async function takeClientLink(db: Database, link: ClientLink, now: Date): Promise<boolean> {
  const taken = await db
    .updateTable('client_links')
    .set({ busy_until: new Date(now.getTime() + BUSY_MS) })
    .where('id', '=', link.id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where((where) => where(where.ref('used_at'), 'is not distinct from', link.usedAt === null ? null : new Date(link.usedAt)))
    .where((where) => where.or([where('busy_until', 'is', null), where('busy_until', '<=', now)]))
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}

/** Gives a link back that was taken and not used. */
export async function giveBackClientLink(db: Database, link: ClientLink): Promise<void> {
  await db.updateTable('client_links').set({ busy_until: null }).where('id', '=', link.id).execute();
}

/**
 * Marks a taken link as used, with its row, and tells those who wait for it; within the caller's transaction all of it stands or falls with
 * what was handed in.
 */
export async function markClientLinkUsed(db: Transaction<Tables>, link: ClientLink, handedIn: string, now: Date): Promise<void> {
  await db.updateTable('client_links').set({ used_at: now, handed_in: handedIn, busy_until: null }).where('id', '=', link.id).execute();
  const key = await recordOfLink(db, link, { kind: 'client_link_used', actor: clientActor(link), at: now, reason: subjectOf(link) });
  const { step } = PURPOSE_FACTS[link.purpose];
  await putNotification(db, { slug: link.slug, key, kind: 'client_answered', at: now.toISOString(), body: { step } });
}
