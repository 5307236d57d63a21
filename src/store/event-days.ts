import { sql } from 'kysely';
import type { Database } from './database.js';

const DAY_MS = 86_400_000;
/** PostgreSQL: rows of that day stand in the default partition already. */
const ROWS_IN_DEFAULT = '23514';

/** A UTC day as `20261121`. */
function nameOf(day: Date): string {
  return day.toISOString().slice(0, 10).replaceAll('-', '');
}

function dayOf(moment: Date, ahead = 0): Date {
  return new Date(Math.floor(moment.getTime() / DAY_MS + ahead) * DAY_MS);
}

function isRowsInDefault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === ROWS_IN_DEFAULT;
}

async function makeDay(db: Database, day: Date): Promise<boolean> {
  const table = sql.table(`events_${nameOf(day)}`);
  const from = sql.lit(day.toISOString());
  const to = sql.lit(dayOf(day, 1).toISOString());
  try {
    return await db.transaction().execute(async (transaction) => {
      // One maker at a time: "if not exists" does not see what another transaction is about to make.
      await sql`select pg_advisory_xact_lock(hashtextextended('event_days', 0))`.execute(transaction);
      const { rows } = await sql<{ there: boolean }>`select to_regclass(${`events_${nameOf(day)}`}) is not null as there`.execute(
        transaction,
      );
      if (rows[0]?.there === true) return false;
      // Room for the version that a claim writes: it then needs no new entry in any index.
      await sql`create table ${table} partition of events for values from (${from}) to (${to}) with (fillfactor = 45)`.execute(transaction);
      return true;
    });
  } catch (error) {
    // They are safe where they are; only that day cannot be taken away as a whole.
    if (isRowsInDefault(error)) return false;
    throw error;
  }
}

/**
 * Makes the partitions of the coming days, this one included; whoever takes events in calls it at its start and daily. Several processes
 * may call it at once.
 * @returns the days made now, such as `20261121`
 */
export async function makeEventDays(db: Database, now: Date, days = 4): Promise<string[]> {
  const made: string[] = [];
  for (let ahead = 0; ahead < days; ahead += 1) {
    const day = dayOf(now, ahead);
    if (await makeDay(db, day)) made.push(nameOf(day));
  }
  return made;
}

/**
 * Takes whole days of events away that lie before a moment. A day that still holds an event which waits or is parked stays.
 * @returns the days taken away
 */
export async function dropEventDays(db: Database, before: Date): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$' and c.relname < ${`events_${nameOf(dayOf(before))}`}
    order by c.relname`.execute(db);
  const gone: string[] = [];
  for (const { name } of rows) {
    const dropped = await db.transaction().execute(async (transaction) => {
      await sql`lock table ${sql.table(name)} in access exclusive mode`.execute(transaction);
      const open = await sql`select 1 from ${sql.table(name)} where state in ('waiting', 'parked') limit 1`.execute(transaction);
      if (open.rows.length > 0) return false;
      await sql`drop table ${sql.table(name)}`.execute(transaction);
      return true;
    });
    if (dropped) gone.push(name.slice('events_'.length));
  }
  return gone;
}
