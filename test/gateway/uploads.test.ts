import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvColumns } from '../../src/domain/events/forms/csv-columns.js';
import { sha256 } from '../../src/domain/events/hashing.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { keyFor, rowsOf, send, startGateway, tenantWith } from './running.js';
import { csv, uploader, uploadOf } from './uploading.js';

const DAY = 86_400_000;
let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let shift = 0;
beforeAll(async () => {
  fresh = await freshDatabase();
  gateway = await startGateway(fresh.db, { clock: () => new Date(Date.now() + shift) });
});
afterAll(async () => {
  await gateway.close();
  await fresh.close();
});

async function tenant(slug: string) {
  await tenantWith(fresh.db, slug);
  return uploader(gateway.url, slug, await keyFor(fresh.db, slug));
}
const AT = new Date(Date.now() - 3_600_000).toISOString();
const HEAD = 'event,time,email,value,currency,order_id';
const sale = (id: string): string => `purchase,${AT},person-${id}@example.org,19.90,EUR,${id}`;
const sales = (count: number, prefix: string): Buffer =>
  csv(HEAD, ...Array.from({ length: count }, (_, index) => sale(`${prefix}-${index}`)));

describe('a CSV file', () => {
  it('is imported, with its bad lines reported by line, field and reason, and none of their values', async () => {
    const shop = await tenant('shop_a');
    const done = await shop.handIn(
      csv(
        'Event Name;Conversion-Time; E-Mail ;Amount;CURRENCY;Order ID;Loyalty Level',
        `purchase;${AT};person-a@example.org;10;EUR;A-1;gold`,
        `purchase;${AT};;10;EUR;A-2;gold`,
        '',
        `purchase;2019-01-01T00:00:00Z;person-c@example.org;10;EUR;A-3;gold`,
        `purchase;${AT};person-d@example.org;1.000,50;EUR;A-4;gold`,
        `purchase;${AT};person-e@example.org;"10";"EUR";"A-5";"gold; ""silver"""`,
      ),
    );
    expect(done).toMatchObject({
      state: 'done',
      counts: { rows: 5, accepted: 2, refused: 3 },
      unknown_columns: ['Loyalty Level'],
      problem: null,
    });
    expect(done.errors).toMatchObject([
      { line: 3, field: 'user', reason: 'match_key_missing' },
      { line: 5, field: 'timestamp', reason: 'time_too_old' },
      { line: 6, field: 'params.value', reason: 'value_invalid' },
    ]);
    const rows = await rowsOf(fresh.db, 'shop_a');
    expect(rows.filter(({ state }) => state === 'waiting')).toMatchObject([
      {
        event_id: 'A-1',
        source: 'offline',
        payload: { user: { email: sha256('person-a@example.org') }, properties: { value: 10, order_id: 'A-1' } },
      },
      { event_id: 'A-5' },
    ]);
    for (const raw of ['person-', '1.000,50', 'gold']) expect(JSON.stringify([rows, done.errors]) + gateway.logged()).not.toContain(raw);
  });

  it('may have quotes, lines within cells, a quote that is never closed, and lines that are not UTF-8; no row is swallowed', async () => {
    const shop = await tenant('shop_b');
    const row = (id: string, note: string): string => `purchase,${AT},person-${id}@example.org,${id},${note}`;
    const file = Buffer.concat([
      csv(
        'event,time,email,order_id,description',
        row('B-1', '"two\nlines, and ""quotes"""'),
        row('B-2', '5" nails'),
        row('B-3', '"never closed'),
        row('B-4', 'fine'),
      ),
      Buffer.from([0xff, 0xfe, 0x0a]),
      csv(row('B-5', `"${'x'.repeat(70_000)}"`), row('B-6', 'last')),
    ]);
    const done = await shop.handIn(file);
    expect(done.errors.map(({ line, reason }) => `${line} ${reason}`)).toEqual(['5 row_unreadable', '7 not_utf8', '8 too_large']);
    expect(done.counts).toMatchObject({ rows: 7, accepted: 4, refused: 3 });
    const kept = (await rowsOf(fresh.db, 'shop_b')).flatMap(({ event_id, payload }) =>
      payload ? [[event_id, payload.properties?.description]] : [],
    );
    expect(kept).toEqual([
      ['B-1', undefined],
      ['B-2', '5" nails'],
      ['B-4', 'fine'],
      ['B-6', 'last'],
    ]);
  });

  it('gives a row without an id one that stays the same, so that the same row in another file counts once', async () => {
    const shop = await tenant('shop_c');
    const lead = (mail: string): string => `generate_lead,${AT},${mail}`;
    await shop.handIn(csv('event,time,email', lead('person-a@example.org'), lead('person-b@example.org')));
    const again = await shop.handIn(
      csv('event,time,email', lead('person-new@example.org'), lead('person-b@example.org'), lead('person-a@example.org')),
    );
    expect(again.counts).toMatchObject({ accepted: 1, repeated: 2 });
    expect(await rowsOf(fresh.db, 'shop_c')).toHaveLength(3);
  });

  it('may say in which zone its times are', async () => {
    const shop = await tenant('shop_n');
    const hour = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
    const file = csv(
      'event,time,email,order_id',
      `purchase,${hour.replace('T', ' ')},person-a@example.org,N-1`,
      'purchase,yesterday,person-a@example.org,N-2',
    );
    expect((await shop.handIn(file)).errors.map(({ reason }) => reason)).toEqual(['time_invalid', 'time_invalid']);
    const zoned = await shop.handIn(file, { time_zone: 'UTC' });
    expect([zoned.counts['accepted'], zoned.errors]).toMatchObject([1, [{ line: 3, reason: 'time_invalid' }]]);
    const [kept] = (await rowsOf(fresh.db, 'shop_n')).filter(({ event_id }) => event_id === 'N-1').flatMap(({ payload }) => payload ?? []);
    expect(kept?.event_time).toBe(Date.parse(`${hour}Z`) / 1_000);
    expect((await shop.announce(file, { time_zone: 'Mars/Base' })).refusal()).toMatchObject({ field: 'time_zone' });
  });

  it('may leave the event to the announcement, and hold CRM stages of leads', async () => {
    const shop = await tenant('shop_d');
    const orders = await shop.handIn(csv('time,email,order_id,value,currency', `${AT},person-a@example.org,D-1,5,EUR`), {
      event_name: 'purchase',
    });
    expect(orders.counts).toMatchObject({ accepted: 1 });
    const stages = await shop.handIn(csv('event,time,lead_id', `qualify_lead,${AT},7301`, `close_convert_lead,${AT},`), { source: 'crm' });
    expect(stages.errors).toMatchObject([{ line: 3, field: 'params.lead_id', reason: 'lead_id_missing' }]);
    expect((await rowsOf(fresh.db, 'shop_d')).filter(({ state }) => state === 'waiting')).toMatchObject([
      { source: 'offline' },
      { source: 'crm', event: 'qualify_lead' },
    ]);
  });

  it.each([
    ['names no event', csv('person-a@example.org,x', 'y,z'), 'no column of the first line names the event'],
    ['is UTF-16', Buffer.from(`\uFEFF${HEAD}\n${sale('u')}\n`, 'utf16le'), 'UTF-16'],
  ])('that %s is refused as a whole, with what mends it', async (_what, file, told) => {
    const failed = await (await tenant('shop_e')).handIn(file);
    expect(failed).toMatchObject({ state: 'failed', problem: expect.stringContaining(told) });
    expect(JSON.stringify(failed)).not.toContain('person-a');
  });
});

