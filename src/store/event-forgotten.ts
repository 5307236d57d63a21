import { type Kysely, sql, type Transaction } from 'kysely';
import type { HashedIdentifier } from '../domain/events/forgotten.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

/**
 * Keeps a person out of every file of the tenant that is on its way: what of it is stored by now can be seen afterwards, and no later
 * batch brings the person in.
 * @returns how many files there are
 */
export async function forgetInUploads(db: Database, slug: string, identifiers: readonly HashedIdentifier[]): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    // Locked: a batch that is being stored holds its upload, and is waited for.
    const { rows } = await sql<{ id: string }>`
      select id from event_uploads where slug = ${slug} and state in ('receiving', 'importing') order by id for update`.execute(
      transaction,
    );
    if (rows.length > 0)
      await transaction
        .insertInto('event_forgotten')
        .values(rows.flatMap(({ id }) => identifiers.map(({ field, hash }) => ({ upload_id: id, field, hash }))))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    return rows.length;
  });
}

/** Whom no row of an upload may bring. */
export async function forgottenInUpload(db: Kysely<Tables>, uploadId: string): Promise<HashedIdentifier[]> {
  return db.selectFrom('event_forgotten').select(['field', 'hash']).where('upload_id', '=', uploadId).execute();
}

/** Somebody was forgotten while a batch of the upload was judged: it must be judged again. */
export class ForgottenMeanwhile extends Error {
  override readonly name = 'ForgottenMeanwhile';
}

/**
 * Makes sure that a batch was judged with everybody who is forgotten by now; its upload is locked already.
 * @throws ForgottenMeanwhile
 */
export async function checkForgotten(
  transaction: Transaction<Tables>,
  uploadId: string,
  known: readonly HashedIdentifier[],
): Promise<void> {
  const now = await forgottenInUpload(transaction, uploadId);
  if (now.length !== known.length) throw new ForgottenMeanwhile(`a person is to be kept out of upload ${uploadId}`);
}

/** Drops what is known of the forgotten for files that are imported or given up. */
export async function dropForgotten(db: Database): Promise<void> {
  await sql`delete from event_forgotten where upload_id in (select id from event_uploads where state in ('done', 'failed'))`.execute(db);
}
