import { sql } from 'kysely';
import { z } from 'zod';
import { addedUp, type HourFacts, hourFactsSchema } from '../domain/events/hour-facts.js';
import { LATENCY_BOUNDS_MS, NO_LATENCIES } from '../domain/events/latency.js';
import type { Database } from './database.js';
import { placesOfTenant } from './event-backlog.js';

export const HOUR_MS = 3_600_000;
/** Groups of name, state and reason of one hour; a sender of random names must not fill the table. */
const MOST_GROUPS = 500;
/** Hours that are added up in one statement. */
const AT_ONCE_MS = 6 * HOUR_MS;
/** Hours of more than a week are of no use to anybody. */
const KEPT_MS = 9 * 24 * HOUR_MS;

export function hourOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS);
}

const partSchema = z.object({
  hour: z.date(),
  part: z.enum(['counts', 'match', 'payments', 'fromArrival', 'fromEvent']),
  facts: z.unknown(),
});
const classesSchema = z.record(z.string(), z.int());

/** Counts by class number, as the query gives them, in order. */
function latencies(facts: unknown): number[] {
  const classes = classesSchema.parse(facts);
  return NO_LATENCIES.map((_, index) => classes[String(index)] ?? 0);
}

function partOf({ part, facts }: z.infer<typeof partSchema>): unknown {
  if (part === 'fromArrival' || part === 'fromEvent') return { [part]: latencies(facts) };
  return part === 'counts' ? facts : { [part]: facts };
}

export interface Span {
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  /** Only the newest so many events; all unless told. */
  readonly newest?: number;
}

/** What a tenant's events came to, by hour of arrival; hours without events are missing. It reads every event of the span. */
export async function readHours(db: Database, slug: string, { from, to, newest }: Span): Promise<Map<number, HourFacts>> {
  const bounds = sql.lit(`{${LATENCY_BOUNDS_MS.join(',')}}`);
  const { rows } = await sql<z.infer<typeof partSchema>>`
    with seen as materialized (
      select date_trunc('hour', received_at, 'UTC') as hour, name, source, event, state, reason, field, test_event_code is not null as test,
        u ? 'email' as email, u ? 'phone' as phone, u ? 'external_id' as external_id, u ? 'ttclid' as ttclid, u ? 'ttp' as ttp,
        u ? 'ip' and u ? 'user_agent' as ip_and_browser,
        case when event = 'Purchase' and u is not null and (payload->'properties'->>'value')::float8 > 0
          and (u ? 'ttclid' or payload->'ad' ? 'callback' or payload->'ad'->'attributed' = 'true'::jsonb) then event_id end as paid,
        width_bucket(extract(epoch from settled_at - received_at)::float8 * 1000, ${bounds}::float8[]) as from_arrival,
        width_bucket((extract(epoch from settled_at)::float8 - (payload->>'event_time')::float8) * 1000, ${bounds}::float8[]) as from_event
      from (
        select received_at, name, event_id, source, event, state, reason, field, test_event_code, settled_at, payload,
          case when state = 'sent' and test_event_code is null then payload->'user' end as u
        from events where slug = ${slug} and received_at >= ${from} and received_at < ${to}
        order by received_at desc limit ${newest ?? null}) of_tenant
    ), groups as (
      select hour, name, source, event, state, reason, field, test, count(*)::int as count,
        row_number() over (partition by hour order by count(*) desc) as place
      from seen group by 1, 2, 3, 4, 5, 6, 7, 8
    ), acknowledged as (select * from seen where state = 'sent' and not test)
    select hour, 'counts' as part, jsonb_build_object(
      'counts', jsonb_agg(jsonb_build_object('name', name, 'source', source, 'event', event, 'state', state, 'reason', reason, 'field', field,
        'test', test, 'count', count)) filter (where place <= ${MOST_GROUPS}::integer),
      'more', coalesce(sum(count) filter (where place > ${MOST_GROUPS}::integer), 0)) as facts
    from groups group by hour
    union all
    select hour, 'match', jsonb_build_object('sent', count(*), 'email', count(*) filter (where email), 'phone', count(*) filter (where phone),
      'external_id', count(*) filter (where external_id), 'ttclid', count(*) filter (where ttclid), 'ttp', count(*) filter (where ttp),
      'ip_and_browser', count(*) filter (where ip_and_browser))
    from acknowledged group by hour
    union all
    select hour, 'payments', jsonb_build_object('web', count(distinct paid) filter (where source = 'web'),
      'app', count(distinct paid) filter (where source = 'app'))
    from acknowledged where paid is not null group by hour
    union all
    select hour, 'fromArrival', jsonb_object_agg(from_arrival, count) from (
      select hour, from_arrival, count(*) from acknowledged where from_arrival is not null group by 1, 2) a group by hour
    union all
    select hour, 'fromEvent', jsonb_object_agg(from_event, count) from (
      select hour, from_event, count(*) from acknowledged where from_event is not null group by 1, 2) e group by hour`.execute(db);
  const parts = new Map<number, unknown[]>();
  for (const row of z.array(partSchema).parse(rows)) {
    const at = row.hour.getTime();
    parts.set(at, [...(parts.get(at) ?? []), partOf(row)]);
  }
  return new Map([...parts].map(([hour, some]) => [hour, hourFactsSchema.parse(Object.assign({}, ...some))]));
}

