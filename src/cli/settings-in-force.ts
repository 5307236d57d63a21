import type { Database } from '../store/database.js';
import { getEventSettings, type SavedEventSettings } from '../store/event-settings.js';
import { badInput, type CommandFault } from './exit.js';

/** What a tenant without event settings is answered: the command that sets some. */
export function noSettings(slug: string): CommandFault {
  return badInput(`${slug} has no event settings yet: they come with its pixel, or kobi events settings set ${slug} FILE --as PERSON`);
}

/**
 * The event settings that count now, for a command that can do nothing without them.
 *
 * @throws CommandFault `noSettings`
 */
export async function settingsInForce(db: Database, slug: string): Promise<SavedEventSettings> {
  const saved = await getEventSettings(db, slug);
  if (!saved) throw noSettings(slug);
  return saved;
}
