import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { importUpload, LEASE_MS } from '../../events/uploads/import.js';
import { createTenantMaps } from '../../events/tenant-maps.js';
import type { Database } from '../../store/database.js';
import {
  claimUpload,
  createOrFindUpload,
  type EventUpload,
  getUpload,
  noteReceived,
  type UploadError,
  uploadErrors,
} from '../../store/event-uploads.js';
import { failed } from '../exit.js';
import type { FileFacts } from './file-facts.js';
import { ERRORS_AT_ONCE, type UploadResult, type UploadWishes } from './upload-result.js';

const LOOKS_EVERY_MS = 500;

async function allErrors(db: Database, id: string): Promise<UploadError[]> {
  const all: UploadError[] = [];
  for (;;) {
    const some = await uploadErrors(db, id, { after: all.at(-1)?.line ?? 0, limit: ERRORS_AT_ONCE });
    all.push(...some);
    if (some.length < ERRORS_AT_ONCE) return all;
  }
}

async function resultOf(db: Database, slug: string, id: string, before: boolean): Promise<UploadResult> {
  const upload = await getUpload(db, slug, id);
  if (!upload || (upload.state !== 'done' && upload.state !== 'failed'))
    throw failed('the import stopped before its end; run the same command again, and it goes on from there', { upload: id });
  const { state, counts, unknownColumns, problem } = upload;
  return { id, state, before, counts, unknownColumns, problem, errors: await allErrors(db, id) };
}

/** Takes the import, after whoever has it now: they finish it, or died and their lease ends. Undefined once they finished it. */
async function claimedOrOver(db: Database, { slug, id }: EventUpload, tell: (linesDone: number) => void): Promise<EventUpload | undefined> {
  for (;;) {
    const now = new Date();
    const claimed = await claimUpload(db, id, { now, leasedUntil: new Date(now.getTime() + LEASE_MS) });
    if (claimed) return claimed;
    const current = await getUpload(db, slug, id);
    if (current?.state !== 'importing') return undefined;
    tell(current.linesDone);
    await delay(LOOKS_EVERY_MS);
  }
}

/**
 * Imports a file straight into the database, going on where an earlier attempt stopped.
 *
 * @param tell hears how many lines are done, also by somebody else who imports it at this moment
 */
export async function importHere(
  { db: engineDb, eventsDb: db }: { readonly db: Database; readonly eventsDb: Database },
  slug: string,
  { file, wishes, madeBy }: { readonly file: FileFacts; readonly wishes: UploadWishes; readonly madeBy: string },
  tell: (linesDone: number) => void,
): Promise<UploadResult> {
  const clock = () => new Date();
  const { upload } = await createOrFindUpload(
    db,
    slug,
    { ...file, source: wishes.source, eventName: wishes.eventName, timeZone: wishes.timeZone, madeBy },
    { now: clock(), again: wishes.again },
  );
  if (upload.state === 'done') return resultOf(db, slug, upload.id, true);
  if (upload.state === 'receiving') await noteReceived(db, upload.id, { from: upload.receivedBytes, to: upload.sizeBytes, now: clock() });
  const claimed = await claimedOrOver(db, upload, tell);
  if (!claimed) return resultOf(db, slug, upload.id, false);
  if (claimed.linesDone > 0) tell(claimed.linesDone);
  await importUpload({ db, maps: createTenantMaps(engineDb), clock, onBatch: tell }, claimed, () => createReadStream(file.path));
  return resultOf(db, slug, upload.id, false);
}
