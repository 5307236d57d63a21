import { sql } from 'kysely';
import { eventSettingsSchema } from '../contract/event-settings.js';
import {
  BREAKER_REASONS,
  type BreakerReason,
  DROP_REASONS,
  type EventReason,
  PARK_REASONS,
  REJECT_REASONS,
} from '../contract/event-reasons.js';
import type { EventSource } from '../contract/events.js';
import { addedUp, EVENT_STATES, type EventCount, type HourFacts, MATCH_KEYS, type MatchKey } from '../domain/events/hour-facts.js';
import { type LatencyCounts, latencyCount, latencyWithin } from '../domain/events/latency.js';
import type { OptimisationStanding } from '../domain/events/optimisation.js';
import { prepareMap } from '../domain/events/prepared-map.js';
import type { Database } from './database.js';
import { readBreakers, stoppingBreakers } from './event-breakers.js';
import { tenantHours } from './event-hours.js';
import { placesOfTenant } from './event-backlog.js';
import { optimisationOf } from './event-optimisation.js';
import { getEventSettings } from './event-settings.js';
import type { EventState } from './event-tables.js';

const DAY_MS = 86_400_000;
/** How far back a tenant's events are counted. */
export const STATISTICS_DAYS = 7;
const MOST_UNMAPPED = 50;
/** Waiting events of one age are counted up to here, so that a page stays quick beside a backlog of millions. */
const MOST_WAITING = 20_000;

export interface NameCount {
  readonly name: string;
  readonly source: EventSource | null;
  /** TikTok's name; null where none was sent. */
  readonly event: string | null;
  readonly total: number;
  readonly states: Readonly<Record<EventState, number>>;
}

export interface ReasonCount {
  readonly state: 'refused' | 'dropped' | 'parked';
  readonly reason: string;
  readonly field: string | null;
  readonly count: number;
  readonly sentence: string;
  readonly mend: string;
}

export interface Latency {
  readonly count: number;
  /** Half, and 95 of 100, within so many milliseconds (upper bounds of classes); null where there are none or they took over a day. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly classes: LatencyCounts;
}

export interface EventStatistics {
  readonly days: number;
  /** Real events; test events are only in `tests`. */
  readonly total: number;
  readonly tests: number;
  /** More came in within the last two hours than is counted here. */
  readonly cut: boolean;
  /** Events of names beyond the most frequent ones; in `total`, and in no name. */
  readonly ofOtherNames: number;
  readonly states: Readonly<Record<EventState, number>>;
  /** By day of arrival (UTC, `2026-11-21`), oldest first, days without events too. */
  readonly byDay: readonly { readonly day: string; readonly count: number }[];
  readonly names: readonly NameCount[];
  /** How many of the acknowledged events carry each match key. */
  readonly match: { readonly sent: number; readonly keys: readonly { readonly key: MatchKey; readonly count: number }[] };
  readonly unmapped: readonly {
    readonly name: string;
    readonly source: EventSource;
    readonly count: number;
    readonly suggestion: string;
  }[];
  readonly reasons: readonly ReasonCount[];
  readonly latency: { readonly fromArrival: Latency; readonly fromEvent: Latency };
  /** For what ads can optimise, by the event settings and by what TikTok acknowledged. */
  readonly optimisation: OptimisationStanding;
  readonly backlog: EventBacklog;
}

export interface EventBacklog {
  /** By age, youngest first. */
  readonly waiting: readonly { readonly label: string; readonly count: number; readonly orMore: boolean }[];
  /** ISO 8601. */
  readonly oldestAt: string | null;
  readonly parked: readonly { readonly reason: string; readonly count: number; readonly oldestAt: string }[];
  /** Destinations of the tenant, those without a fault too. */
  readonly breakers: readonly {
    readonly destination: string;
    readonly state: 'closed' | 'open' | 'half_open';
    readonly why: string;
    readonly until: string | null;
  }[];
}

