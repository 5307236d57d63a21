import { z } from '@hono/zod-openapi';
import { EVENT_SOURCES } from '../../../contract/events.js';
import type { OptimisationStanding } from '../../../domain/events/optimisation.js';
import { EVENT_STATES, MATCH_KEYS } from '../../../domain/events/hour-facts.js';
import type { EventStatistics, Latency } from '../../../store/event-statistics.js';
import type { Documented } from './documented.js';
import { instant } from './status.js';

const count = z.int();
const source = z.enum(EVENT_SOURCES);
const states = z.object({ waiting: count, sent: count, parked: count, refused: count, unmapped: count, dropped: count });

const latencySchema: z.ZodType<Documented<Latency>> = z
  .object({
    count,
    p50Ms: count.nullable().openapi({ description: 'half within so many milliseconds; null where there are none or it took over a day' }),
    p95Ms: count.nullable(),
    classes: z.array(count).openapi({ description: 'events by class of latency, fastest first' }),
  })
  .openapi('EventLatency');

const progressSchema = z.object({ counted: count, needed: count, ready: z.boolean() });
const optimisationSchema: z.ZodType<Documented<OptimisationStanding>> = z
  .object({
    choice: z.object({ event: z.string(), objective: z.string(), source: source.extract(['web', 'app']), byValue: z.boolean() }).nullable(),
    findings: z
      .array(z.object({ kind: z.enum(['impossible', 'waiting']), text: z.string(), allowed: z.array(z.string()).optional() }))
      .openapi({ description: 'what stands against the choice; empty: ads can optimise for it' }),
    payments: z
      .object({ web: progressSchema, app: progressSchema })
      .openapi({ description: 'attributed, unique payments with a value within 7 days, and how many value optimisation needs' }),
    firstInstallAt: instant.nullable(),
  })
  .openapi('Optimisation');

export const eventStatisticsSchema: z.ZodType<Documented<EventStatistics>> = z
  .object({
    days: count,
    total: count.openapi({ description: 'real events that came in within these days' }),
    tests: count,
    cut: z.boolean().openapi({ description: 'more came in within the last two hours than is counted here' }),
    ofOtherNames: count,
    states,
    byDay: z.array(z.object({ day: z.string(), count })).openapi({ description: 'by day of arrival, UTC' }),
    names: z.array(z.object({ name: z.string(), source: source.nullable(), event: z.string().nullable(), total: count, states })),
    match: z.object({ sent: count, keys: z.array(z.object({ key: z.enum(MATCH_KEYS), count })) }),
    unmapped: z.array(z.object({ name: z.string(), source, count, suggestion: z.string() })),
    reasons: z.array(
      z.object({
        state: z.enum(EVENT_STATES).extract(['refused', 'dropped', 'parked']),
        reason: z.string(),
        field: z.string().nullable(),
        count,
        sentence: z.string(),
        mend: z.string().openapi({ description: 'what mends it' }),
      }),
    ),
    latency: z.object({ fromArrival: latencySchema, fromEvent: latencySchema }),
    optimisation: optimisationSchema,
    backlog: z.object({
      waiting: z.array(z.object({ label: z.string(), count, orMore: z.boolean() })).openapi({ description: 'by age, youngest first' }),
      oldestAt: instant.nullable(),
      parked: z.array(z.object({ reason: z.string(), count, oldestAt: instant })),
      breakers: z.array(
        z.object({ destination: z.string(), state: z.enum(['closed', 'open', 'half_open']), why: z.string(), until: instant.nullable() }),
      ),
    }),
  })
  .openapi('EventStatistics');
