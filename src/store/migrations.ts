import { type Migration, Migrator, sql } from 'kysely';
import type { Database } from './database.js';
import * as foundation from './migrations/0001_foundation.js';
import * as liveStates from './migrations/0002_live_states.js';
import * as desk from './migrations/0003_desk.js';
import * as rateLanes from './migrations/0004_rate_lanes.js';
import * as stepSpans from './migrations/0005_step_spans.js';
import * as signingKeys from './migrations/0006_signing_keys.js';
import * as deliveries from './migrations/0007_deliveries.js';
import * as clientLinks from './migrations/0008_client_links.js';
import * as apiRequests from './migrations/0009_api_requests.js';
import * as inbox from './migrations/0010_inbox.js';
import * as stepClocks from './migrations/0011_step_clocks.js';
import * as events from './migrations/0012_events.js';
import * as ballOfGates from './migrations/0013_ball_of_gates.js';
import * as projectionKey from './migrations/0014_projection_key.js';
import * as eventSettings from './migrations/0015_event_settings.js';
import * as eventQueue from './migrations/0016_event_queue.js';
import * as eventHours from './migrations/0017_event_hours.js';
import * as gateAmenders from './migrations/0018_gate_amenders.js';
import * as eventOptimisation from './migrations/0019_event_optimisation.js';
import * as eventForgotten from './migrations/0020_event_forgotten.js';
import * as rateLine from './migrations/0021_rate_line.js';

/** Migrations by name, applied in the order of their names; one that was released is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_foundation': foundation,
  '0002_live_states': liveStates,
  '0003_desk': desk,
  '0004_rate_lanes': rateLanes,
  '0005_step_spans': stepSpans,
  '0006_signing_keys': signingKeys,
  '0007_deliveries': deliveries,
  '0008_client_links': clientLinks,
  '0009_api_requests': apiRequests,
  '0010_inbox': inbox,
  '0011_step_clocks': stepClocks,
  '0012_events': events,
  '0013_ball_of_gates': ballOfGates,
  '0014_projection_key': projectionKey,
  '0015_event_settings': eventSettings,
  '0016_event_queue': eventQueue,
  '0017_event_hours': eventHours,
  '0018_gate_amenders': gateAmenders,
  '0019_event_optimisation': eventOptimisation,
  '0020_event_forgotten': eventForgotten,
  '0021_rate_line': rateLine,
};

function migratorOf(db: Database): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });
}

/** Migrations that the database has and this program does not know. */
async function foreignMigrations(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !Object.hasOwn(MIGRATIONS, name));
}

/**
 * Brings the database to the newest schema, all or nothing; several processes may call it at once, an advisory lock lets one work.
 *
 * @returns the names of the migrations applied now
 * @throws what the database answered, or that another version made it; the schema is then as it was
 */
export async function migrateToLatest(db: Database): Promise<string[]> {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error) {
    const foreign = await foreignMigrations(db).catch(() => []);
    if (foreign.length > 0)
      throw new Error(
        `another version of this program made the database: ${foreign.join(', ')} is no migration of this one. ` +
          'Run that version or a newer one; a state of development is set aside by npm run dev -- --new',
        { cause: error },
      );
    throw error instanceof Error ? error : new Error('the migration failed', { cause: error });
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Names of migrations that this program has and the database lacks. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const migrations = await migratorOf(db).getMigrations();
  return migrations.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}
