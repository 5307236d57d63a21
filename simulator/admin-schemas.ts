/** Requests and answers of the admin API; they check what comes in and make the OpenAPI file. */
import { z } from 'zod';
import { faultRequest } from './faults.js';

const customQuota = z.strictObject({
  qps: z.number().positive(),
  qpm: z.number().positive().optional(),
  qpd: z.number().positive().optional(),
});
const rateLimit = z.union([z.enum(['off', 'basic', 'advanced', 'premium', 'ultimate']), customQuota]);
const endpointRateLimits = z
  .record(z.string().regex(/^\//), z.union([z.literal('off'), customQuota]))
  .describe('endpoints that differ, by path below /open_api/v1.3; replaces the ones set before');

/** Body of `POST /_sim/clock`. */
export const clockRequest = z.strictObject({
  advanceMs: z.number().nonnegative().optional(),
  scale: z.number().gt(0).max(1_000_000).optional(),
});

/** Body of `POST /_sim/settings`. */
export const settingsRequest = z.strictObject({
  answerDelayMs: z.number().nonnegative().optional(),
  rateLimit: rateLimit.optional(),
  endpointRateLimits: endpointRateLimits.optional(),
});

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Query of `GET /_sim/ledger`. */
export const ledgerQuery = z.strictObject({
  path: z.string().optional().describe('path below /open_api/v1.3, exact'),
  mutation: flag.optional().describe('calls that can change state'),
  committed: flag.optional().describe('calls that did change state, whatever was answered'),
  advertiser: z.string().optional().describe('advertiser id'),
  tenant: z.string().optional().describe('tenant slug: requests that carry or touch a name kobi_<slug>_…'),
  code: z.coerce.number<string>().int().optional().describe('body code answered'),
  since: z.coerce.number<string>().int().optional().describe('sequence after which entries are given'),
  limit: z.coerce.number<string>().int().positive().optional().describe('the newest so many'),
  summary: flag.optional().describe('counts by path instead of entries'),
});

/** Query of `GET /_sim/events`. */
export const eventsQuery = z.strictObject({
  pixel: z.string().optional().describe('pixel code, or the id of another event source'),
  event_id: z.string().optional().describe('exact'),
  limit: z.coerce.number<string>().int().positive().optional().describe('the newest so many'),
});

/** `{}`. */
export const nothingAnswer = z.strictObject({});

export const errorAnswer = z.strictObject({ error: z.string(), issues: z.array(z.looseObject({ message: z.string() })).optional() });

const ledgerEntry = z.strictObject({
  sequence: z.int(),
  at: z.iso.datetime().describe('simulated time'),
  wallMs: z.number().describe('real time, what request rates are measured in'),
  method: z.string(),
  path: z.string(),
  httpStatus: z.int(),
  code: z.int().nullable(),
  message: z.string(),
  requestId: z.string(),
  mutation: z.boolean(),
  committed: z.boolean(),
  tokenRef: z.string(),
  bcId: z.string(),
  advertiserId: z.string(),
  subjects: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()).nullable(),
  created: z.array(z.string()),
  fault: z.string().nullable(),
});

export const ledgerAnswer = z.union([
  z.strictObject({ count: z.int(), entries: z.array(ledgerEntry) }),
  z.strictObject({ count: z.int(), byPath: z.record(z.string(), z.int()) }),
]);

export const eventsAnswer = z.strictObject({
  events: z.array(
    z.strictObject({
      sourceId: z.string(),
      source: z.string(),
      event: z.string(),
      eventId: z.string(),
      testEventCode: z.string(),
      channels: z.array(z.enum(['browser', 'server'])).describe('whose copies count as this one event'),
      arrivals: z.int().describe('copies that came in, dropped ones too'),
      dropped: z.int(),
      at: z.iso.datetime().describe('simulated time of the first'),
    }),
  ),
});

export const violationsAnswer = z.strictObject({
  violations: z.array(z.strictObject({ path: z.string(), method: z.string(), field: z.string(), requestId: z.string() })),
});

export const stateAnswer = z.looseObject({ now: z.iso.datetime(), advertisers: z.record(z.string(), z.looseObject({})) });

export const faultsAnswer = z.strictObject({
  faults: z.array(
    z.strictObject({
      id: z.int(),
      ...faultRequest.shape,
      fired: z.array(z.strictObject({ at: z.iso.datetime(), wallMs: z.number(), path: z.string(), requestId: z.string() })),
      spent: z.boolean(),
    }),
  ),
});

export const faultAddedAnswer = z.strictObject({ id: z.int() });

export const clockAnswer = z.strictObject({ now: z.iso.datetime(), scale: z.number() });

export const settingsAnswer = z.strictObject({ answerDelayMs: z.number(), rateLimit, endpointRateLimits });

/** What a person's action brought about differs by action. */
export const personAnswer = z.looseObject({});
