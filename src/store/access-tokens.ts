import { bearerTokenHash, newBearerToken } from './bearer-tokens.js';
import type { Database } from './database.js';

export interface AccessToken {
  readonly person: string;
  readonly label: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

/** Makes a personal access token and answers it; it is shown once, the database keeps only its hash. */
export async function createAccessToken(
  db: Database,
  { person, label, lastsMs }: { readonly person: string; readonly label: string; readonly lastsMs: number },
  now: Date,
): Promise<string> {
  const token = newBearerToken('kobi_');
  await db
    .insertInto('access_tokens')
    .values({ token_hash: bearerTokenHash(token), person, label, created_at: now, expires_at: new Date(now.getTime() + lastsMs) })
    .execute();
  return token;
}

/** The person whose token this is, or undefined when it is unknown, expired or revoked. */
export async function personOfAccessToken(db: Database, token: string, now: Date): Promise<string | undefined> {
  const row = await db
    .updateTable('access_tokens')
    .set({ last_used_at: now })
    .where('token_hash', '=', bearerTokenHash(token))
    .where('expires_at', '>', now)
    .where('revoked_at', 'is', null)
    .returning('person')
    .executeTakeFirst();
  return row?.person;
}

/** Tokens of a person that still open something, newest first. */
export async function listAccessTokens(db: Database, person: string, now: Date): Promise<AccessToken[]> {
  const rows = await db
    .selectFrom('access_tokens')
    .selectAll()
    .where('person', '=', person)
    .where('expires_at', '>', now)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    person: row.person,
    label: row.label,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }));
}

/**
 * Revokes every token of a person with this label; answers how many. Every browser that is signed in as the person is signed out with
 * them: it may be one that the token signed in.
 */
export async function revokeAccessTokens(db: Database, person: string, label: string, now: Date): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const revoked = await transaction
      .updateTable('access_tokens')
      .set({ revoked_at: now })
      .where('person', '=', person)
      .where('label', '=', label)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (revoked.numUpdatedRows > 0n) await transaction.deleteFrom('desk_sessions').where('person', '=', person).execute();
    return Number(revoked.numUpdatedRows);
  });
}
