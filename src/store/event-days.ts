import { type Kysely, type RawBuilder, sql } from 'kysely';
import { HOPELESS_AFTER_MS } from '../domain/events/event-time.js';
import type { Database } from './database.js';
import { deleteInParts } from './delete-in-parts.js';
import type { Tables } from './tables.js';

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

/** Events that went away without having reached TikTok. */
export interface Unsent {
  readonly slug: string;
  readonly state: 'waiting' | 'parked';
  readonly reason: string | null;
  readonly count: number;
}

export interface Dropped {
  /** Such as `20261121`. */
  readonly days: readonly string[];
  readonly unsent: readonly Unsent[];
}

async function openEvents(db: Kysely<Tables>, table: RawBuilder<unknown>, before: Date): Promise<Unsent[]> {
  // Each state apart, so that its own index finds them: the day is locked.
  const { rows } = await sql<Unsent>`
    select slug, state, reason, count(*)::int as count from (
      select slug, state, reason from ${table} where state = 'waiting' and received_at < ${before}
      union all
      select slug, state, reason from ${table} where state = 'parked' and received_at < ${before}) open
    group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return rows;
}

/**
 * Takes events away that came in before a moment, by whole days. A day that still holds an event which waits or is parked stays for as long
 * as TikTok may take that: 28 days.
 */
export async function dropEventDays(db: Database, before: Date, now: Date): Promise<Dropped> {
  const hopeless = dayOf(new Date(now.getTime() - HOPELESS_AFTER_MS));
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$' and c.relname < ${`events_${nameOf(dayOf(before))}`}
    order by c.relname`.execute(db);
  const days: string[] = [];
  const unsent: Unsent[] = [];
  for (const { name } of rows) {
    const table = sql.table(name);
    const dropped = await db.transaction().execute(async (transaction) => {
      await sql`lock table ${table} in access exclusive mode`.execute(transaction);
      const open = await openEvents(transaction, table, before);
      if (open.length > 0 && name >= `events_${nameOf(hopeless)}`) return undefined;
      await sql`drop table ${table}`.execute(transaction);
      return open;
    });
    if (!dropped) continue;
    days.push(name.slice('events_'.length));
    unsent.push(...dropped);
  }
  unsent.push(...(await sweepDefault(db, dayOf(before), hopeless)));
  return { days, unsent };
}

/** What came in before its day was made lies in no day of its own, and goes row by row. */
async function sweepDefault(db: Database, before: Date, hopeless: Date): Promise<Unsent[]> {
  const table = sql.table('events_default');
  const forGood = before < hopeless ? before : hopeless;
  const unsent = await openEvents(db, table, forGood);
  await deleteInParts(db, table, sql`received_at < ${before} and (state not in ('waiting', 'parked') or received_at < ${forGood})`);
  return unsent;
}
