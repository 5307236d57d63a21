import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/domain/events/hashing.js';
import { forgetPerson } from '../../src/store/event-privacy.js';
import { createTenantMaps } from '../../src/events/tenant-maps.js';
import { importUpload } from '../../src/events/uploads/import.js';
import {
  claimUpload,
  createOrFindUpload,
  type EventUpload,
  getUpload,
  ImportedElsewhere,
  leaseUpload,
  noteReceived,
  uploadErrors,
  waitingUploads,
} from '../../src/store/event-uploads.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { rowsOf, tenantWith } from '../gateway/running.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.close());

const AT = new Date(Date.now() - 3_600_000).toISOString();
const clock = () => new Date();

function sales(slug: string, count: number): Buffer {
  const line = (index: number): string =>
    JSON.stringify({
      name: 'purchase',
      event_id: `${slug}-${index}`,
      timestamp: AT,
      user: index % 100 === 7 ? {} : { email: `person-${index}@example.org` },
    });
  return Buffer.from(Array.from({ length: count }, (_, index) => line(index)).join('\n'));
}

/** A file that is here as a whole, taken to be imported. */
async function claimed(slug: string, file: Buffer): Promise<EventUpload> {
  const { db } = fresh;
  await tenantWith(db, slug);
  const about = {
    fileName: 'sales.jsonl',
    format: 'jsonl',
    source: 'offline',
    eventName: null,
    timeZone: null,
    sizeBytes: file.length,
    madeBy: 'ops-a',
  } as const;
  const contentHash = createHash('sha256').update(file).digest('hex');
  const { upload } = await createOrFindUpload(db, slug, { ...about, contentHash }, { now: clock() });
  await noteReceived(db, upload.id, { from: 0, to: file.length, now: clock() });
  const mine = await claimUpload(db, upload.id, { now: clock(), leasedUntil: new Date(Date.now() + 60_000) });
  if (!mine) throw new Error('nobody else has it, but it cannot be claimed');
  return mine;
}

async function* chunksOf(file: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.length; at += 10_007) yield file.subarray(at, at + 10_007);
}

/** A list in a list in a list: more than can be written again. */
const DEEP = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