describe('a file of JSON lines', () => {
  it('is imported like events that are posted', async () => {
    const shop = await tenant('shop_f');
    const event = (id: string) =>
      JSON.stringify({ name: 'purchase', event_id: id, timestamp: AT, user: { email: 'person-a@example.org' } });
    const file = Buffer.from(
      [event('F-1'), '{"name":', event('F-2'), '7', event('F-1'), JSON.stringify({ name: 'purchse', event_id: 'F-3' })].join('\n'),
    );
    const done = await shop.handIn(file, { format: 'jsonl', file_name: 'sales.jsonl' });
    expect(done.counts).toEqual({ rows: 6, accepted: 2, repeated: 1, unmapped: 1, refused: 2, dropped: 0 });
    expect(done.errors.map(({ line, reason }) => `${line} ${reason}`)).toEqual(['2 malformed', '4 malformed', '6 unmapped']);
  });
});

describe('an upload', () => {
  it('that is cut in the middle goes on where it stopped, in as many pieces as it takes', async () => {
    const shop = await tenant('shop_g');
    const file = sales(2_500, 'G');
    const { id } = uploadOf((await shop.announce(file)).text);
    const piece = (from: number, to: number) => shop.append(id, Uint8Array.from(file.subarray(from, to)), from, file.length);
    expect(uploadOf((await piece(0, 10_000)).text)).toMatchObject({ state: 'receiving', received_bytes: 10_000 });

    // The sender dies in the middle of a request.
    const dying = new AbortController();
    const halves = async function* () {
      yield file.subarray(10_000, 40_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
      dying.abort();
      yield file.subarray(40_000, 50_000);
    };
    const address = `${shop.base}/${id}`;
    const key = await keyFor(fresh.db, 'shop_g');
    const init = {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'upload-offset': '10000' },
      body: ReadableStream.from(halves()),
      duplex: 'half' as const,
      signal: dying.signal,
    };
    await expect(fetch(address, init)).rejects.toThrow();
    let at = 10_000;
    while (at === 10_000) at = (await shop.look(id)).received_bytes;
    expect(at).toBeGreaterThan(10_000);

    const gap = await piece(at + 1, at + 100);
    expect([gap.status, gap.refusal(), gap.headers.get('upload-offset')]).toMatchObject([
      409,
      { code: 'other_offset', received_bytes: at },
      String(at),
    ]);
    const kept = (await stat(join(gateway.uploadFolder, `${id}.part`))).mode;
    expect((kept & 0o777).toString(8)).toBe('600');
    expect(uploadOf((await shop.announce(file)).text)).toMatchObject({ id, received_bytes: at });
    await piece(at, file.length);
    expect((await shop.untilOver(id)).counts).toMatchObject({ rows: 2_500, accepted: 2_500 });
    expect(await rowsOf(fresh.db, 'shop_g')).toHaveLength(2_500);
    expect(await readdir(gateway.uploadFolder)).not.toContain(`${id}.part`);
  });

  it('of the same file is the same upload; what stands in another file again counts as repeated, weeks later too', async () => {
    const shop = await tenant('shop_h');
    const first = await shop.handIn(sales(20, 'H'));
    expect(await shop.handIn(sales(20, 'H'))).toMatchObject({ id: first.id, counts: { accepted: 20 } });
    shift = 20 * DAY;
    try {
      const later = await shop.handIn(csv(HEAD, ...Array.from({ length: 25 }, (_, index) => sale(`H-${index}`))));
      expect(later.counts).toMatchObject({ accepted: 5, repeated: 20 });
      const again = await shop.handIn(sales(20, 'H'), { again: true });
      expect(again).toMatchObject({ id: first.id, state: 'done', counts: { rows: 20, accepted: 0, repeated: 20 } });
    } finally {
      shift = 0;
    }
    expect(await rowsOf(fresh.db, 'shop_h')).toHaveLength(25);
  });

  it('whose import began on a machine that is gone is asked for anew, and goes on behind the rows that are done', async () => {
    const shop = await tenant('shop_m');
    const file = sales(1_500, 'M');
    const { id } = uploadOf((await shop.announce(file)).text);
    const head = file.toString('utf8').split('\n').slice(0, 1_001).join('\n');
    await shop.handIn(Buffer.from(head));
    // What the other machine left behind: all received, the first 1,000 rows done, and no lease.
    await fresh.db
      .updateTable('event_uploads')
      .set({
        state: 'importing',
        received_bytes: String(file.length),
        lines_done: '1001',
        counts: JSON.stringify({ rows: 1_000, accepted: 1_000 }),
      })
      .where('id', '=', id)
      .execute();
    expect(await shop.handIn(file)).toMatchObject({ id, state: 'done', counts: { rows: 1_500, accepted: 1_500, repeated: 0 } });
    expect(await rowsOf(fresh.db, 'shop_m')).toHaveLength(1_500);
  });

  it('whose bytes are not those announced fails, and may be handed in again', async () => {
    const shop = await tenant('shop_i');
    const file = sales(3, 'I');
    const { id } = uploadOf((await shop.announce(file)).text);
    const other = Uint8Array.from(file, (byte) => (byte === 0x49 ? 0x4a : byte));
    await shop.append(id, other, 0, file.length);
    expect(await shop.untilOver(id)).toMatchObject({ state: 'failed', problem: expect.stringContaining('SHA-256') });
    expect(await rowsOf(fresh.db, 'shop_i')).toHaveLength(0);
    expect(await shop.handIn(file)).toMatchObject({ id, state: 'done', counts: { accepted: 3 } });
  });

  it('is seen and filled by its tenant’s server keys only', async () => {
    const shop = await tenant('shop_j');
    const stranger = await tenant('shop_k');
    const file = sales(1, 'J');
    const { id } = uploadOf((await shop.announce(file)).text);
    expect((await stranger.append(id, Uint8Array.from(file), 0, file.length)).refusal()).toMatchObject({ code: 'no_such_upload' });
    const foreign = uploader(gateway.url, 'shop_j', await keyFor(fresh.db, 'shop_k'));
    expect((await foreign.append(id, Uint8Array.from(file), 0, file.length)).status).toBe(401);
    const page = uploader(gateway.url, 'shop_j', await keyFor(fresh.db, 'shop_j', { origins: ['https://shop.example.org'] }));
    expect((await page.announce(file)).refusal()).toMatchObject({ code: 'browser_key' });
    expect((await shop.look(id)).received_bytes).toBe(0);
  });

  it('that is announced wrongly, is too large, or brings more bytes than announced, is told so', async () => {
    const shop = await tenant('shop_l');
    const key = await keyFor(fresh.db, 'shop_l');
    expect((await send(shop.base, key, { file_name: 'a/b', format: 'csv' })).refusal()).toMatchObject({
      code: 'bad_request',
      field: 'file_name',
    });
    const file = sales(1, 'L');
    expect((await shop.announce(file, { size_bytes: 60_000_000 })).status).toBe(413);
    const { id } = uploadOf((await shop.announce(file)).text);
    const more = await shop.append(id, Uint8Array.from([...file, 1]), 0, file.length);
    expect([more.status, more.refusal().code]).toEqual([413, 'too_many_bytes']);
    expect((await send(`${shop.base}/${id}`, key, 'x', {})).status).toBe(404);
  });
});

describe('the documentation', () => {
  it('names every column that is read', async () => {
    const page = await readFile('docs/events.md', 'utf8');
    expect(csvColumns().filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
