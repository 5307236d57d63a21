import type { Context } from 'hono';
import { type EventUpload, noteReceived } from '../../store/event-uploads.js';
import { Refusal } from '../refusal.js';
import type { Intake } from '../events-route.js';
import { bytesHere, openToWrite } from './upload-files.js';

/** Where the bytes of a request belong in the file. */
function offsetOf(c: Context, { sizeBytes }: EventUpload): number {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(c.req.header('content-range') ?? '');
  const plain = /^\d{1,15}$/.exec(c.req.header('upload-offset') ?? '')?.[0];
  if (!range && plain === undefined)
    throw new Refusal(
      400,
      'offset_missing',
      'nothing says where these bytes belong',
      'send content-range: bytes FROM-TO/SIZE, or upload-offset: FROM',
    );
  if (range && range[3] !== '*' && Number(range[3]) !== sizeBytes)
    throw new Refusal(
      400,
      'size_differs',
      `the file was announced with ${sizeBytes} bytes`,
      'announce the file anew',
      {},
      { field: 'content-range' },
    );
  return Number(range?.[1] ?? plain);
}

function gap(wanted: number): Refusal {
  return new Refusal(
    409,
    'other_offset',
    `the file goes on at byte ${wanted}`,
    `send the bytes from ${wanted} on`,
    { 'upload-offset': String(wanted) },
    { received_bytes: wanted },
  );
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/**
 * Appends a request's bytes to an upload. What came before a connection broke stays; the answer to `GET` says where to go on.
 * @returns how many bytes of the file are here now
 * @throws Refusal 400, 409 with the offset that is wanted, 413, 503
 */
export async function receiveBytes({ deps, measured }: Intake, c: Context, upload: EventUpload): Promise<number> {
  const { eventsDb: db, clock, uploadFolder } = deps;
  const { id, sizeBytes, receivedBytes } = upload;
  const offset = offsetOf(c, upload);
  if (offset !== receivedBytes) throw gap(receivedBytes);
  // The folder may be another one than before, or have been emptied.
  if (((await bytesHere(uploadFolder, id)) ?? 0) < receivedBytes) {
    await noteReceived(db, id, { from: receivedBytes, to: 0, now: clock() });
    throw gap(0);
  }
  const file = await openToWrite(uploadFolder, id);
  let at = offset;
  let fault: unknown;
  try {
    const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
    for await (const part of body ?? []) {
      if (at + part.byteLength > sizeBytes)
        throw new Refusal(
          413,
          'too_many_bytes',
          `the file was announced with ${sizeBytes} bytes, and these are more`,
          'announce the file anew',
        );
      await file.write(part, 0, part.byteLength, at);
      at += part.byteLength;
    }
  } catch (error) {
    fault = error;
  }
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  measured.uploadBytes(at - offset);
  if (at > offset && !(await noteReceived(db, id, { from: offset, to: at, now: clock() })))
    throw new Refusal(
      409,
      'two_at_once',
      'the same bytes are being sent by somebody else',
      'ask with GET how far the file came, and go on there',
    );
  if (fault instanceof Refusal) throw fault;
  if (isFull(fault))
    throw new Refusal(
      503,
      'no_room',
      'the gateway has no room for the file now',
      'go on later from where it stopped; operators: make room in KOBI_GATEWAY_UPLOADS',
      { 'retry-after': '300' },
    );
  if (fault !== undefined)
    throw new Refusal(400, 'cut_off', 'the connection ended before the request did', `go on at byte ${at}`, {}, { received_bytes: at });
  return at;
}
