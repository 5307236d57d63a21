import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openShop, type ShopSite } from '../../scripts/demo/shop-site.js';
import { buySomething } from '../../scripts/demo/shopper.js';
import { rowsOf, startGateway, tenantWith } from '../gateway/running.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { reachableAccount } from '../simulator/accounts.js';
import { useSimulator } from '../simulator/harness.js';
import { textAt, TikTokRequest } from '../simulator/tiktok-request.js';
import { eventually } from '../workflow/eventually.js';

const simulator = useSimulator();
const tiktok = new TikTokRequest(() => simulator.apiUrl);
let fresh: FreshDatabase;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let shop: ShopSite;
beforeAll(async () => {
  fresh = await freshDatabase();
  const advertiser_id = await reachableAccount(tiktok, 'kobi_bought_in_tiktok');
  const made = await tiktok.post('/pixel/create/', { advertiser_id, pixel_name: 'kobi_bought_in_web', pixel_category: 'ONLINE_STORE' });
  await tenantWith(fresh.db, 'bought_in', { consent: 'required', destinations: { web: { pixel_code: textAt(made.data, 'pixel_code') } } });
  gateway = await startGateway(fresh.db);
  shop = await openShop(fresh.db, 'bought_in', { gatewayUrl: gateway.url, simulatorUrl: simulator.url });
});
afterAll(async () => {
  await shop.close();
  await gateway.close();
  await fresh.close();
});

const counted = z.object({ events: z.array(z.object({ event: z.string(), channels: z.array(z.string()), arrivals: z.number() })) });
const eventsOf = async (order: string) => counted.parse(await simulator.admin.ok('GET', `events?event_id=${order}`)).events;
const storedPurchase = (order: string) =>
  eventually(
    `the purchase ${order} at the gateway`,
    async () => (await rowsOf(fresh.db, 'bought_in')).filter(({ event_id }) => event_id === order),
    (rows) => rows.length > 0,
  );

describe('a purchase in the shop', { timeout: 90_000 }, () => {
  it.each([
    ['in Chromium', true],
    ['by the scripted client that stands in for it', false],
  ])('%s is stored by the gateway, and counts once at TikTok when it is sent', async (_name, inChromium) => {
    const { order, by } = await buySomething(shop, inChromium);
    expect(by).toContain(inChromium ? 'in Chromium' : 'by a scripted client, because no Chromium was found');
    const stored = await storedPurchase(order);
    expect(stored.map(({ event, event_id, source }) => ({ event, event_id, source }))).toEqual([
      { event: 'Purchase', event_id: order, source: 'web' },
    ]);
    await eventually(
      'the report of the pixel',
      () => eventsOf(order),
      (events) => events.length > 0,
    );
    const payload = stored[0]?.payload;
    expect(payload).toMatchObject({ event: 'Purchase', event_id: order, properties: { value: 89.9, currency: 'EUR', order_id: order } });
    const sent = await tiktok.post('/event/track/', { event_source: 'web', event_source_id: shop.page.pixel, data: [payload] });
    expect(sent.code).toBe(0);
    expect(await eventsOf(order)).toEqual([{ event: 'Purchase', channels: ['browser', 'server'], arrivals: 2 }]);
  });

  it('leaves no event twice, and no mail address', async () => {
    const { order } = await buySomething(shop, true);
    await storedPurchase(order);
    const rows = await rowsOf(fresh.db, 'bought_in');
    const names = rows.filter(({ event_id }) => event_id !== null).map(({ event, event_id }) => `${event} ${event_id}`);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.stringify(rows.map(({ payload }) => payload)).toLowerCase()).not.toContain('person-a@');
  });
});
