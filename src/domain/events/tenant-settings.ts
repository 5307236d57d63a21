import type { EventSets } from '../../contract/onboarding-activities.js';
import type { Tenant } from '../../contract/tenant.js';
import { type EventSettingsFile, eventSettingsSchema } from '../../contract/event-settings.js';

/**
 * The event settings that follow from an onboarding alone: its country, website and pixel, and the TikTok events that its key events name.
 * @param pixelCode undefined while the pixel does not exist
 * @param sets those that exist
 */
export function settingsOfTenant(
  { country, website, ga4 }: Pick<Tenant, 'country' | 'website' | 'ga4'>,
  pixelCode: string | undefined,
  { offline, crm }: EventSets = {},
): EventSettingsFile {
  const named = ga4.keyEvents.flatMap(({ name, tiktokEvent }) =>
    tiktokEvent === undefined ? [] : [[name, { web: tiktokEvent }] as const],
  );
  return eventSettingsSchema.parse({
    country,
    ga4_measurement_id: ga4.measurementId,
    map: Object.fromEntries(named),
    destinations: {
      ...(pixelCode === undefined ? {} : { web: { pixel_code: pixelCode, website } }),
      ...(offline === undefined ? {} : { offline: { event_set_id: offline } }),
      ...(crm === undefined ? {} : { crm: { event_set_id: crm } }),
    },
  });
}
