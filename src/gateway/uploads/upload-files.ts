import { createReadStream } from 'node:fs';
import { constants, type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getUploadsById, giveUpUploads } from '../../store/event-uploads.js';
import type { GatewayDependencies } from '../dependencies.js';

const WEEK_MS = 7 * 86_400_000;
const ENDING = '.part';

function pathOf(folder: string, id: string): string {
  return join(folder, `${id}${ENDING}`);
}

/** The bytes of an upload that lie here; undefined where its file is not in this folder. */
export async function bytesHere(folder: string, id: string): Promise<number | undefined> {
  const facts = await stat(pathOf(folder, id)).catch(() => undefined);
  return facts?.size;
}

/** The uploads whose files, or parts of them, lie here. */
export async function uploadsHere(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
}

/** The file of an upload to be written into; nobody but this process's user can read it. */
export async function openToWrite(folder: string, id: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return open(pathOf(folder, id), constants.O_RDWR | constants.O_CREAT, 0o600);
}

/** The file of an upload from its beginning. */
export function readFrom(folder: string, id: string): AsyncIterable<unknown> {
  return createReadStream(pathOf(folder, id));
}

/** Takes an upload's bytes away; raw identifiers stand in them. */
export async function removeFile(folder: string, id: string): Promise<void> {
  await rm(pathOf(folder, id), { force: true });
}

/** Gives up uploads of which nothing was heard for a week, and takes away files that no upload waits for. */
export async function dropStaleUploads({
  eventsDb: db,
  clock,
  uploadFolder,
  log,
}: Pick<GatewayDependencies, 'eventsDb' | 'clock' | 'uploadFolder' | 'log'>): Promise<void> {
  const now = clock();
  const ids = await giveUpUploads(db, new Date(now.getTime() - WEEK_MS), now);
  if (ids.length > 0) log.info({ uploads: ids }, 'uploads of which nothing was heard for a week were given up');
  const here = await uploadsHere(uploadFolder);
  const states = await getUploadsById(db, here);
  for (const id of here) {
    const state = states.get(id);
    if (state === undefined || state === 'done' || state === 'failed') await removeFile(uploadFolder, id);
  }
}
