import { type Kysely, sql } from 'kysely';
import { type Certificate, certificateSchema } from '../contract/envelope.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

const schema = certificateSchema();

/** Does something that several processes would otherwise do at the same time, such as making a key; the others wait. */
export async function oneAtATime<T>(db: Database, what: string, work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(transaction);
    return work(transaction);
  });
}

/** Keeps what the root says of a signing key. */
export async function keepSigningKey(db: Kysely<Tables>, rootPublicKey: string, certificate: Certificate, now: Date): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({
      key_id: certificate.keyId,
      root_public_key: rootPublicKey,
      certificate: JSON.stringify(certificate),
      not_after: certificate.notAfter,
      created_at: now,
    })
    .execute();
}

/** Certificates of the root's signing keys, the newest first, at most 100; only those that are valid after an instant when it is given. */
export async function signingKeys(db: Kysely<Tables>, rootPublicKey: string, validAfter?: Date): Promise<Certificate[]> {
  let query = db
    .selectFrom('signing_keys')
    .select('certificate')
    .where('root_public_key', '=', rootPublicKey)
    .orderBy('created_at', 'desc')
    .limit(100);
  if (validAfter) query = query.where('not_after', '>', validAfter);
  const rows = await query.execute();
  return rows.map((row) => schema.parse(row.certificate));
}
