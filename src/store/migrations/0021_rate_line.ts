import { type Kysely, sql } from 'kysely';

/**
 * Who waits for slots of an endpoint, and how many each tenant has had lately. `rate_slots.returning_at`, the end of the line as workers
 * of an earlier version know it, stays for them.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`create table rate_shares (
    endpoint text not null,
    fairness_key text not null,
    since timestamptz not null,
    slots integer not null,
    primary key (endpoint, fairness_key)
  )`.execute(db);
  await sql`create table rate_waiters (
    endpoint text not null,
    waiter text not null,
    had integer not null,
    since timestamptz not null,
    calls integer not null,
    turn_at timestamptz not null,
    primary key (endpoint, waiter)
  )`.execute(db);
}
