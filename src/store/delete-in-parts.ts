import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.js';

const AT_ONCE = 50_000;

/**
 * Deletes rows of one table by parts, so that no statement takes longer than it may, however much there is after an outage.
 * A row that somebody changes meanwhile stays.
 * @returns how many went
 */
export async function deleteInParts(
  db: Database,
  table: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
  atOnce: number = AT_ONCE,
): Promise<number> {
  for (let all = 0; ; ) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${table} where ctid = any(array(select ctid from ${table} where ${condition} limit ${atOnce}))`.execute(db);
    all += Number(numAffectedRows);
    if (Number(numAffectedRows) === 0) return all;
  }
}
