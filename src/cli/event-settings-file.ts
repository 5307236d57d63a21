import { type EventSettings, eventSettings } from '../domain/events/event-settings.js';
import { badInput } from './exit.js';
import { readTenantFile, renderFaults } from './tenant-file-reader.js';

/**
 * Event settings of a file, YAML or JSON.
 * @throws CommandFault (bad input) with every fault, its line and what is allowed
 */
export async function eventSettingsOfFile(file: string): Promise<EventSettings> {
  const read = await readTenantFile(file);
  const result = read.ok ? eventSettings(read.content) : read;
  if (result.ok) return result.settings;
  const faults = result.faults.map((one) => (read.ok ? { ...one, ...read.place(one.path) } : one));
  throw badInput(`${renderFaults(faults, file)}\n${faults.length} fault(s); nothing was looked at`, { faults });
}

/**
 * What a preview without settings goes by: stand-ins for what only a tenant has, so that the mapping can be seen.
 */
export const STAND_IN_SETTINGS = {
  destinations: {
    web: { pixel_code: 'PREVIEWPIXEL', website: 'https://www.example.org/' },
    app: { tiktok_app_id: '1000000000000000001', app_id: 'org.example.preview' },
    offline: { event_set_id: '1000000000000000002' },
    crm: { event_set_id: '1000000000000000003' },
  },
} as const;
