import { CommandFault } from '../../../cli/exit.js';
import { slugSchema } from '../../../contract/ids.js';
import { getOnboarding } from '../../../store/onboardings.js';
import type { DeskDependencies } from '../../environment.js';

/**
 * Whether a tenant of that slug was ever started. A run that began a moment ago has saved nothing yet; then it is asked itself, so that
 * the page of a start leads to a page that is there.
 *
 * @throws CommandFault when its run waits for a worker; ServerAway when nothing is saved and Temporal is away
 */
export async function isKnown(deps: DeskDependencies, slug: string): Promise<boolean> {
  if (await getOnboarding(deps.db, slug)) return true;
  if (!slugSchema.safeParse(slug).success) return false;
  try {
    await (await deps.onboardings()).status(slug);
    return true;
  } catch (error) {
    if (error instanceof CommandFault && error.details['code'] === 'unknown_tenant') return false;
    throw error;
  }
}
