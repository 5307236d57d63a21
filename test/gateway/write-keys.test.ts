import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWriteKey, listWriteKeys, revokeWriteKey } from '../../src/store/event-write-keys.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { ask, keyFor, order, rowsOf, send, startGateway, tenantWith } from './running.js';

let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  fresh = await freshDatabase();
  gateway = await startGateway(fresh.db, { trustedProxies: 1, limits: { browserEventsPerMinute: 20 } });
  for (const slug of ['shop_a', 'shop_b']) await tenantWith(fresh.db, slug);
});
afterAll(async () => {
  await gateway.close();
  await fresh.close();
});

const at = (slug: string): string => `${gateway.url}/v1/events/${slug}`;
const PAGE = 'https://shop.example.org';

describe('a write key', () => {
  it('that is unknown, expired, revoked, of another tenant or missing is answered in one way, and takes nothing in', async () => {
    const now = new Date();
    const other = await keyFor(fresh.db, 'shop_b');
    const expired = await keyFor(fresh.db, 'shop_a', { expiresAt: new Date(now.getTime() - 1_000) });
    const { id, key: revoked } = await createWriteKey(
      fresh.db,
      'shop_a',
      { name: 'old', origins: [], madeBy: 'ops-a', expiresAt: null },
      now,
    );
    expect((await send(at('shop_a'), revoked, order('k-0'))).status).toBe(200);
    expect(await revokeWriteKey(fresh.db, 'shop_a', id, 'ops-a', now)).toBe(true);
    const before = (await rowsOf(fresh.db, 'shop_a')).length;
    const answers = await Promise.all([
      ...['kek_unknown', expired, revoked, other].map((key) => send(at('shop_a'), key, order('k-1'))),
      send(at('never_started'), other, order('k-1')),
      send(at('..%2Fshop_a'), other, order('k-1')),
      ask(at('shop_a'), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' }),
      ask(`${at('shop_a')}?api_secret=${await keyFor(fresh.db, 'shop_a')}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '[]',
      }),
    ]);
    for (const answered of answers) {
      expect(answered.status).toBe(401);
      expect(answered.text).toBe(answers[0]?.text);
    }
    expect(answers[0]?.refusal().mend).toContain('kobi events keys create SLUG --name NAME --as PERSON');
    expect(await rowsOf(fresh.db, 'shop_a')).toHaveLength(before);
    for (const key of [expired, revoked, other]) expect(gateway.logged()).not.toContain(key);
  });

  it('rotates: old and new are valid together, and the old one ends by itself', async () => {
    const [old, next] = [await keyFor(fresh.db, 'shop_b', { name: 'old' }), await keyFor(fresh.db, 'shop_b', { name: 'new' })];
    for (const key of [old, next]) expect((await send(at('shop_b'), key, order('rot'))).status).toBe(200);
    const keys = await listWriteKeys(fresh.db, 'shop_b');
    const oldId = keys.find(({ name }) => name === 'old')?.id ?? '';
    expect(keys.find(({ name }) => name === 'new')?.lastUsedAt).not.toBeNull();
    expect(await revokeWriteKey(fresh.db, 'shop_a', oldId, 'ops-a', new Date())).toBe(false);
    expect(await revokeWriteKey(fresh.db, 'shop_b', oldId, 'ops-a', new Date())).toBe(true);
    expect([(await send(at('shop_b'), old, order('rot'))).status, (await send(at('shop_b'), next, order('rot'))).status]).toEqual([
      401, 200,
    ]);
  });

  it('is accepted where senders put it, and kept as a hash only', async () => {
    const key = await keyFor(fresh.db, 'shop_a');
    const ways = [
      { authorization: `bearer ${key}` },
      { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      { 'x-write-key': key },
    ];
    for (const headers of ways) {
      const answered = await ask(at('shop_a'), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '[]' });
      expect(answered.status).toBe(200);
    }
    expect(Buffer.from(key.slice('kek_'.length), 'base64url')).toHaveLength(32);
    const rows = await fresh.db.selectFrom('event_write_keys').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(key.slice('kek_'.length));
    for (const { key_hash } of rows) expect(key_hash).toHaveLength(32);
  });
});

describe('a page in a browser', () => {
  const page = (key: string, origin: string, event: object, headers: Readonly<Record<string, string>> = {}) =>
    send(at('shop_a'), key, event, { origin, 'user-agent': 'Browser/1.0', ...headers });
  const preflight = (slug: string, origin: string) =>
    ask(at(slug), {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-write-key' },
    });

  it('may send from the origins that its key names, and from no other', async () => {
    const key = await keyFor(fresh.db, 'shop_a', { origins: [PAGE] });
    const asked = await preflight('shop_a', PAGE);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(asked.headers.get('access-control-allow-headers')).toContain('x-write-key');
    const answered = await page(key, PAGE, order('p-1'));
    expect([answered.status, answered.headers.get('access-control-allow-origin'), answered.headers.get('vary')]).toEqual([
      200,
      PAGE,
      'Origin',
    ]);

    for (const [slug, origin] of [
      ['shop_a', 'https://evil.example.org'],
      ['shop_b', PAGE],
      ['shop_a', 'null'],
    ] as const) {
      const refused = await preflight(slug, origin);
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
    const foreign = await page(key, 'https://evil.example.org', order('p-2'));
    expect([foreign.status, foreign.refusal().code, foreign.headers.get('access-control-allow-origin')]).toEqual([
      403,
      'origin_not_allowed',
      null,
    ]);
  });

  it('may not use a key for servers', async () => {
    const answered = await page(await keyFor(fresh.db, 'shop_a'), PAGE, order('p-3'));
    expect([answered.status, answered.refusal().code, answered.headers.get('access-control-allow-origin')]).toEqual([
      403,
      'server_key',
      null,
    ]);
  });

  it('carries its key in the address where it must; a key for servers must not stand there', async () => {
    const inAddress = (key: string, headers: Readonly<Record<string, string>>) =>
      ask(`${at('shop_a')}?key=${key}`, { method: 'POST', headers: { 'content-type': 'text/plain', ...headers }, body: '[]' });
    expect((await inAddress(await keyFor(fresh.db, 'shop_a', { origins: [PAGE] }), { origin: PAGE })).status).toBe(200);
    expect((await inAddress(await keyFor(fresh.db, 'shop_a'), {})).refusal()).toMatchObject({ code: 'key_in_address' });
  });

  it('sends web events only', async () => {
    const key = await keyFor(fresh.db, 'shop_a', { origins: [PAGE] });
    const { results } = (
      await page(key, PAGE, [order('p-4'), { ...order('p-5'), source: 'offline', timestamp: new Date().toISOString() }])
    ).answers();
    expect(results).toMatchObject([{ status: 'accepted' }, { status: 'refused', reason: 'source_not_allowed', field: 'source' }]);
  });

  it('lends its events its address and browser, as our proxy saw them; what the event says itself counts first', async () => {
    const key = await keyFor(fresh.db, 'shop_a', { origins: [PAGE] });
    const via = { 'x-forwarded-for': '198.51.100.9, 93.184.216.34' };
    await page(key, PAGE, order('p-6'), via);
    await page(key, PAGE, { ...order('p-7'), user: { ip: '93.184.216.35', user_agent: 'Own/2', email: 'person-a@example.org' } }, via);
    await send(at('shop_a'), await keyFor(fresh.db, 'shop_a'), order('p-8'), via);
    const user = async (id: string) =>
      (await fresh.db.selectFrom('events').select('payload').where('event_id', '=', id).executeTakeFirstOrThrow()).payload?.user;
    expect(await user('p-6')).toMatchObject({ ip: '93.184.216.34', user_agent: 'Browser/1.0' });
    expect(await user('p-7')).toMatchObject({ ip: '93.184.216.35', user_agent: 'Own/2' });
    expect(await user('p-8')).not.toHaveProperty('ip');
  });

  it('is limited by its address, so that one visitor uses up nobody else’s share', async () => {
    const key = await keyFor(fresh.db, 'shop_a', { origins: [PAGE] });
    const from = (address: string, id: string) => page(key, PAGE, order(id), { 'x-forwarded-for': address });
    const statuses = await Promise.all(Array.from({ length: 25 }, (_, index) => from('93.184.216.50', `q-${index}`)));
    expect(statuses.filter(({ status }) => status === 429)).toHaveLength(5);
    expect((await from('93.184.216.51', 'q-26')).status).toBe(200);
  });
});
