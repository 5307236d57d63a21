import { randomBytes } from 'node:crypto';
import { type Selectable, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { EventSource } from '../contract/events.js';
import type { Database } from './database.js';
import { dropForgotten } from './event-forgotten.js';
import type { EventUploadsTable, EventUploadState, UploadFormat } from './event-tables.js';
import type { Tables } from './tables.js';

/** Rows of a file by what became of them; `repeated` ones came in before, and count under nothing else. */
const countsSchema = z.object({
  rows: z.number().default(0),
  accepted: z.number().default(0),
  repeated: z.number().default(0),
  unmapped: z.number().default(0),
  refused: z.number().default(0),
  dropped: z.number().default(0),
});
export type UploadCounts = z.infer<typeof countsSchema>;

/** A file of events, and how far it came. */
export interface EventUpload {
  readonly id: string;
  readonly slug: string;
  readonly fileName: string;
  readonly format: UploadFormat;
  readonly source: EventSource;
  /** Name of every row's event, where the file names none. */
  readonly eventName: string | null;
  /** IANA name, for times that name no zone. */
  readonly timeZone: string | null;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  /** The last line whose row is stored. */
  readonly linesDone: number;
  readonly state: EventUploadState;
  readonly counts: UploadCounts;
  readonly unknownColumns: readonly string[];
  readonly problem: string | null;
  /** ISO 8601. */
  readonly changedAt: string;
}

/** A row that was not taken in; no value of it stands here. */
export interface UploadError {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  readonly sentence: string;
}

export interface NewUpload {
  readonly fileName: string;
  readonly format: UploadFormat;
  readonly source: EventSource;
  readonly eventName: string | null;
  /** IANA name, for times that name no zone. */
  readonly timeZone: string | null;
  /** SHA-256 of the whole file, hex. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly madeBy: string;
}

/** Errors that are kept of one upload; more would be another file of the same size. All are counted. */
const ERRORS_KEPT = 10_000;

function uploadOf(row: Selectable<EventUploadsTable>): EventUpload {
  return {
    id: row.id,
    slug: row.slug,
    fileName: row.file_name,
    format: row.format,
    source: row.source,
    eventName: row.event_name === '' ? null : row.event_name,
    timeZone: row.time_zone === '' ? null : row.time_zone,
    contentHash: row.content_hash,
    sizeBytes: Number(row.size_bytes),
    receivedBytes: Number(row.received_bytes),
    linesDone: Number(row.lines_done),
    state: row.state,
    counts: countsSchema.parse(row.counts),
    unknownColumns: row.unknown_columns,
    problem: row.problem,
    changedAt: row.changed_at.toISOString(),
  };
}

/** An upload of this tenant; another tenant's is not there. */
export async function getUpload(db: Database, slug: string, id: string): Promise<EventUpload | undefined> {
  const row = await db.selectFrom('event_uploads').selectAll().where('id', '=', id).where('slug', '=', slug).executeTakeFirst();
  return row && uploadOf(row);
}

/** Begins an upload anew: nothing of the file is here, no row is done. The events that it brought stay, and count as repeated. */
async function beginAnew(db: Database, id: string, now: Date): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('event_upload_errors').where('upload_id', '=', id).execute();
    await transaction
      .updateTable('event_uploads')
      .set({
        state: 'receiving',
        received_bytes: '0',
        lines_done: '0',
        counts: '{}',
        unknown_columns: [],
        problem: null,
        leased_until: null,
        changed_at: now,
      })
      .where('id', '=', id)
      .where('state', 'in', ['done', 'failed'])
      .execute();
  });
}

/**
 * Makes an upload, or finds the one of the same file that is read in the same way. One that failed begins anew; with `again`, so does one
 * that is done.
 */
