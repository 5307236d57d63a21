import type { Database } from '../store/database.js';
import { getOnboarding, listOnboardings, type SavedOnboarding } from '../store/onboardings.js';
import { badInput, type CommandFault } from './exit.js';
import { didYouMean } from './near.js';

/** No tenant of that slug was ever started; names those that are near. */
export async function unknownTenant(db: Database, slug: string): Promise<CommandFault> {
  const known = (await listOnboardings(db, { limit: 2_000 })).map((line) => line.slug);
  const hint = didYouMean(slug, known) || (known.length === 0 ? '; none was started yet: kobi start FILE' : '; kobi list shows all');
  return badInput(`there is no onboarding of ${JSON.stringify(slug)}${hint}`, { slug, code: 'unknown_tenant' });
}

/**
 * What PostgreSQL knows of a tenant's onboarding.
 * @throws CommandFault (bad input) when the tenant was never started
 */
export async function savedOnboarding(db: Database, slug: string): Promise<SavedOnboarding> {
  const saved = await getOnboarding(db, slug);
  if (!saved) throw await unknownTenant(db, slug);
  return saved;
}
