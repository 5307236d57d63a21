import { createReadStream } from 'node:fs';
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

/**
 * Imports a file straight into the database, going on where an earlier attempt stopped.
 *
 * @param tell hears how many lines are done
 * @throws CommandFault when somebody else is importing it now
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
  const now = clock();
  const claimed: EventUpload | undefined = await claimUpload(db, upload.id, { now, leasedUntil: new Date(now.getTime() + LEASE_MS) });
  if (!claimed)
    throw failed(`this file is being imported by somebody else (${upload.id}); if that one died, try again in ${LEASE_MS / 1_000} s`, {
      upload: upload.id,
    });
  if (claimed.linesDone > 0) tell(claimed.linesDone);
  await importUpload({ db, maps: createTenantMaps(engineDb), clock, onBatch: tell }, claimed, () => createReadStream(file.path));
  return resultOf(db, slug, upload.id, false);
}
