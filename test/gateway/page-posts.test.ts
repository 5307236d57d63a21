import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../harness/temporal.js';
import { ask, keyFor, order, rowsOf, startGateway, tenantWith } from './running.js';

const PAGE = 'https://shop.example.org';
let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  fresh = await freshDatabase();
  await tenantWith(fresh.db, 'shop_a');
  gateway = await startGateway(fresh.db);
});
afterAll(async () => {
  await gateway.close();
  await fresh.close();
});

/** What a page's script can send without a preflight: plain text, and the key in the address. */
const simple = (key: string, origin: string, event: object) =>
  ask(`${gateway.url}/v1/events/shop_a?key=${key}`, {
    method: 'POST',
    headers: { origin, 'content-type': 'text/plain;charset=UTF-8' },
    body: JSON.stringify({ events: [event] }),
  });

describe('a post that needs no preflight', () => {
  it('is taken in from the origins of its key, and from no other', async () => {
    const key = await keyFor(fresh.db, 'shop_a', { origins: [PAGE] });
    const answered = await simple(key, PAGE, order('simple-1'));
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
    expect(answered.answers().results).toMatchObject([{ event_id: 'simple-1', status: 'accepted' }]);
    expect((await simple(key, 'https://other.example.org', order('simple-2'))).status).toBe(403);
    expect((await simple(`${key}x`, PAGE, order('simple-3'))).status).toBe(401);
    expect((await rowsOf(fresh.db, 'shop_a')).map(({ event_id }) => event_id)).toEqual(['simple-1']);
    expect(gateway.logged()).not.toContain(key);
  });
});
