import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { ask, keyFor, order, rowsOf, send, startGateway, tenantWith } from './running.js';

let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: string;
let to: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  gateway = await startGateway(fresh.db);
  await tenantWith(fresh.db, 'shop_a');
  key = await keyFor(fresh.db, 'shop_a');
  to = `${gateway.url}/v1/events/shop_a`;
});
afterAll(async () => {
  await gateway.close();
  await fresh.close();
});

describe('a batch', () => {
  it('is answered event by event, and every answer stands in the database when it is given', async () => {
    const answered = await send(to, key, [
      order('a-1'),
      order('a-1'),
      { ...order('a-2'), name: 'purchse' },
      { ...order('a-3'), params: { value: 1 } },
      { ...order('a-4'), consent: false },
      7,
    ]);
    expect(answered.status).toBe(200);
    const { counts, results } = answered.answers();
    expect(counts).toEqual({ accepted: 1, repeated: 1, unmapped: 1, refused: 2, dropped: 1, ignored: 0 });
    expect(results).toMatchObject([
      { status: 'accepted', event_id: 'a-1', repeated: false },
      { status: 'accepted', event_id: 'a-1', repeated: true, id: results[0]?.id },
      { status: 'unmapped', suggestion: expect.stringContaining('did you mean purchase') },
      { status: 'refused', reason: 'currency_missing', field: 'params.currency', mend: expect.any(String) },
      { status: 'dropped', reason: 'consent_denied' },
      { status: 'refused', reason: 'malformed' },
    ]);
    const rows = await rowsOf(fresh.db, 'shop_a');
    const answeredIds = new Set(results.map(({ id }) => id));
    expect(rows.filter(({ id }) => answeredIds.has(id))).toHaveLength(5);
    expect(JSON.stringify(rows)).not.toContain('person-a');
  });

  it('may be a list, {events}, one event, JSON lines with broken ones between, and gzip', async () => {
    const lines = [JSON.stringify(order('b-1')), '{"name":', '', JSON.stringify({ ...order('b-2'), pad: 'x'.repeat(70_000) })].join('\n');
    const ways = [
      send(to, key, [order('b-3')]),
      send(to, key, { events: [order('b-4')] }),
      send(to, key, order('b-5')),
      send(to, key, lines, { 'content-type': 'application/x-ndjson' }),
      ask(to, {
        method: 'POST',
        headers: { 'x-write-key': key, 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify([order('b-6')])),
      }),
    ];
    const statuses = (await Promise.all(ways)).map((one) => one.answers().results.map(({ status }) => status));
    expect(statuses).toEqual([['accepted'], ['accepted'], ['accepted'], ['accepted', 'refused', 'refused'], ['accepted']]);
  });

  it('of a thousand is taken in whole, of more not at all', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => order(`c-${index}`));
    const tooMany = await send(to, key, many(1_001));
    expect(tooMany.status).toBe(413);
    expect(tooMany.refusal()).toMatchObject({ code: 'too_many_events' });
    expect((await send(to, key, many(1_000))).answers().counts).toMatchObject({ accepted: 1_000, repeated: 0 });
  });

  it('refuses an event that is too large within a batch, and takes the others', async () => {
    const { results } = (await send(to, key, [{ ...order('d-1'), pad: 'x'.repeat(70_000) }, order('d-2')])).answers();
    expect(results).toMatchObject([{ status: 'refused', reason: 'too_large' }, { status: 'accepted' }]);
  });

  it('refuses an event that is nested without end within a batch, and takes the others', async () => {
    const deep = `{"name":"lead","event_id":"deep","params":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const answered = await send(to, key, `[${deep},${JSON.stringify(order('beside'))}]`);
    expect(answered.status).toBe(200);
    expect(answered.answers().results).toMatchObject([{ reason: 'too_large' }, { event_id: 'beside', status: 'accepted' }]);
  });

  it('follows new settings at once', async () => {
    await tenantWith(fresh.db, 'shop_new');
    const own = await keyFor(fresh.db, 'shop_new');
    const there = `${gateway.url}/v1/events/shop_new`;
    expect((await send(there, own, { ...order('s-1'), name: 'voucher_sold' })).answers().results).toMatchObject([{ status: 'unmapped' }]);
    await tenantWith(fresh.db, 'shop_new', { map: { voucher_sold: 'Purchase' } });
    expect((await send(there, own, { ...order('s-1'), name: 'voucher_sold' })).answers().results).toMatchObject([{ status: 'accepted' }]);
  });
});

describe('a request that is refused as a whole', () => {
  it('says why, what mends it, and repeats nothing of what it held', async () => {
    const canary = 'person-canary@example.org';
    const cases = [
      [400, 'not_json', await send(to, key, `{"user":"${canary}`)],
      [400, 'not_this_form', await send(to, key, JSON.stringify(canary))],
      [
        400,
        'not_utf8',
        await ask(to, {
          method: 'POST',
          headers: { 'x-write-key': key, 'content-type': 'application/json' },
          body: new Uint8Array([0x22, 0xff, 0x22]),
        }),
      ],
      [413, 'too_large', await send(to, key, `["${canary}${'x'.repeat(2_000_000)}"]`)],
      [415, 'type_unknown', await send(to, key, canary, { 'content-type': 'text/csv' })],
      [415, 'encoding_unknown', await send(to, key, canary, { 'content-encoding': 'br' })],
      [400, 'not_gzip', await send(to, key, canary, { 'content-encoding': 'gzip' })],
      [404, 'no_such_address', await send(`${gateway.url}/v1/event/shop_a`, key, [])],
    ] as const;
    for (const [status, code, answered] of cases) {
      expect([answered.status, answered.refusal().code]).toEqual([status, code]);
      expect(answered.refusal().mend).not.toBe('');
      expect(answered.text).not.toContain('person-canary');
    }
    expect(gateway.logged()).not.toContain('person-canary');
    expect(gateway.logged()).not.toContain(key);
  });

  it('by a bomb of gzip is refused before it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    const answered = await ask(to, {
      method: 'POST',
      headers: { 'x-write-key': key, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(answered.status).toBe(413);
  });

  it('by a body that never ends is refused when its time is over, and its place is free again', async () => {
    const patient = await startGateway(fresh.db, { limits: { bodyMs: 300 } });
    const endless = async function* () {
      yield Buffer.from('[');
      await new Promise(() => undefined);
    };
    const init = {
      method: 'POST',
      headers: { 'x-write-key': key, 'content-type': 'application/json' },
      body: ReadableStream.from(endless()),
      duplex: 'half' as const,
    };
    const answered = await ask(`${patient.url}/v1/events/shop_a`, init);
    expect([answered.status, answered.refusal().code]).toEqual([408, 'too_slow']);
    await patient.close();
  });

  it('many times at once by somebody who read the key in a page leaves room for all the others', { timeout: 60_000 }, async () => {
    const own = await startGateway(fresh.db);
    const page = await keyFor(fresh.db, 'shop_a', { origins: ['https://shop.example.org'] });
    const endless = async function* () {
      yield Buffer.from('[');
      await new Promise(() => undefined);
    };
    const holding = Array.from({ length: 210 }, () =>
      ask(`${own.url}/v1/events/shop_a`, {
        method: 'POST',
        headers: { 'x-write-key': page, 'content-type': 'application/json' },
        body: ReadableStream.from(endless()),
        duplex: 'half' as const,
      }),
    );
    const refused = await Promise.any(holding);
    expect(refused.refusal()).toMatchObject({ code: 'too_many_at_once' });
    expect((await send(`${own.url}/v1/events/shop_a`, key, order('room-1'))).status).toBe(200);
    const closed = Promise.allSettled(holding);
    await own.close();
    await closed;
  });

  it('of a tenant without event settings names the command that sets them', async () => {
    const own = await keyFor(fresh.db, 'shop_bare');
    const answered = await send(`${gateway.url}/v1/events/shop_bare`, own, order('x'));
    expect(answered.status).toBe(404);
    expect(answered.refusal()).toMatchObject({
      code: 'no_event_settings',
      mend: expect.stringContaining('kobi events settings set shop_bare'),
    });
  });

  it('over the limit of its key says when to come again, and other keys go on', async () => {
    const narrow = await startGateway(fresh.db, { limits: { eventsPerMinute: 10 } });
    const there = `${narrow.url}/v1/events/shop_a`;
    const ten = Array.from({ length: 10 }, (_, index) => order(`r-${index}`));
    expect((await send(there, key, ten)).status).toBe(200);
    const answered = await send(there, key, order('r-11'));
    expect(answered.status).toBe(429);
    expect(Number(answered.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(there, await keyFor(fresh.db, 'shop_a'), order('r-11'))).status).toBe(200);
    await narrow.close();
  });
});

describe('whoever runs the gateway', () => {
  it('sees that it lives, what it counts without any name, and no event in its log', async () => {
    await send(to, key, [order('m-1'), { ...order('m-2'), name: 'quiz_solved' }]);
    for (const path of ['/healthz', '/readyz']) expect((await ask(`${gateway.url}${path}`, {})).status).toBe(200);
    const { text, headers } = await ask(`${gateway.url}/metrics`, {});
    expect(headers.get('content-type')).toContain('version=0.0.4');
    expect(text).toMatch(/^kobi_gateway_events_total\{form="events",outcome="accepted"\} \d+$/m);
    expect(text).toMatch(/^kobi_gateway_requests_total\{form="events",status="200"\} \d+$/m);
    expect(text).toMatch(/^kobi_gateway_request_seconds_bucket\{form="events",le="\+Inf"\} \d+$/m);
    for (const name of ['shop_a', 'quiz_solved', 'person-a', key]) expect(text + gateway.logged()).not.toContain(name);
  });
});
