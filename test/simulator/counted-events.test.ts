import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { reachableAccount } from './accounts.js';
import { useSimulator } from './harness.js';
import { textAt, TikTokRequest } from './tiktok-request.js';

const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const eventsAnswer = z.object({
  events: z.array(
    z.object({ event: z.string(), eventId: z.string(), channels: z.array(z.string()), arrivals: z.number(), dropped: z.number() }),
  ),
});
const counted = async (pixel: string) => eventsAnswer.parse(await admin.ok('GET', `events?pixel=${pixel}`)).events;

let advertiserId: string;
let pixelId: string;
let pixel: string;
beforeEach(async () => {
  await admin.reset();
  advertiserId = await reachableAccount(tiktok, 'kobi_shop_tiktok');
  const made = await tiktok.post('/pixel/create/', {
    advertiser_id: advertiserId,
    pixel_name: 'kobi_shop_web',
    pixel_category: 'ONLINE_STORE',
  });
  pixelId = textAt(made.data, 'pixel_id');
  pixel = textAt(made.data, 'pixel_code');
});

function fromBrowser(event: string, eventId: string, more: object = {}): Promise<Response> {
  const said = {
    pixel_code: pixel,
    event,
    event_id: eventId,
    timestamp: new Date().toISOString(),
    properties: {},
    limited_data_use: false,
    context: { page: { url: 'https://shop.example.org/', referrer: '' }, user: {}, ad: { callback: '' } },
    ...more,
  };
  return fetch(`${simulator.url}/api/v2/pixel`, { method: 'POST', body: JSON.stringify(said) });
}

function fromServer(event: string, eventId: string): Promise<unknown> {
  const one = { event, event_time: Math.floor(Date.now() / 1000), event_id: eventId, page: { url: 'https://shop.example.org/' }, user: {} };
  return tiktok.post('/event/track/', { event_source: 'web', event_source_id: pixel, data: [one] });
}

describe('events of pixel and server', () => {
  it.each([
    ['the other channel within 5 minutes is merged', [fromBrowser, fromServer], 4 * MINUTE_MS, [['browser', 'server', 2, 0]]],
    ['the other order is the same', [fromServer, fromBrowser], 4 * MINUTE_MS, [['server', 'browser', 2, 0]]],
    ['the other channel after 5 minutes is dropped', [fromBrowser, fromServer], 6 * MINUTE_MS, [['browser', 2, 1]]],
    ['the same channel is dropped at once', [fromBrowser, fromBrowser], 0, [['browser', 2, 1]]],
    ['the same channel is dropped until 48 hours are over', [fromServer, fromServer], 47 * HOUR_MS, [['server', 2, 1]]],
    [
      'after 48 hours both count',
      [fromBrowser, fromServer],
      49 * HOUR_MS,
      [
        ['browser', 1, 0],
        ['server', 1, 0],
      ],
    ],
  ] as const)('%s', async (_name, [first, second], apartMs, expected) => {
    await first('Purchase', 'order-1');
    await admin.advance(apartMs);
    await second('Purchase', 'order-1');
    expect((await counted(pixel)).map(({ channels, arrivals, dropped }) => [...channels, arrivals, dropped])).toEqual(expected);
  });

  it('with different names or ids, or without an id, all count', async () => {
    await fromBrowser('Purchase', 'order-1');
    await fromServer('AddToCart', 'order-1');
    await fromServer('Purchase', 'order-2');
    await fromBrowser('ViewContent', '');
    await fromBrowser('ViewContent', '');
    expect(await counted(pixel)).toHaveLength(5);
    expect(await counted('ANOTHERPIXELCODE')).toEqual([]);
  });

  it('are counted per channel and once in total by the pixel statistics', async () => {
    await fromBrowser('Purchase', 'order-1');
    await fromServer('Purchase', 'order-1');
    const today = new Date().toISOString().slice(0, 10);
    const query = { advertiser_id: advertiserId, pixel_ids: [pixelId], date_range: { start_date: today, end_date: today } };
    const stats = await tiktok.get('/pixel/event/stats/', query);
    expect(stats.data).toMatchObject({
      list: [{ statistics: [{ pixel_event_type: 'SHOPPING', total_count: 1, browser_event_total_count: 1, server_event_total_count: 1 }] }],
    });
  });

  it('are shown on the page with the channels that they came from', async () => {
    await fromBrowser('Purchase', 'order-1');
    await fromServer('Purchase', 'order-1');
    expect(await (await fetch(`${simulator.url}/`)).text()).toMatch(
      /<td>kobi_shop_web<\/td><td>Purchase<\/td>\s*<td><code>order-1<\/code><\/td><td>browser and server<\/td>/,
    );
  });
});

describe("the pixel's script and where it reports", () => {
  it('serves the script for pixels that exist only', async () => {
    const script = await fetch(`${simulator.url}/i18n/pixel/events.js?sdkid=${pixel}&lib=ttq`);
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect((await fetch(`${simulator.url}/i18n/pixel/events.js?sdkid=NOSUCHPIXEL`)).status).toBe(404);
  });

  it('keeps each call in the ledger beside those of the Events API, under the names of the pixel', async () => {
    await fromBrowser('Purchase', 'order-1');
    const [line] = await admin.ledger('?path=/api/v2/pixel&tenant=shop');
    expect(line).toMatchObject({
      method: 'POST',
      code: 0,
      committed: true,
      parameters: { event: 'Purchase', event_id: 'order-1', pixel_code: pixel },
    });
  });

  it.each([
    ['a pixel that does not exist', { pixel_code: 'NOSUCHPIXEL' }, 404],
    ['a field that the script does not send', { email: 'person-a@example.org' }, 400],
  ])('refuses %s, and counts nothing', async (_name, more, status) => {
    expect((await fromBrowser('Purchase', 'order-1', more)).status).toBe(status);
    expect(await counted(pixel)).toEqual([]);
    expect((await admin.ledger('?path=/api/v2/pixel')).map(({ httpStatus, committed }) => [httpStatus, committed])).toEqual([
      [status, false],
    ]);
  });
});
