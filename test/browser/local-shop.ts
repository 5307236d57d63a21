import { createServer } from 'node:http';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import { NONCE, serveSite, type Site } from '../../scripts/stack/site.js';
import { eventSettings } from '../../src/domain/events/event-settings.js';
import { type PreparedMap, prepareMap } from '../../src/domain/events/prepared-map.js';
import { pageSettings } from '../../src/events/site/page-settings.js';
import { snippetHtml } from '../../src/events/site/snippet.js';
import { reachableAccount } from '../simulator/accounts.js';
import { useSimulator } from '../simulator/harness.js';
import { textAt, TikTokRequest } from '../simulator/tiktok-request.js';
import { eventually } from '../workflow/eventually.js';
import { launchChromium } from './chromium.js';

const posted = z.object({
  events: z.array(
    z.object({
      name: z.string(),
      event_id: z.string(),
      source: z.literal('web'),
      timestamp: z.iso.datetime(),
      params: z.record(z.string(), z.unknown()),
      user: z.record(z.string(), z.unknown()),
      consent: z.record(z.string(), z.unknown()).optional(),
      limited_data_use: z.boolean().optional(),
    }),
  ),
});
export type Posted = z.output<typeof posted>['events'][number];

const collected = z.object({
  event: z.string(),
  event_id: z.string(),
  properties: z.record(z.string(), z.unknown()),
  limited_data_use: z.boolean(),
  context: z.object({
    page: z.object({ url: z.string() }),
    user: z.record(z.string(), z.unknown()),
    ad: z.object({ callback: z.string() }),
  }),
});
export type Collected = z.output<typeof collected>;

export const KEY = 'kek_visibly-fake-browser-key';

/** Stands where the gateway stands, and writes down what pages post. */
export interface Recorder {
  readonly origin: string;
  readonly events: Posted[];
  readonly keys: (string | null)[];
  readonly paths: string[];
  /** Preflights that browsers made. */
  preflights: number;
  /** Answers of the next posts, before 200. */
  readonly refusals: number[];
  close(): Promise<void>;
}

async function record(): Promise<Recorder> {
  const recorder = {
    origin: '',
    events: [] as Posted[],
    keys: [] as (string | null)[],
    paths: [] as string[],
    preflights: 0,
    refusals: [] as number[],
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.setHeader('access-control-allow-origin', '*');
      if (request.method !== 'POST') {
        recorder.preflights += 1;
        return response.writeHead(204, { 'access-control-allow-headers': 'content-type' }).end();
      }
      const refusal = recorder.refusals.shift();
      if (refusal !== undefined) return response.writeHead(refusal).end();
      const url = new URL(request.url ?? '/', 'http://gateway');
      recorder.paths.push(url.pathname);
      recorder.keys.push(url.searchParams.get('key'));
      recorder.events.push(...posted.parse(JSON.parse(Buffer.concat(parts).toString('utf8'))).events);
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recorder got no port');
  return Object.assign(recorder, {
    origin: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** What of the tenant's event settings a test wants otherwise. */
export type OwnSettings = Record<string, unknown>;

/** An example site with its snippet, TikTok's stand-in and a gateway that records, each at an origin of its own. */
export interface LocalShop {
  readonly pixel: string;
  readonly recorder: Recorder;
  prepared(own?: OwnSettings): PreparedMap;
  /** Serves a site; it is gone after the test. */
  site(folder: string, own?: OwnSettings): Promise<Site>;
  /** Serves a site with this in place of the snippet. */
  siteWith(folder: string, head: (origin: string) => string): Promise<Site>;
  /** A new window of somebody who was never there. */
  visitor(): Promise<Visit>;
  readonly simulatorUrl: string;
  /** What the pixel in the browser reported, oldest first. */
  fromPixel(): Promise<Collected[]>;
  /** Waits until so many events have come to TikTok's collector and to the gateway; what they were is for the test to say. */
  heard(atPixel: number, atGateway: number): Promise<{ pixel: Collected[]; gateway: Posted[] }>;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Breaches of the content security policy and scripts that failed. */
  readonly alarms: string[];
}

export function useLocalShop(): LocalShop {
  const simulator = useSimulator();
  const tiktok = new TikTokRequest(() => simulator.apiUrl);
  const closing: (() => Promise<unknown>)[] = [];
  let browser: Browser | undefined;
  let recorder: Recorder | undefined;
  let pixel = '';

  beforeAll(async () => {
    browser = await launchChromium();
    recorder = await record();
  });
  beforeEach(async () => {
    for (let close = closing.pop(); close; close = closing.pop()) await close();
    await simulator.admin.reset();
    Object.assign(shop.recorder, { preflights: 0 });
    for (const list of [shop.recorder.events, shop.recorder.keys, shop.recorder.paths, shop.recorder.refusals]) list.length = 0;
    const advertiser_id = await reachableAccount(tiktok, 'kobi_peak_gear_tiktok');
    const made = await tiktok.post('/pixel/create/', { advertiser_id, pixel_name: 'kobi_peak_gear_web', pixel_category: 'ONLINE_STORE' });
    pixel = textAt(made.data, 'pixel_code');
  });
  afterAll(async () => {
    for (let close = closing.pop(); close; close = closing.pop()) await close();
    await browser?.close();
    await recorder?.close();
  });

  const shop: LocalShop = {
    get pixel() {
      return pixel;
    },
    get recorder() {
      if (!recorder) throw new Error('the recorder is started by beforeAll: use it inside a test');
      return recorder;
    },
    get simulatorUrl() {
      return simulator.url;
    },
    prepared(own = {}) {
      const read = eventSettings({ destinations: { web: { pixel_code: pixel } }, ...own });
      if (!read.ok) throw new Error(JSON.stringify(read.faults));
      return prepareMap(read.settings);
    },
    site(folder, own) {
      const prepared = shop.prepared(own);
      const settings = pageSettings(prepared, {
        slug: 'peak_gear',
        gateway: { address: shop.recorder.origin, key: KEY },
        pixelScript: `${simulator.url}/i18n/pixel/events.js`,
        consentBy: 'page',
        listen: true,
      });
      if (!settings) throw new Error('the shop has no pixel');
      return shop.siteWith(folder, () => snippetHtml(settings, { slug: 'peak_gear', mapVersion: prepared.version, nonce: NONCE }));
    },
    async siteWith(folder, head) {
      const site = await serveSite({ folder, snippet: head, connectSrc: [shop.recorder.origin, simulator.url] });
      closing.push(site.close);
      return site;
    },
    async visitor() {
      if (!browser) throw new Error('the browser is opened by beforeAll: use it inside a test');
      const context = await browser.newContext({ locale: 'de-DE' });
      closing.push(() => context.close());
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const alarms: string[] = [];
      page.on('pageerror', (error) => alarms.push(`script: ${error.message}`));
      page.on('console', (message) => {
        if (/content security policy|refused to|kobi events/i.test(message.text())) alarms.push(message.text());
      });
      return { page, context, alarms };
    },
    async fromPixel() {
      return (await simulator.admin.ledger('?path=/api/v2/pixel')).map(({ parameters }) => collected.parse(parameters));
    },
    async heard(atPixel, atGateway) {
      const both = await eventually(
        `${atPixel} events of the pixel and ${atGateway} at the gateway`,
        async () => ({ pixel: await shop.fromPixel(), gateway: [...shop.recorder.events] }),
        ({ pixel: one, gateway }) => one.length >= atPixel && gateway.length >= atGateway,
      );
      return both;
    },
  };
  return shop;
}
