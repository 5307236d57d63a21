import { z } from 'zod';
import { EVENT_SOURCES } from '../../contract/events.js';
import { addLatencies, type LatencyCounts, NO_LATENCIES } from './latency.js';

/** States as the table of events has them. */
export const EVENT_STATES = ['waiting', 'sent', 'parked', 'refused', 'unmapped', 'dropped'] as const;

/** Ways in which TikTok finds the person of an event. */
export const MATCH_KEYS = ['email', 'phone', 'external_id', 'ttclid', 'ttp', 'ip_and_browser'] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

const countSchema = z.object({
  name: z.string().nullable(),
  source: z.enum(EVENT_SOURCES).nullable(),
  /** TikTok's name. */
  event: z.string().nullable(),
  state: z.enum(EVENT_STATES),
  reason: z.string().nullable(),
  field: z.string().nullable(),
  test: z.boolean(),
  count: z.int().nonnegative(),
});
export type EventCount = z.infer<typeof countSchema>;

const none = z.int().nonnegative().default(0);
const matchSchema = z.object({
  sent: none,
  email: none,
  phone: none,
  external_id: none,
  ttclid: none,
  ttp: none,
  ip_and_browser: none,
} satisfies Record<MatchKey | 'sent', typeof none>);
type Match = z.output<typeof matchSchema>;
const NO_MATCHES: Match = matchSchema.parse({});

const paymentsSchema = z.object({ web: none, app: none });
type Payments = z.output<typeof paymentsSchema>;
const NO_PAYMENTS: Payments = paymentsSchema.parse({});

/** What the events that came in within one hour, or several, came to. Test events are counted, and are in nothing else. */
export const hourFactsSchema = z.object({
  counts: z.array(countSchema).default([]),
  /** Events of names beyond the most frequent ones of an hour. */
  more: z.int().default(0),
  /** Real events that TikTok acknowledged: how many, and how many of them carry each match key. */
  match: matchSchema.default(NO_MATCHES),
  /** Of them, payments by which TikTok could optimise for value: with a value, and with its click or an attribution; each event id once. */
  payments: paymentsSchema.default(NO_PAYMENTS),
  /** From arrival to TikTok's acknowledgement, and from the event itself. */
  fromArrival: z.array(z.int()).default([...NO_LATENCIES]),
  fromEvent: z.array(z.int()).default([...NO_LATENCIES]),
});
export type HourFacts = z.output<typeof hourFactsSchema>;

const keyOf = ({ name, source, event, state, reason, field, test }: EventCount): string =>
  JSON.stringify([name, source, event, state, reason, field, test]);

function addedLatencies(all: readonly HourFacts[], of: (facts: HourFacts) => LatencyCounts): number[] {
  return [...all.reduce((sum, facts) => addLatencies(sum, of(facts)), NO_LATENCIES)];
}

/** The hours together. */
export function addedUp(all: readonly HourFacts[]): HourFacts {
  const counts = new Map<string, EventCount>();
  for (const facts of all)
    for (const one of facts.counts) {
      const known = counts.get(keyOf(one));
      counts.set(keyOf(one), { ...one, count: (known?.count ?? 0) + one.count });
    }
  const match = { ...NO_MATCHES };
  for (const facts of all) for (const key of ['sent', ...MATCH_KEYS] as const) match[key] += facts.match[key];
  const payments = { ...NO_PAYMENTS };
  for (const facts of all) for (const source of ['web', 'app'] as const) payments[source] += facts.payments[source];
  return {
    counts: [...counts.values()].toSorted((a, b) => b.count - a.count),
    more: all.reduce((sum, { more }) => sum + more, 0),
    match,
    payments,
    fromArrival: addedLatencies(all, ({ fromArrival }) => fromArrival),
    fromEvent: addedLatencies(all, ({ fromEvent }) => fromEvent),
  };
}
