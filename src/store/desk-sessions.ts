import { bearerTokenHash, newBearerToken } from './bearer-tokens.js';
import type { Database } from './database.js';

/** A browser that signed in. */
export interface DeskSession {
  /** Id of the person in people.yaml. */
  readonly person: string;
  readonly csrfToken: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Opens a session and answers the token for the cookie; the database keeps only its hash. */
export async function openDeskSession(db: Database, person: string, now: Date, lastsMs: number): Promise<string> {
  const token = newBearerToken('kds_');
  await db
    .insertInto('desk_sessions')
    .values({
      token_hash: bearerTokenHash(token),
      person,
      csrf_token: newBearerToken(''),
      created_at: now,
      expires_at: new Date(now.getTime() + lastsMs),
    })
    .execute();
  return token;
}

/** The session of a cookie's token, or undefined when there is none or it has expired. */
export async function readDeskSession(db: Database, token: string, now: Date): Promise<DeskSession | undefined> {
  const row = await db
    .selectFrom('desk_sessions')
    .selectAll()
    .where('token_hash', '=', bearerTokenHash(token))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && { person: row.person, csrfToken: row.csrf_token, expiresAt: row.expires_at.toISOString() };
}

/** Ends a session; a token that is unknown changes nothing. Expired sessions of everybody go with it. */
export async function endDeskSession(db: Database, token: string, now: Date): Promise<void> {
  await db
    .deleteFrom('desk_sessions')
    .where((where) => where.or([where('token_hash', '=', bearerTokenHash(token)), where('expires_at', '<=', now)]))
    .execute();
}
