import { createHash } from 'node:crypto';
import type { EventVerdict } from '../../contract/events.js';
import { judgeEvent, unreadable } from '../../domain/events/judge.js';
import { type HashedIdentifier, unlessForgotten } from '../../domain/events/forgotten.js';
import { stableId } from '../../domain/events/forms/stable-id.js';
import { inZone } from '../../domain/events/local-time.js';
import { firstOf, isFields, saysNothing } from '../../domain/events/plain-values.js';
import type { PreparedMap } from '../../domain/events/prepared-map.js';
import type { Database } from '../../store/database.js';
import { checkForgotten, ForgottenMeanwhile, forgottenInUpload } from '../../store/event-forgotten.js';
import {
  endUpload,
  type EventUpload,
  ImportedElsewhere,
  leaseUpload,
  noteRows,
  type UploadCounts,
  type UploadError,
} from '../../store/event-uploads.js';
import { type EventAnswer, MAX_BATCH, takeInVerdicts } from '../intake.js';
import type { TenantMaps } from '../tenant-maps.js';
import { csvRows, FileUnreadable, jsonRows, type UploadRow } from './rows.js';

/** How long an import counts as alive without a word of it. */
export const LEASE_MS = 15_000;

export interface ImportDependencies {
  readonly db: Database;
  readonly maps: TenantMaps;
  readonly clock: () => Date;
  /** Ends the import after the batch that is at work; it goes on from there later. */
  readonly stop?: AbortSignal;
  /** Hears of every batch that is stored. */
  readonly onBatch?: (linesDone: number, counts: UploadCounts) => void;
}

export type ImportEnd = 'done' | 'failed' | 'stopped';

/** The event as the upload says it: with its source, its name, and an id that is the same whenever the row comes. */
function wholeEvent(event: unknown, { source, eventName, timeZone }: EventUpload, prepared: PreparedMap): unknown {
  if (!isFields(event)) return event;
  const named = {
    ...event,
    timestamp: inZone(event.timestamp, timeZone),
    source: saysNothing(event.source) ? source : event.source,
    name: saysNothing(event.name) ? (eventName ?? event.name) : event.name,
  };
  if (!saysNothing(event.event_id)) return named;
  const target = typeof named.name === 'string' ? prepared.target(sourceKnown(named.source, source), named.name) : undefined;
  const order = isFields(event.params) ? firstOf(event.params, 'transaction_id', 'order_id') : undefined;
  // A purchase goes by its order number.
  if (target?.event === 'Purchase' && order !== undefined) return named;
  const id = stableId('row', named);
  return id === undefined ? named : { ...named, event_id: id };
}

function sourceKnown(written: unknown, fallback: EventUpload['source']): EventUpload['source'] {
  return written === 'web' || written === 'app' || written === 'offline' || written === 'crm' ? written : fallback;
}

function errorOf(line: number, answer: EventAnswer): UploadError[] {
  if (answer.status === 'refused')
    return [{ line, field: answer.field, reason: answer.reason, sentence: `${answer.sentence} ${answer.mend}` }];
  if (answer.status === 'unmapped') return [{ line, field: 'name', reason: 'unmapped', sentence: answer.suggestion }];
  return [];
}

function countsAfter(before: UploadCounts, answers: readonly EventAnswer[]): UploadCounts {
  const counts = { ...before, rows: before.rows + answers.length };
  for (const answer of answers) counts[answer.status === 'accepted' && answer.repeated ? 'repeated' : answer.status] += 1;
  return counts;
}

async function hashOf(chunks: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(Buffer.isBuffer(chunk) ? chunk : String(chunk));
  return hash.digest('hex');
}

interface Running {
  readonly deps: ImportDependencies;
  readonly upload: EventUpload;
  at: { linesDone: number; counts: UploadCounts };
  unknownColumns: readonly string[];
}

async function storeBatch(running: Running, rows: readonly UploadRow[]): Promise<void> {
  for (;;) {
    try {
      return await tryBatch(running, rows, await forgottenInUpload(running.deps.db, running.upload.id));
    } catch (error) {
      if (!(error instanceof ForgottenMeanwhile)) throw error;
    }
  }
}

