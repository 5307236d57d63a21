import type { LaunchFinding, Pixel } from '../contract/onboarding-activities.js';
import type { Tenant } from '../contract/tenant.js';
import { SHOWN_AFTER_MS } from '../domain/events/shown-after.js';
import { mapKeyEvents } from '../domain/event-map.js';
import { TikTokError } from '../tiktok/error.js';
import type { ActivityDependencies } from './dependencies.js';

const DAY_MS = 86_400_000;
/** How far back TikTok's statistics are read, today included. */
const DAYS = 7;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * Which of the tenant's key events TikTok's own statistics show, read once. Nobody must wait for it: real events begin with the first
 * visitors, and TikTok shows a new name 30 to 90 minutes after its first event.
 */
export async function eventsSeen(
  { tiktok, clock }: Pick<ActivityDependencies, 'tiktok' | 'clock'>,
  { advertiserId, pixel, tenant }: { readonly advertiserId: string; readonly pixel: Pixel; readonly tenant: Tenant },
): Promise<LaunchFinding> {
  const check = 'events_seen';
  const now = clock();
  try {
    const { list } = await tiktok.pixelEventStats({
      advertiser_id: advertiserId,
      pixel_ids: [pixel.pixelId],
      date_range: { start_date: dayOf(new Date(now.getTime() - (DAYS - 1) * DAY_MS)), end_date: dayOf(now) },
    });
    const counted = list
      .filter((row) => row.pixel_id === pixel.pixelId)
      .flatMap((row) => row.statistics ?? [])
      .filter((row) => (row.total_count ?? 0) > 0);
    const types = new Set(counted.flatMap((row) => [row.pixel_event_type, row.custom_event_type]));
    const { mapped } = mapKeyEvents(tenant);
    const names = new Set(mapped.map(({ event }) => event));
    const seen = new Set(
      mapped.flatMap(({ event, optimizationEvent }) => (types.has(event) || types.has(optimizationEvent) ? [event] : [])),
    );
    const missing = [...names].filter((name) => !seen.has(name));
    if (missing.length === 0) return { check, ok: true, detail: `TikTok's statistics show ${[...names].join(', ')}` };
    const what = `TikTok's statistics show ${missing.join(', ')}, which they do not yet; a new name shows 30 to 90 minutes after its first real event`;
    return { check, ok: true, detail: what, expects: { what, by: new Date(now.getTime() + SHOWN_AFTER_MS).toISOString() } };
  } catch (error) {
    if (!(error instanceof TikTokError) || error.class === 'cancelled') throw error;
    return { check, ok: true, detail: `TikTok's statistics could not be read, which holds nothing up: ${error.message}` };
  }
}