export async function createOrFindUpload(
  db: Database,
  slug: string,
  { fileName, format, source, eventName, timeZone, contentHash, sizeBytes, madeBy }: NewUpload,
  { now, again = false }: { readonly now: Date; readonly again?: boolean },
): Promise<{ readonly upload: EventUpload; readonly found: boolean }> {
  const made = await db
    .insertInto('event_uploads')
    .values({
      id: `up_${randomBytes(8).toString('hex')}`,
      slug,
      file_name: fileName,
      format,
      source,
      event_name: eventName ?? '',
      time_zone: timeZone ?? '',
      content_hash: contentHash,
      size_bytes: String(sizeBytes),
      state: 'receiving',
      made_by: madeBy,
      made_at: now,
      changed_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (made) return { upload: uploadOf(made), found: false };
  const read = async (): Promise<EventUpload> => {
    const found = await findUpload(db, slug, { contentHash, source, eventName, timeZone });
    if (!found) throw new Error('an upload that was there a moment ago is gone');
    return found;
  };
  const upload = await read();
  if (upload.state !== 'failed' && !(again && upload.state === 'done')) return { upload, found: true };
  await beginAnew(db, upload.id, now);
  return { upload: await read(), found: true };
}

/** The upload of the same file that is read in the same way. */
export async function findUpload(
  db: Database,
  slug: string,
  { contentHash, source, eventName, timeZone }: Pick<NewUpload, 'contentHash' | 'source' | 'eventName' | 'timeZone'>,
): Promise<EventUpload | undefined> {
  const row = await db
    .selectFrom('event_uploads')
    .selectAll()
    .where('slug', '=', slug)
    .where('content_hash', '=', contentHash)
    .where('source', '=', source)
    .where('event_name', '=', eventName ?? '')
    .where('time_zone', '=', timeZone ?? '')
    .executeTakeFirst();
  return row && uploadOf(row);
}

/**
 * Asks for the bytes of an import anew that nobody works on and whose file is gone, as when it was begun on another machine. The rows that
 * are done stay done.
 */
export async function askAgain(db: Database, id: string, now: Date): Promise<void> {
  await db
    .updateTable('event_uploads')
    .set({ state: 'receiving', received_bytes: '0', leased_until: null, changed_at: now })
    .where('id', '=', id)
    .where('state', '=', 'importing')
    .where((build) => build.or([build('leased_until', 'is', null), build('leased_until', '<=', now)]))
    .execute();
}

/** How many files of a tenant are on their way, so that a sender cannot begin endlessly many. */
export async function openUploads(db: Database, slug: string): Promise<number> {
  const { count } = await db
    .selectFrom('event_uploads')
    .select((build) => build.fn.countAll<string>().as('count'))
    .where('slug', '=', slug)
    .where('state', '=', 'receiving')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Notes that bytes were received; once all are here, the import begins.
 * @returns false when somebody else moved on from `from` meanwhile
 */
export async function noteReceived(
  db: Database,
  id: string,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('event_uploads')
    .set({
      received_bytes: String(to),
      changed_at: now,
      state: sql<EventUploadState>`case when size_bytes = ${String(to)}::bigint then 'importing' else 'receiving' end`,
    })
    .where('id', '=', id)
    .where('state', '=', 'receiving')
    .where('received_bytes', '=', String(from))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Which of some uploads nobody imports now although all of them is here: the oldest first, and last those whose import broke off last. */
export async function waitingUploads(db: Database, ids: readonly string[], now: Date): Promise<EventUpload[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('event_uploads')
    .selectAll()
    .where('id', 'in', ids)
    .where('state', '=', 'importing')
    .where((build) => build.or([build('leased_until', 'is', null), build('leased_until', '<=', now)]))
    .orderBy(sql`coalesce(leased_until, '-infinity')`)
    .orderBy('changed_at')
    .limit(50)
    .execute();
  return rows.map(uploadOf);
}

/** Takes an upload to be imported, until the lease ends. @returns as it stands, or undefined when somebody else has it */
export async function claimUpload(
  db: Database,
  id: string,
  { now, leasedUntil }: { readonly now: Date; readonly leasedUntil: Date },
): Promise<EventUpload | undefined> {
  const row = await db
    .updateTable('event_uploads')
    .set({ leased_until: leasedUntil })
    .where('id', '=', id)
    .where('state', '=', 'importing')
    .where((build) => build.or([build('leased_until', 'is', null), build('leased_until', '<=', now)]))
    .returningAll()
    .executeTakeFirst();
  return row && uploadOf(row);
}

/** Prolongs the lease of a running import, or with null gives it back; one that ends at once lets other files go first. */
export async function leaseUpload(db: Database, id: string, leasedUntil: Date | null): Promise<void> {
  await db.updateTable('event_uploads').set({ leased_until: leasedUntil }).where('id', '=', id).where('state', '=', 'importing').execute();
}

export interface UploadProgress {
  readonly from: { readonly linesDone: number; readonly counts: UploadCounts };
  readonly to: { readonly linesDone: number; readonly counts: UploadCounts };
  readonly errors: readonly UploadError[];
  readonly unknownColumns: readonly string[];
  readonly leasedUntil: Date;
  readonly now: Date;
}

/** Two processes imported one file, because one of them was taken for dead; the one that is behind gives up. */
export class ImportedElsewhere extends Error {
  override readonly name = 'ImportedElsewhere';
}

/**
 * Notes a batch of rows as done, in the transaction that stores their events.
 * @throws ImportedElsewhere when another process went on from the same line; the transaction must then be given up
 */
export async function noteRows(transaction: Transaction<Tables>, id: string, progress: UploadProgress): Promise<void> {
  const { from, to, errors, unknownColumns, leasedUntil, now } = progress;
  const { numUpdatedRows } = await transaction
    .updateTable('event_uploads')
    .set({
      lines_done: String(to.linesDone),
      counts: JSON.stringify(to.counts),
      unknown_columns: [...unknownColumns],
      leased_until: leasedUntil,
      changed_at: now,
    })
    .where('id', '=', id)
    .where('state', '=', 'importing')
    .where('lines_done', '=', String(from.linesDone))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ImportedElsewhere(`upload ${id} is imported by another process too; this one stops`);
  const before = from.counts.refused + from.counts.unmapped;
  const kept = errors.slice(0, Math.max(0, ERRORS_KEPT - before));
  if (kept.length > 0)
    await transaction
      .insertInto('event_upload_errors')
      .values(kept.map(({ line, field, reason, sentence }) => ({ upload_id: id, line: String(line), field, reason, sentence })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Ends an import: done, or failed with a sentence that holds no value of the file. */
export async function endUpload(
  db: Database,
  id: string,
  end: { readonly problem: string | null; readonly unknownColumns?: readonly string[]; readonly now: Date },
): Promise<void> {
  await db
    .updateTable('event_uploads')
    .set({
      state: end.problem === null ? 'done' : 'failed',
      problem: end.problem,
      leased_until: null,
      changed_at: end.now,
      ...(end.unknownColumns === undefined ? {} : { unknown_columns: [...end.unknownColumns] }),
    })
    .where('id', '=', id)
    .where('state', 'in', ['receiving', 'importing'])
    .execute();
  await dropForgotten(db);
}

/** Rows that were not taken in, by line, from behind a line on. */
export async function uploadErrors(
  db: Database,
  id: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<UploadError[]> {
  const rows = await db
    .selectFrom('event_upload_errors')
    .selectAll()
    .where('upload_id', '=', id)
    .where('line', '>', String(after))
    .orderBy('line')
    .limit(limit)
    .execute();
  return rows.map(({ line, field, reason, sentence }) => ({ line: Number(line), field, reason, sentence }));
}

/** Gives up uploads of which nothing was heard since a moment. @returns their ids */
export async function giveUpUploads(db: Database, since: Date, now: Date): Promise<string[]> {
  const rows = await db
    .updateTable('event_uploads')
    .set({ state: 'failed', problem: 'nothing more of it was received for a week: hand it in again', changed_at: now, leased_until: null })
    .where('state', 'in', ['receiving', 'importing'])
    .where('changed_at', '<', since)
    .where((build) => build.or([build('leased_until', 'is', null), build('leased_until', '<=', now)]))
    .returning('id')
    .execute();
  await dropForgotten(db);
  return rows.map(({ id }) => id);
}

/** The states of uploads, by id; those that are not there are left out. */
export async function getUploadsById(db: Database, ids: readonly string[]): Promise<Map<string, EventUploadState>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('event_uploads').select(['id', 'state']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, state }) => [id, state]));
}