const AGES = [
  { label: 'up to 1 minute', ms: 60_000 },
  { label: '1 to 5 minutes', ms: 300_000 },
  { label: '5 minutes to 1 hour', ms: 3_600_000 },
  { label: '1 to 6 hours', ms: 21_600_000 },
  { label: '6 hours to 1 day', ms: DAY_MS },
  { label: 'over 1 day', ms: Number.POSITIVE_INFINITY },
] as const;

function byState(counts: readonly EventCount[]): Record<EventState, number> {
  const of = (state: EventState): number => counts.reduce((sum, one) => (one.state === state ? sum + one.count : sum), 0);
  return Object.assign(
    { waiting: 0, sent: 0, parked: 0, refused: 0, unmapped: 0, dropped: 0 },
    Object.fromEntries(EVENT_STATES.map((state) => [state, of(state)])),
  );
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()];
}

const sumOf = (counts: readonly EventCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);

function namesOf(counts: readonly EventCount[]): NameCount[] {
  return grouped(counts, ({ name, source }) => JSON.stringify([name, source]))
    .map((rows) => ({
      name: rows[0]?.name ?? 'without a name',
      source: rows[0]?.source ?? null,
      event: rows.find(({ event }) => event !== null)?.event ?? null,
      total: sumOf(rows),
      states: byState(rows),
    }))
    .toSorted((a, b) => b.total - a.total);
}

function wordsOf(state: ReasonCount['state'], reason: string): EventReason {
  const table: Readonly<Record<string, EventReason>> = { refused: REJECT_REASONS, dropped: DROP_REASONS, parked: PARK_REASONS }[state];
  return table[reason] ?? { sentence: reason.replaceAll('_', ' '), mend: 'see docs/events.md of the release that stored it' };
}

function reasonsOf(counts: readonly EventCount[]): ReasonCount[] {
  const rows = counts.flatMap((one) =>
    one.state === 'refused' || one.state === 'dropped' || one.state === 'parked' ? [{ ...one, state: one.state }] : [],
  );
  return grouped(rows, ({ state, reason, field }) => JSON.stringify([state, reason, field]))
    .flatMap((group): ReasonCount[] => {
      const [first] = group;
      if (!first) return [];
      const { state, field } = first;
      const reason = first.reason ?? 'without a reason';
      return [{ state, reason, field, count: sumOf(group), ...wordsOf(state, reason) }];
    })
    .toSorted((a, b) => b.count - a.count);
}

function latencyOf(classes: LatencyCounts): Latency {
  const within = (share: number): number | null => {
    const ms = latencyWithin(classes, share);
    return ms === null || !Number.isFinite(ms) ? null : ms;
  };
  return { count: latencyCount(classes), p50Ms: within(0.5), p95Ms: within(0.95), classes };
}

function byDayOf(hours: readonly { readonly hour: Date; readonly facts: HourFacts }[], now: Date): EventStatistics['byDay'] {
  return Array.from({ length: STATISTICS_DAYS }, (_, back) => {
    const day = new Date(now.getTime() - (STATISTICS_DAYS - 1 - back) * DAY_MS).toISOString().slice(0, 10);
    const of = hours.filter(({ hour }) => hour.toISOString().startsWith(day)).flatMap(({ facts }) => [...real(facts), ...others(facts)]);
    return { day, count: of.reduce((sum, { count }) => sum + count, 0) };
  });
}

const real = ({ counts }: HourFacts): EventCount[] => counts.filter(({ test }) => !test);
const others = ({ more }: HourFacts): { count: number }[] => [{ count: more }];

