import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { z } from 'zod';
import type { ApiParts } from './api.js';
import { makeRequestId } from './envelope.js';
import { trackEvent } from './tracked-events.js';

/** Where the real script lives below `https://analytics.tiktok.com`. */
export const PIXEL_SCRIPT_PATH = '/i18n/pixel/events.js';
/** Where the stand-in of the script reports. */
export const PIXEL_COLLECTOR_PATH = '/api/v2/pixel';

const MAX_BYTES = 256 * 1024;

const reported = z.strictObject({
  pixel_code: z.string(),
  event: z.string().min(1).max(64),
  event_id: z.string().max(128),
  timestamp: z.iso.datetime(),
  properties: z.record(z.string(), z.unknown()),
  limited_data_use: z.boolean(),
  context: z.strictObject({
    page: z.strictObject({ url: z.url(), referrer: z.string() }),
    user: z.record(z.string(), z.unknown()),
    ad: z.strictObject({ callback: z.string() }),
  }),
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The browser's side of TikTok: the script that a page's base code loads, and the address to which it reports. Each call is in the ledger
 * beside the server's, with what the browser said; each event in the one list in which both channels count.
 */
export function pixelRoutes({ store }: ApiParts): Hono {
  const app = new Hono();
  app.get(PIXEL_SCRIPT_PATH, async (context) => {
    const code = context.req.query('sdkid') ?? '';
    const known = Object.values(store.state.pixels).some(({ pixelCode }) => pixelCode === code);
    if (!known) return context.text('// no pixel has this code\n', 404, { 'content-type': 'text/javascript; charset=utf-8' });
    const script = await readFile(join(import.meta.dirname, 'pixel-script.js'), 'utf8');
    return context.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' });
  });
  app.post(PIXEL_COLLECTOR_PATH, async (context) => {
    const text = await context.req.text();
    const wallMs = Date.now();
    const now = store.clock.now(wallMs);
    const parsed = reported.safeParse(text.length > MAX_BYTES ? undefined : jsonOf(text));
    const said = parsed.success ? parsed.data : undefined;
    const pixel = Object.values(store.state.pixels).find(({ pixelCode }) => pixelCode === said?.pixel_code);
    const [status, message] =
      said === undefined ? ([400, 'not understood'] as const) : pixel ? ([200, 'OK'] as const) : ([404, 'no such pixel'] as const);
    if (said && pixel) {
      const { event, event_id: eventId, pixel_code: sourceId } = said;
      trackEvent(store.state, { sourceId, source: 'web', event, eventId, testEventCode: '', receivedAt: now, channel: 'browser' });
      store.changed();
    }
    store.ledger.add({
      at: new Date(now).toISOString(),
      wallMs,
      method: 'POST',
      path: PIXEL_COLLECTOR_PATH,
      httpStatus: status,
      code: status === 200 ? 0 : null,
      message,
      requestId: makeRequestId(now, store.ledger.count),
      mutation: true,
      committed: status === 200,
      tokenRef: '',
      bcId: '',
      advertiserId: pixel?.advertiserId ?? '',
      subjects: pixel ? [pixel.name, pixel.pixelId] : [],
      parameters: said ?? null,
      created: [],
      fault: null,
    });
    return context.text(message, status, { 'access-control-allow-origin': '*' });
  });
  return app;
}