interface Open {
  readonly waiting: number;
  readonly parked: number;
}

function openOf({ counts }: HourFacts): Open {
  const of = (wanted: 'waiting' | 'parked'): number => counts.reduce((sum, { state, count }) => (state === wanted ? sum + count : sum), 0);
  return { waiting: of('waiting'), parked: of('parked') };
}

/** How many events of each hour wait and are parked now, found by the indexes of those alone. */
async function openNow(db: Database, slug: string, { from, to }: Span): Promise<Map<number, Open>> {
  const ids = await placesOfTenant(db, slug);
  const { rows } = await sql<Open & { hour: Date }>`
    select hour, sum(waiting)::int as waiting, sum(parked)::int as parked from (
      select date_trunc('hour', received_at, 'UTC') as hour, count(*) as waiting, 0 as parked from events
      where state = 'waiting' and event_source_id = any(${ids}::text[]) and slug = ${slug} and received_at >= ${from} and received_at < ${to} group by 1
      union all
      select date_trunc('hour', received_at, 'UTC') as hour, 0 as waiting, count(*) as parked from events
      where state = 'parked' and slug = ${slug} and received_at >= ${from} and received_at < ${to} group by 1) open group by 1`.execute(db);
  return new Map(rows.map(({ hour, waiting, parked }) => [hour.getTime(), { waiting, parked }]));
}

/** What is kept of a span by hour. */
async function keptHours(db: Database, slug: string, { from, to }: Span) {
  const rows = await db
    .selectFrom('event_hours')
    .select(['hour', 'facts'])
    .where('slug', '=', slug)
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .execute();
  return rows.map(({ hour, facts }) => ({ hour: hour.getTime(), facts: hourFactsSchema.parse(facts) }));
}

/** Neighbouring hours in one span each, so that they are read at once; short ones, so that no statement takes long. */
function spansOf(hours: readonly number[]): Span[] {
  const spans: { from: Date; to: Date }[] = [];
  for (const hour of hours.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && last.to.getTime() === hour && hour - last.from.getTime() < AT_ONCE_MS) last.to = new Date(hour + HOUR_MS);
    else spans.push({ from: new Date(hour), to: new Date(hour + HOUR_MS) });
  }
  return spans;
}

async function keepSpan(db: Database, slug: string, span: Span): Promise<void> {
  const found = await readHours(db, slug, span);
  const rows = [];
  for (let hour = span.from.getTime(); hour < span.to.getTime(); hour += HOUR_MS) {
    const facts = found.get(hour) ?? addedUp([]);
    const { waiting, parked } = openOf(facts);
    rows.push({ slug, hour: new Date(hour), facts: JSON.stringify(facts), open: waiting + parked });
  }
  await db
    .insertInto('event_hours')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['slug', 'hour']).doUpdateSet(({ ref }) => ({ facts: ref('excluded.facts'), open: ref('excluded.open') })),
    )
    .execute();
}

