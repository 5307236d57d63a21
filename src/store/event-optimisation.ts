import { sql } from 'kysely';
import type { EventSettingsFile } from '../contract/event-settings.js';
import { addedUp, type HourFacts } from '../domain/events/hour-facts.js';
import { type OptimisationStanding, optimisationStanding, VALUE_OPTIMISATION } from '../domain/events/optimisation.js';
import type { Database } from './database.js';
import { tenantHours } from './event-hours.js';

/** When the first install event that went to TikTok came in, of the events that are kept. */
async function firstInstallAt(db: Database, slug: string): Promise<string | null> {
  const { rows } = await sql<{ at: Date }>`
    select received_at as at from events
    where slug = ${slug} and event = 'InstallApp' and source = 'app' and state = 'sent' and test_event_code is null
    order by received_at limit 1`.execute(db);
  return rows[0]?.at.toISOString() ?? null;
}

/**
 * For what a tenant's ads can optimise, by the events that went to TikTok.
 * @param chosen of its event settings
 * @param facts of the last 7 days, where they are known already
 */
export async function optimisationOf(
  db: Database,
  slug: string,
  chosen: EventSettingsFile['optimisation'],
  { now, facts }: { readonly now: Date; readonly facts?: HourFacts },
): Promise<OptimisationStanding> {
  const [installAt, { payments }] = await Promise.all([
    firstInstallAt(db, slug),
    facts ?? tenantHours(db, slug, now, VALUE_OPTIMISATION.days).then(({ hours }) => addedUp(hours.map((one) => one.facts))),
  ]);
  return optimisationStanding(chosen, { payments, firstInstallAt: installAt });
}
