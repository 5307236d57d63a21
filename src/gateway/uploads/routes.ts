import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { EVENT_NAME } from '../../contract/event-settings.js';
import { EVENT_SOURCES } from '../../contract/events.js';
import { isTimeZone } from '../../domain/time-zones.js';
import type { OpenWriteKey } from '../../store/event-write-keys.js';
import {
  askAgain,
  createOrFindUpload,
  type EventUpload,
  findUpload,
  getUpload,
  openUploads,
  uploadErrors,
} from '../../store/event-uploads.js';
import { readBody } from '../body.js';
import { callerOf, type Intake, tenantMap } from '../events-route.js';
import { checkOrigin } from '../origins.js';
import { Refusal } from '../refusal.js';
import { keyOf } from '../write-key.js';
import { receiveBytes } from './receive.js';
import { bytesHere } from './upload-files.js';

/** Files of one tenant that may be on their way at the same time. */
const MOST_OPEN = 50;
const MOST_ERRORS = 1_000;

const announcedSchema = z.strictObject({
  file_name: z.string().regex(/^[^\p{Cc}/\\]{1,200}$/u, 'a file name of at most 200 characters'),
  format: z.enum(['csv', 'jsonl']),
  size_bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the whole file in lower-case hex'),
  source: z.enum(EVENT_SOURCES).default('offline'),
  event_name: z.string().regex(EVENT_NAME, 'a name of an event').optional(),
  time_zone: z.string().refine(isTimeZone, 'an IANA time zone, such as Europe/Berlin').optional(),
  again: z.boolean().default(false),
});

function viewOf(upload: EventUpload): object {
  return {
    id: upload.id,
    state: upload.state,
    file_name: upload.fileName,
    format: upload.format,
    source: upload.source,
    event_name: upload.eventName,
    time_zone: upload.timeZone,
    size_bytes: upload.sizeBytes,
    received_bytes: upload.receivedBytes,
    lines_done: upload.linesDone,
    counts: upload.counts,
    unknown_columns: upload.unknownColumns,
    problem: upload.problem,
  };
}

/** @throws Refusal 401, 403 for pages and their keys, 429 */
async function serverKey({ deps, limits }: Intake, c: Context, slug: string): Promise<OpenWriteKey> {
  const address = callerOf(deps, c);
  const key = await keyOf(deps, c, slug).catch(async (error: unknown) => {
    if (error instanceof Refusal && error.status === 401) await limits.wrongKey(address);
    throw error;
  });
  checkOrigin(c, key);
  if (key.origins.length > 0)
    throw new Refusal(
      403,
      'browser_key',
      'a write key for browsers hands in no files',
      'use a key without origins (kobi events keys create SLUG --name NAME --as PERSON)',
    );
  await limits.of(key, address).events(1);
  return key;
}

async function uploadAt({ deps }: Intake, c: Context, slug: string): Promise<EventUpload> {
  const upload = await getUpload(deps.eventsDb, slug, c.req.param('id') ?? '');
  if (!upload)
    throw new Refusal(
      404,
      'no_such_upload',
      'this tenant has no upload of that id',
      'POST /v1/uploads/TENANT announces a file and tells its id',
    );
  return upload;
}

function numberIn(c: Context, name: string, otherwise: number): number {
  const written = c.req.query(name);
  if (written === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(written))
    throw new Refusal(400, 'bad_query', `${name} is no whole number`, 'leave it out, or send one', {}, { field: name });
  return Number(written);
}

/** Files of events, handed in piece by piece: announced, filled, and asked about. What is here as a whole is imported in the background. */
export function uploadRoutes(intake: Intake): Hono {
  const { deps } = intake;
  const routes = new Hono();

  routes.post('/uploads/:slug', async (c) => {
    const slug = c.req.param('slug');
    const key = await serverKey(intake, c, slug);
    const body = await readBody(c, { maxBytes: 100_000, maxMs: deps.limits.bodyMs });
    const announced = announcedSchema.safeParse(body.kind === 'json' ? body.value : undefined);
    if (!announced.success) {
      const [issue] = announced.error.issues;
      const field = issue?.path.join('.') ?? '';
      throw new Refusal(
        400,
        'bad_request',
        `${field === '' ? '' : `${field}: `}${issue?.message ?? 'is wrong'}`,
        'docs/events.md shows how a file is announced',
        {},
        field === '' ? {} : { field },
      );
    }
    const { data } = announced;
    if (data.size_bytes > deps.limits.uploadBytes)
      throw new Refusal(
        413,
        'file_too_large',
        `a file has at most ${deps.limits.uploadBytes} bytes`,
        'split it',
        {},
        { field: 'size_bytes' },
      );
    await tenantMap(intake, slug, key);
    const about = {
      fileName: data.file_name,
      format: data.format,
      source: data.source,
      eventName: data.event_name ?? null,
      timeZone: data.time_zone ?? null,
      contentHash: data.sha256,
      sizeBytes: data.size_bytes,
      madeBy: key.id,
    };
    const known = await findUpload(deps.eventsDb, slug, about);
    const now = deps.clock();
    if (known?.state === 'importing' && (await bytesHere(deps.uploadFolder, known.id)) !== known.sizeBytes)
      await askAgain(deps.eventsDb, known.id, now);
    if (!known && (await openUploads(deps.eventsDb, slug)) >= MOST_OPEN)
      throw new Refusal(
        429,
        'too_many_uploads',
        `${MOST_OPEN} files of this tenant are on their way already`,
        'finish some of them first',
        { 'retry-after': '600' },
      );
    const { upload, found } = await createOrFindUpload(deps.eventsDb, slug, about, { now, again: data.again });
    return c.json(viewOf(upload), found ? 200 : 201);
  });

  routes.patch('/uploads/:slug/:id', async (c) => {
    const slug = c.req.param('slug');
    const done = intake.limits.begin();
    let leave: () => void = () => undefined;
    try {
      const key = await serverKey(intake, c, slug);
      leave = intake.limits.of(key, callerOf(deps, c)).begin();
      const upload = await uploadAt(intake, c, slug);
      if (upload.state !== 'receiving') return c.json(viewOf(upload), upload.state === 'failed' ? 409 : 200);
      const received = await receiveBytes(intake, c, upload);
      c.header('upload-offset', String(received));
      return c.json(viewOf(await uploadAt(intake, c, slug)));
    } finally {
      leave();
      done();
    }
  });

  routes.get('/uploads/:slug/:id', async (c) => {
    const slug = c.req.param('slug');
    await serverKey(intake, c, slug);
    const upload = await uploadAt(intake, c, slug);
    const after = numberIn(c, 'errors_after', 0);
    const limit = Math.min(numberIn(c, 'errors', 100), MOST_ERRORS);
    const errors = limit === 0 ? [] : await uploadErrors(deps.eventsDb, upload.id, { after, limit });
    return c.json({ ...viewOf(upload), errors });
  });

  return routes;
}