/** Whether what waits or is parked of an hour is other than when it was added up. */
function isOther({ facts }: { readonly facts: HourFacts }, now: Open = { waiting: 0, parked: 0 }): boolean {
  const { waiting, parked } = openOf(facts);
  return waiting !== now.waiting || parked !== now.parked;
}

/** Keeps the hours of a span that are missing, and with `again` those too in which something that waited or was parked is no longer so. */
async function keepHours(db: Database, slug: string, span: Span, again: boolean): Promise<void> {
  const kept = new Map((await keptHours(db, slug, span)).map((row) => [row.hour, row]));
  const open = again ? await openNow(db, slug, span) : undefined;
  const wanted: number[] = [];
  for (let hour = span.from.getTime(); hour < span.to.getTime(); hour += HOUR_MS) {
    const row = kept.get(hour);
    if (row === undefined || (open && isOther(row, open.get(hour)))) wanted.push(hour);
  }
  for (const each of spansOf(wanted)) await keepSpan(db, slug, each);
}

/** The hours of the days before now that are over, with an hour for those who store late. */
function pastHours(now: Date, days: number): Span {
  const to = new Date(hourOf(now).getTime() - HOUR_MS);
  return { from: new Date(hourOf(now).getTime() - days * 24 * HOUR_MS), to };
}

/**
 * Adds up the hours of the last days for every tenant that has events, those that were still open too, and forgets old ones. Whoever
 * looks after events calls it every hour; several at once do the same work twice.
 */
export async function addUpHours(db: Database, now: Date, days = 7): Promise<void> {
  const { rows } = await sql<{ slug: string }>`
    with recursive tenants (slug) as (
      (select slug from events order by slug limit 1)
      union all
      select (select e.slug from events e where e.slug > t.slug order by e.slug limit 1) from tenants t where t.slug is not null)
    select slug from tenants where slug is not null`.execute(db);
  let failed: unknown;
  // One tenant with more events than can be added up in time must not cost the others their numbers.
  for (const { slug } of rows)
    await keepHours(db, slug, pastHours(now, days), true).catch((error: unknown) => {
      failed ??= error;
    });
  await db
    .deleteFrom('event_hours')
    .where('hour', '<', new Date(now.getTime() - KEPT_MS))
    .execute();
  if (failed !== undefined) throw failed;
}

/** Of the hour that runs and the one before, no more events than these are read while somebody waits for a page. */
const NEWEST = 50_000;

export interface TenantHours {
  /** By hour, oldest first; hours without events are left out. */
  readonly hours: readonly { readonly hour: Date; readonly facts: HourFacts }[];
  /** More came in within the last two hours than is counted here. */
  readonly cut: boolean;
}

/**
 * What a tenant's events of the last days came to. Hours that nobody has added up yet are added up now; what was open then is as it was
 * when it was last added up, at most an hour ago.
 */
export async function tenantHours(db: Database, slug: string, now: Date, days = 7): Promise<TenantHours> {
  const past = pastHours(now, days);
  await keepHours(db, slug, past, false);
  const kept = await keptHours(db, slug, past);
  const current = await readHours(db, slug, { from: past.to, to: new Date(now.getTime() + 60_000), newest: NEWEST });
  const all = new Map([...kept.map(({ hour, facts }) => [hour, facts] as const), ...current]);
  const counted = [...current.values()].flatMap(({ counts, more }) => [more, ...counts.map(({ count }) => count)]);
  return {
    hours: [...all]
      .filter(([, { counts }]) => counts.length > 0)
      .toSorted(([a], [b]) => a - b)
      .map(([hour, facts]) => ({ hour: new Date(hour), facts })),
    cut: counted.reduce((sum, count) => sum + count, 0) >= NEWEST,
  };
}
