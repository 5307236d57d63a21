import type { EventSettingsFile } from '../../../src/contract/event-settings.js';
import type { EventVerdict } from '../../../src/contract/events.js';
import { eventSettings } from '../../../src/domain/events/event-settings.js';
import { judgeEvent } from '../../../src/domain/events/judge.js';
import { type PreparedMap, prepareMap } from '../../../src/domain/events/prepared-map.js';

/** A moment on which every test of events stands. */
export const NOW = new Date('2026-11-21T12:00:00Z');
export const NOW_S = NOW.getTime() / 1000;

const SHOP = {
  country: 'DE',
  destinations: {
    web: { pixel_code: 'C4A1B2C3D4E5F6G7H8I0', website: 'https://shop.example.org/' },
    app: { tiktok_app_id: '7300000000000000400', app_id: 'org.example.shop' },
    offline: { event_set_id: '7300000000000000410' },
    crm: { event_set_id: '7300000000000000420', lead_event_source: 'shop crm' },
  },
};

/** Settings of a shop with a destination for every source, and whatever a test changes. */
export function settings(change: object = {}): EventSettingsFile {
  const read = eventSettings({ ...SHOP, ...change });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.settings;
}

const shop = prepareMap(settings());

/** Judges an event of the shop as if it came in at NOW. */
export function judge(event: unknown, prepared: PreparedMap = shop): EventVerdict {
  return judgeEvent(prepared, event, NOW);
}

/** The one event of what would be sent; fails the test when it would not be. */
export function sent(event: unknown, prepared?: PreparedMap) {
  const verdict = judge(event, prepared);
  if (verdict.verdict !== 'send') throw new Error(`is not sent: ${JSON.stringify(verdict)}`);
  const [data] = verdict.payload.data;
  if (!data) throw new Error('is sent without data');
  return { ...verdict, data };
}

/** An event of each source that lacks nothing. */
export const WHOLE = {
  web: { source: 'web', name: 'purchase', event_id: 'e-1', user: { email: 'person-a@example.org' }, params: { value: 1, currency: 'EUR' } },
  app: { source: 'app', name: 'purchase', event_id: 'e-1', user: { email: 'person-a@example.org' }, params: { value: 1, currency: 'EUR' } },
  offline: { source: 'offline', name: 'purchase', event_id: 'e-1', timestamp: NOW_S, user: { email: 'person-a@example.org' } },
  crm: { source: 'crm', name: 'qualify_lead', event_id: 'e-1', timestamp: NOW_S, user: {}, params: { lead_id: '73001' } },
} as const;
