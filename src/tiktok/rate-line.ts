import { type RawBuilder, sql } from 'kysely';

/** The slots of a tenant are counted for so long; then its count begins anew. */
const COUNTED_HOURS = 1;
/** Who has had more slots stands with those who have had so many. */
const MOST_COUNTED = 7;
/** A slot that has been free for so long shows that nobody of the line is there to take it. */
const IDLE_MS = 1_000;
/** Who was sent away is back so long before its turn, however late Temporal's timer is. */
export const BACK_BEFORE_MS = 1_500;
/** Who is not back so long before its turn is too late for it, or was cancelled: the others do not count on it. */
const LATE_MS = 1_000;

/** Somebody in the line of an endpoint. */
export interface Waiter {
  /** The same for all attempts of one activity. */
  readonly name: string;
  /** Whose slots it takes: a tenant's. */
  readonly fairnessKey: string;
}

/** An interval as an SQL expression. */
export const milliseconds = (count: number): RawBuilder<unknown> => sql`${count}::float8 * interval '1 millisecond'`;

const lately = sql`rate_shares.since > clock_timestamp() - ${COUNTED_HOURS} * interval '1 hour'`;

/** How many slots of the endpoint its tenant has had lately: an SQL expression. */
export function had({ fairnessKey }: Waiter, endpoint: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`least(${MOST_COUNTED}::integer, coalesce((select rate_shares.slots from rate_shares
    where rate_shares.endpoint = ${endpoint} and rate_shares.fairness_key = ${fairnessKey} and ${lately}), 0))`;
}

/** Since when it has been in the line, now unless it is: an SQL expression. */
export function waitingSince({ name }: Waiter, endpoint: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`coalesce((select own.since from rate_waiters as own where own.endpoint = ${endpoint} and own.waiter = ${name}), clock_timestamp())`;
}

/**
 * How many slots those want who go before it: whose tenants have had fewer, or as many and who came earlier. An SQL expression.
 */
function slotsBefore(waiter: Waiter, endpoint: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select coalesce(sum(others.calls), 0)::float8 from rate_waiters as others
    where others.endpoint = ${endpoint} and others.waiter <> ${waiter.name} and others.turn_at > clock_timestamp() + ${milliseconds(LATE_MS)}
      and (others.had, others.since) < (${had(waiter, endpoint)}, ${waitingSince(waiter, endpoint)}))`;
}

/** An endpoint, when its next slot falls free that nobody has, and the milliseconds between two of them: SQL expressions. */
export interface Line {
  readonly endpoint: RawBuilder<unknown>;
  readonly free: RawBuilder<unknown>;
  readonly spacingMs: RawBuilder<unknown>;
}

/**
 * When the waiter's slot falls free, if those before it take theirs; whoever is in no line takes the next. Nobody waits for the line where
 * a slot has long been free. An SQL expression.
 */
export function turnAt(waiter: Waiter | undefined, { endpoint, free, spacingMs }: Line): RawBuilder<unknown> {
  if (waiter === undefined) return free;
  return sql`(case when ${free} <= clock_timestamp() - ${milliseconds(IDLE_MS)} then ${free}
    else greatest(${free}, clock_timestamp()) + ${slotsBefore(waiter, endpoint)} * ${spacingMs} * interval '1 millisecond' end)`;
}

/** Counts the slot in `granted`, if there is one, for the tenant, and takes the waiter out of the line: parts of an SQL statement. */
export function served({ name, fairnessKey }: Waiter, endpoint: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`counted as (
      insert into rate_shares (endpoint, fairness_key, since, slots) select ${endpoint}, ${fairnessKey}, clock_timestamp(), 1 from granted
      on conflict (endpoint, fairness_key) do update set
        since = case when ${lately} then rate_shares.since else excluded.since end,
        slots = case when ${lately} then rate_shares.slots + 1 else 1 end),
    gone as (delete from rate_waiters where rate_waiters.endpoint = ${endpoint} and rate_waiters.waiter = ${name} and exists (select from granted))`;
}