async function tryBatch(running: Running, rows: readonly UploadRow[], forgotten: readonly HashedIdentifier[]): Promise<void> {
  const { deps, upload } = running;
  const { db, maps, clock } = deps;
  const prepared = await maps.now(upload.slug);
  if (!prepared)
    throw new FileUnreadable(
      `${upload.slug} has no event settings: kobi events settings set ${upload.slug} FILE --as PERSON, then hand the file in again`,
    );
  const now = clock();
  const verdicts = rows.map(
    ({ read }): EventVerdict =>
      'problem' in read
        ? unreadable(read.problem)
        : unlessForgotten(judgeEvent(prepared, wholeEvent(read.event, upload, prepared), now), forgotten),
  );
  let to = running.at;
  await takeInVerdicts({ db, prepared }, upload.slug, verdicts, now, {
    everBefore: true,
    alongside: async (transaction, answers) => {
      to = { linesDone: rows.at(-1)?.lastLine ?? running.at.linesDone, counts: countsAfter(running.at.counts, answers) };
      await noteRows(transaction, upload.id, {
        from: running.at,
        to,
        errors: answers.flatMap((answer, index) => errorOf(rows[index]?.line ?? 0, answer)),
        unknownColumns: running.unknownColumns,
        leasedUntil: new Date(now.getTime() + LEASE_MS),
        now,
      });
      await checkForgotten(transaction, upload.id, forgotten);
    },
  });
  running.at = to;
  deps.onBatch?.(to.linesDone, to.counts);
}

async function importRows(running: Running, open: () => AsyncIterable<unknown>): Promise<ImportEnd> {
  const { deps, upload } = running;
  if ((await hashOf(open())) !== upload.contentHash)
    throw new FileUnreadable('the bytes are not those that were announced (their SHA-256 is another): hand the file in again');
  const head = (unknown: readonly string[]): void => {
    running.unknownColumns = unknown;
  };
  const rows = upload.format === 'csv' ? csvRows(open(), { namesEvent: upload.eventName === null, head }) : jsonRows(open());
  let batch: UploadRow[] = [];
  for await (const row of rows) {
    if (row.line <= upload.linesDone) continue;
    batch.push(row);
    if (batch.length < MAX_BATCH) continue;
    await storeBatch(running, batch);
    batch = [];
    if (deps.stop?.aborted) return 'stopped';
  }
  if (batch.length > 0) await storeBatch(running, batch);
  return 'done';
}

/**
 * Imports a file that this process has claimed: every batch of rows is stored together with how far the file came, so that an import that
 * was killed goes on behind its last batch, and no row is lost or taken in twice. Rows that stand in a file again, weeks later too, count
 * as repeated.
 *
 * @param open the file from its beginning; called twice
 * @throws what the database throws; the upload then waits to be claimed again
 */
export async function importUpload(deps: ImportDependencies, upload: EventUpload, open: () => AsyncIterable<unknown>): Promise<ImportEnd> {
  const { db, clock } = deps;
  const running: Running = {
    deps,
    upload,
    at: { linesDone: upload.linesDone, counts: upload.counts },
    unknownColumns: upload.unknownColumns,
  };
  const alive = setInterval(() => {
    // A lease that cannot be prolonged ends, and another process goes on; the batches keep the two apart.
    leaseUpload(db, upload.id, new Date(clock().getTime() + LEASE_MS)).catch(() => undefined);
  }, LEASE_MS / 3);
  try {
    const end = await importRows(running, open);
    if (end === 'stopped') await leaseUpload(db, upload.id, null);
    else await endUpload(db, upload.id, { problem: null, unknownColumns: running.unknownColumns, now: clock() });
    return end;
  } catch (error) {
    if (error instanceof ImportedElsewhere) throw error;
    if (!(error instanceof FileUnreadable)) {
      // It ends now, so that others of this tenant and of all go first. Where the database is away, it ends by itself.
      await leaseUpload(db, upload.id, clock()).catch(() => undefined);
      throw error;
    }
    await endUpload(db, upload.id, { problem: error.message, now: clock() });
    return 'failed';
  } finally {
    clearInterval(alive);
  }
}
