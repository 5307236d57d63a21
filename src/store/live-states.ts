import { sql } from 'kysely';
import { isOnboardingState, type OnboardingState } from '../domain/onboarding-state.js';
import type { Database } from './database.js';

/** Keeps the state with which a tenant went live; a later one of the same tenant replaces it. */
export async function keepLiveState(db: Database, slug: string, state: unknown): Promise<void> {
  const kept = { state: JSON.stringify(state), saved_at: sql<Date>`clock_timestamp()` };
  await db
    .insertInto('live_states')
    .values({ slug, ...kept })
    .onConflict((conflict) => conflict.column('slug').doUpdateSet(kept))
    .execute();
}

/**
 * The state with which a tenant went live last, or undefined when it never did.
 * @throws Error when the row is not a state that this release knows
 */
export async function readLiveState(db: Database, slug: string): Promise<OnboardingState | undefined> {
  const row = await db.selectFrom('live_states').select('state').where('slug', '=', slug).executeTakeFirst();
  if (!row) return undefined;
  if (!isOnboardingState(row.state))
    throw new Error(
      `the kept state of ${slug} has a shape that this release does not know; run the amendment with the release that made it live`,
    );
  return row.state;
}
