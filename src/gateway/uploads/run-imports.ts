import { setTimeout as delay } from 'node:timers/promises';
import { importUpload, LEASE_MS } from '../../events/uploads/import.js';
import { claimUpload, type EventUpload, type UploadCounts, waitingUploads } from '../../store/event-uploads.js';
import type { Intake } from '../events-route.js';
import { bytesHere, readFrom, removeFile, uploadsHere } from './upload-files.js';

const LOOKS_EVERY_MS = 1_000;
const AFTER_FAILURE_MS = 5_000;
/** Files that one process imports at the same time: a large one must not hold up a small one, nor all of them the requests. */
const LANES = 2;

/** The next file that lies here and that nobody imports; those in another gateway's folder are that one's. */
async function nextUpload({ deps }: Intake): Promise<EventUpload | undefined> {
  const now = deps.clock();
  for (const { id, sizeBytes } of await waitingUploads(deps.eventsDb, await uploadsHere(deps.uploadFolder), now)) {
    if ((await bytesHere(deps.uploadFolder, id)) !== sizeBytes) continue;
    const claimed = await claimUpload(deps.eventsDb, id, { now, leasedUntil: new Date(now.getTime() + LEASE_MS) });
    if (claimed) return claimed;
  }
  return undefined;
}

async function importOne({ deps, maps, measured }: Intake, upload: EventUpload, stop: AbortSignal): Promise<void> {
  const { eventsDb: db, clock, log, uploadFolder } = deps;
  let before = upload.counts;
  const onBatch = (_lines: number, counts: UploadCounts): void => {
    const { rows: _rows, ...outcomes } = counts;
    measured.events('upload', {
      accepted: outcomes.accepted - before.accepted,
      repeated: outcomes.repeated - before.repeated,
      unmapped: outcomes.unmapped - before.unmapped,
      refused: outcomes.refused - before.refused,
      dropped: outcomes.dropped - before.dropped,
      ignored: 0,
    });
    before = counts;
  };
  const end = await importUpload({ db, maps, clock, stop, onBatch }, upload, () => readFrom(uploadFolder, upload.id));
  if (end !== 'stopped') await removeFile(uploadFolder, upload.id);
  log.info({ upload: upload.id, end, from_line: upload.linesDone, counts: before }, 'a file was imported');
}

async function lane(intake: Intake, stop: AbortSignal): Promise<void> {
  const { log } = intake.deps;
  let failing = false;
  while (!stop.aborted) {
    let pause = LOOKS_EVERY_MS;
    try {
      const upload = await nextUpload(intake);
      if (upload) {
        pause = 0;
        await importOne(intake, upload, stop);
      }
      failing = false;
    } catch (error) {
      pause = AFTER_FAILURE_MS;
      if (!failing)
        log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'an import broke off; it goes on behind its last batch',
        );
      failing = true;
    }
    await delay(pause, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Imports files that are here as a whole until `stop`, and ends after the batch that is at work then. */
export async function runImports(intake: Intake, stop: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: LANES }, () => lane(intake, stop)));
}
