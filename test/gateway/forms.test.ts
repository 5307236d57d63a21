import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { ask, keyFor, rowsOf, send, startGateway, tenantWith } from './running.js';

let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let key: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  gateway = await startGateway(fresh.db);
  await tenantWith(fresh.db, 'shop_a', { ga4_measurement_id: 'G-SHOP123' });
  key = await keyFor(fresh.db, 'shop_a');
});
afterAll(async () => {
  await gateway.close();
  await fresh.close();
});

const hit = (id: string) => ({
  client_id: '1.2',
  timestamp_micros: Date.now() * 1_000,
  events: [{ name: 'purchase', params: { transaction_id: id, value: 1, currency: 'EUR' } }, { name: 'scroll' }],
});
const ga4 = (query: Readonly<Record<string, string>>, body: unknown) =>
  ask(`${gateway.url}/v1/ga4/shop_a?${new URLSearchParams(query).toString()}`, { method: 'POST', body: JSON.stringify(body) });

describe('senders of GA4', () => {
  it('are answered event by event, or with silence where they ask for it; the key in the address is never logged', async () => {
    const told = await ga4({ measurement_id: 'G-SHOP123', api_secret: key }, hit('ga-1'));
    expect(told.answers().results).toMatchObject([{ status: 'accepted', event_id: 'ga-1' }, { status: 'unmapped' }]);
    const silent = await ga4({ measurement_id: 'G-SHOP123', api_secret: key, mp: 'strict' }, hit('ga-2'));
    expect([silent.status, silent.text]).toEqual([204, '']);
    expect((await rowsOf(fresh.db, 'shop_a')).map(({ event_id }) => event_id)).toEqual(expect.arrayContaining(['ga-1', 'ga-2']));
    expect(gateway.logged()).not.toContain(key);
  });

  it('hear of what is wrong even when they ask for silence', async () => {
    const wrong = await ga4({ measurement_id: 'G-OTHER1', api_secret: key, mp: 'strict' }, hit('ga-3'));
    expect([wrong.status, wrong.refusal()]).toMatchObject([400, { code: 'wrong_measurement_id', field: 'measurement_id' }]);
    expect((await ga4({ api_secret: 'kek_wrong', mp: 'strict' }, hit('ga-3'))).status).toBe(401);
    expect((await rowsOf(fresh.db, 'shop_a')).map(({ event_id }) => event_id)).not.toContain('ga-3');
  });
});

describe('other senders', () => {
  it('of a Tag Manager container hand its event data in', async () => {
    const data = { event_name: 'add_to_cart', event_id: 'gtm-1', page_location: 'https://shop.example.org/', 'x-ga-gcs': 'G111' };
    expect((await send(`${gateway.url}/v1/gtm/shop_a`, key, data)).answers().results).toMatchObject([
      { status: 'accepted', event_id: 'gtm-1' },
    ]);
  });

  it('of Segment hand batches in with the key as user name, at the address that their libraries make', async () => {
    const batch = [
      {
        type: 'track',
        event: 'Product Added',
        messageId: 'seg-1',
        properties: { product_id: 'A' },
        context: { page: { url: 'https://shop.example.org/' } },
      },
      { type: 'identify', messageId: 'seg-2', userId: 'u-1' },
    ];
    const basic = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
    for (const [path, body] of [
      ['', { batch }],
      ['/v1/batch', { batch }],
    ] as const)
      expect((await send(`${gateway.url}/v1/segment/shop_a${path}`, key, body, basic)).answers().results).toMatchObject([
        { status: 'accepted', event_id: 'seg-1' },
        { status: 'ignored', id: null, event_id: 'seg-2' },
      ]);
    expect((await send(`${gateway.url}/v1/segment/shop_a/v1/page`, key, { messageId: 'seg-3' }, basic)).answers().counts).toMatchObject({
      accepted: 1,
    });
  });

  it('may say of which source all their events are', async () => {
    const event = { name: 'purchase', event_id: 'src-1', timestamp: new Date().toISOString(), user: { email: 'person-a@example.org' } };
    expect((await send(`${gateway.url}/v1/events/shop_a?source=offline`, key, event)).answers().counts).toMatchObject({ accepted: 1 });
    expect((await rowsOf(fresh.db, 'shop_a')).find(({ event_id }) => event_id === 'src-1')).toMatchObject({ source: 'offline' });
    expect((await send(`${gateway.url}/v1/events/shop_a?source=tv`, key, event)).refusal()).toMatchObject({ code: 'source_invalid' });
  });
});