describe('an import', () => {
  it('of a row that is nested without end refuses that row alone', async () => {
    const good = JSON.stringify({ name: 'purchase', event_id: 'deep-1', timestamp: AT, user: { email: 'person-1@example.org' } });
    const deep = `{"name":"lead","timestamp":${JSON.stringify(AT)},"user":{"email":"person-2@example.org"},"params":{"x":${DEEP}}}`;
    const file = Buffer.from([deep, good].join('\n'));
    const upload = await claimed('deep', file);
    const deps = { db: fresh.db, maps: createTenantMaps(fresh.db), clock };
    expect(await importUpload(deps, upload, () => chunksOf(file))).toBe('done');
    expect((await getUpload(fresh.db, 'deep', upload.id))?.counts).toMatchObject({ rows: 2, accepted: 1, refused: 1 });
    expect(await uploadErrors(fresh.db, upload.id, { after: 0, limit: 10 })).toMatchObject([{ line: 1, reason: 'event_id_missing' }]);
  });

  it('that two processes do at once, because one was taken for dead, takes every row in once', async () => {
    const file = sales('two', 5_000);
    const upload = await claimed('two', file);
    const run = () => importUpload({ db: fresh.db, maps: createTenantMaps(fresh.db), clock }, upload, () => chunksOf(file));
    const ends = await Promise.allSettled([run(), run()]);
    expect(ends.filter((end) => end.status === 'fulfilled' && end.value === 'done')).toHaveLength(1);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(ImportedElsewhere);
    expect((await getUpload(fresh.db, 'two', upload.id))?.counts).toMatchObject({ rows: 5_000, accepted: 4_950, repeated: 0, refused: 50 });
    expect(await rowsOf(fresh.db, 'two')).toHaveLength(5_000);
  });

  it('that is told to stop ends after a batch and goes on there, for whoever takes it next', async () => {
    const file = sales('stop', 3_500);
    const first = await claimed('stop', file);
    const stop = new AbortController();
    const seen: number[] = [];
    const onBatch = (linesDone: number): void => {
      seen.push(linesDone);
      if (seen.length === 2) stop.abort();
    };
    const deps = { db: fresh.db, maps: createTenantMaps(fresh.db), clock };
    expect(await importUpload({ ...deps, stop: stop.signal, onBatch }, first, () => chunksOf(file))).toBe('stopped');
    expect(seen).toEqual([1_000, 2_000]);
    const next = await claimUpload(fresh.db, first.id, { now: clock(), leasedUntil: new Date(Date.now() + 60_000) });
    expect(next).toMatchObject({ linesDone: 2_000, counts: { rows: 2_000 } });
    if (!next) throw new Error('a stopped import cannot be taken');
    expect(await importUpload(deps, next, () => chunksOf(file))).toBe('done');
    expect((await getUpload(fresh.db, 'stop', first.id))?.counts).toMatchObject({ rows: 3_500, accepted: 3_465, repeated: 0, refused: 35 });
  });

  it('brings nothing of somebody who asked to be forgotten since the file was handed in, whichever batch is at work then', async () => {
    const text = sales('gone', 4_500)
      .toString('utf8')
      .replaceAll(/person-(?:3|1500|2400)@/g, 'Person-X@')
      .replaceAll(/person-(?:4|2500|4400)@/g, 'Person-Y@');
    const file = Buffer.from(text);
    const upload = await claimed('gone', file);
    const { db } = fresh;
    const forget = (email: string): ReturnType<typeof forgetPerson> =>
      forgetPerson({ db, ledger: db }, 'gone', {
        identifiers: [{ field: 'email', hash: sha256(email) }],
        actor: 'ops-a',
        key: `forget ${email}`,
        now: clock(),
        atOnce: 100,
      });
    const deps = { db, maps: createTenantMaps(db), clock };
    const stop = new AbortController();
    const stopping = { ...deps, stop: stop.signal, onBatch: () => stop.abort() };
    expect(await importUpload(stopping, upload, () => chunksOf(file))).toBe('stopped');
    expect(await forget('person-x@example.org')).toEqual({ events: 1, unsent: 1, busy: 0, files: 1 });
    const next = await claimUpload(db, upload.id, { now: clock(), leasedUntil: new Date(Date.now() + 60_000) });
    if (!next) throw new Error('a stopped import cannot be taken');
    let asked: ReturnType<typeof forgetPerson> | undefined;
    const onBatch = (linesDone: number): void => void (linesDone === 3_000 && (asked = forget('person-y@example.org')));
    expect(await importUpload({ ...deps, onBatch }, next, () => chunksOf(file))).toBe('done');
    expect(await asked).toMatchObject({ busy: 0 });
    const kept = await rowsOf(db, 'gone');
    const hashes = ['person-x@example.org', 'person-y@example.org'].map(sha256);
    expect(kept.filter(({ payload }) => hashes.some((hash) => payload?.user.email === hash))).toEqual([]);
    expect(kept.filter(({ state, reason }) => state === 'dropped' && reason === 'forgotten')).toHaveLength(6);
    expect(await db.selectFrom('event_forgotten').selectAll().execute()).toEqual([]);
  });

  it('whose batch the database refuses goes on with that very batch', async () => {
    const file = sales('db', 2_500);
    const upload = await claimed('db', file);
    const deps = { db: fresh.db, maps: createTenantMaps(fresh.db), clock };
    await sql`alter table events add constraint no_1500 check (event_id <> 'db-1500')`.execute(fresh.db);
    await expect(importUpload(deps, upload, () => chunksOf(file))).rejects.toThrow('no_1500');
    const other = await claimed('db_other', sales('db_other', 3));
    await leaseUpload(fresh.db, other.id, null);
    // A file that breaks off again and again holds up no other.
    expect((await waitingUploads(fresh.db, [upload.id, other.id], clock())).map(({ id }) => id)).toEqual([other.id, upload.id]);
    await sql`alter table events drop constraint no_1500`.execute(fresh.db);
    const again = await claimUpload(fresh.db, upload.id, { now: clock(), leasedUntil: new Date(Date.now() + 60_000) });
    if (!again) throw new Error('an import that broke off cannot be taken');
    expect(again.linesDone).toBe(1_000);
    expect(await importUpload(deps, again, () => chunksOf(file))).toBe('done');
    expect(await rowsOf(fresh.db, 'db')).toHaveLength(2_500);
  });
});