async function waitingByAge(db: Database, slug: string, ids: readonly string[], now: Date): Promise<EventBacklog['waiting']> {
  return Promise.all(
    AGES.map(async ({ label, ms }, index) => {
      const younger = AGES[index - 1]?.ms ?? Number.NEGATIVE_INFINITY;
      const after = Number.isFinite(ms) ? sql`received_at > ${new Date(now.getTime() - ms)}` : sql`true`;
      const until = Number.isFinite(younger) ? sql`received_at <= ${new Date(now.getTime() - younger)}` : sql`true`;
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from (select 1 from events
          where state = 'waiting' and event_source_id = any(${[...ids]}::text[]) and slug = ${slug} and ${after} and ${until}
          limit ${MOST_WAITING}) of_age`.execute(db);
      const count = rows[0]?.count ?? 0;
      return { label, count, orMore: count === MOST_WAITING };
    }),
  );
}

/** What of a tenant's events waits or is parked now, and what stops it. */
export async function tenantBacklog({ db, settingsDb }: EventsAndSettings, slug: string, now: Date): Promise<EventBacklog> {
  const ids = await placesOfTenant(db, slug, settingsDb);
  const [waiting, oldest, parked, breakers] = await Promise.all([
    waitingByAge(db, slug, ids, now),
    sql<{ at: Date }>`select received_at as at from events
      where state = 'waiting' and event_source_id = any(${ids}::text[]) and slug = ${slug} order by received_at limit 1`.execute(db),
    sql<{ reason: string; count: number; at: Date }>`
      select coalesce(reason, 'without a reason') as reason, count(*)::int as count, min(received_at) as at from events
      where state = 'parked' and slug = ${slug} group by 1 order by 2 desc`.execute(db),
    readBreakers(db),
  ]);
  const words = (reason: BreakerReason | null): string => BREAKER_REASONS[reason ?? 'unavailable'];
  return {
    waiting,
    oldestAt: oldest.rows[0]?.at.toISOString() ?? null,
    parked: parked.rows.map(({ reason, count, at }) => ({ reason, count, oldestAt: at.toISOString() })),
    breakers: [
      ...ids.map((destination) => {
        const breaker = breakers.get(destination);
        if (!breaker || breaker.state === 'closed') return { destination, state: 'closed' as const, why: '', until: null };
        return { destination, state: breaker.state, why: words(breaker.reason), until: breaker.openUntil?.toISOString() ?? null };
      }),
      ...stoppingBreakers(breakers, null).map(({ state, reason, openUntil }) => ({
        destination: 'every destination',
        state,
        why: words(reason),
        until: openUntil?.toISOString() ?? null,
      })),
    ],
  };
}

/** Where events are, and where their settings are: mostly the same. */
export interface EventsAndSettings {
  readonly db: Database;
  readonly settingsDb: Database;
}

/** What became of a tenant's conversion events of the last days, and what of them waits or is parked now. */
export async function eventStatistics(of: EventsAndSettings, slug: string, now: Date): Promise<EventStatistics> {
  const [{ hours, cut }, backlog, saved] = await Promise.all([
    tenantHours(of.db, slug, now, STATISTICS_DAYS),
    tenantBacklog(of, slug, now),
    getEventSettings(of.settingsDb, slug),
  ]);
  const all = addedUp(hours.map(({ facts }) => facts));
  const counts = real(all);
  const prepared = prepareMap(saved?.settings ?? eventSettingsSchema.parse({}));
  const names = namesOf(counts);
  const tests = sumOf(all.counts) - sumOf(counts);
  return {
    days: STATISTICS_DAYS,
    total: sumOf(counts) + all.more,
    tests,
    cut,
    ofOtherNames: all.more,
    states: byState(counts),
    byDay: byDayOf(hours, now),
    names,
    match: { sent: all.match.sent, keys: MATCH_KEYS.map((key) => ({ key, count: all.match[key] })) },
    unmapped: names
      .flatMap(({ name, source, states: { unmapped } }) =>
        unmapped === 0 || source === null ? [] : [{ name, source, count: unmapped, suggestion: prepared.suggestion(source, name).text }],
      )
      .toSorted((a, b) => b.count - a.count)
      .slice(0, MOST_UNMAPPED),
    reasons: reasonsOf(counts),
    latency: { fromArrival: latencyOf(all.fromArrival), fromEvent: latencyOf(all.fromEvent) },
    optimisation: await optimisationOf(of.db, slug, saved?.settings.optimisation, { now, facts: all }),
    backlog,
  };
}
