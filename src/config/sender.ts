import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigInvalid } from '../config.js';
import { SENDING, type SendingSettings } from '../events/sending/settings.js';
import { json, postgresAddress } from './values.js';

const text = z.string().trim().min(1);
const port = z.coerce.number().int().min(0).max(65_535);
const count = z.int().positive();

const sendingSchema = z.strictObject({
  batch: count.max(1_000).default(SENDING.batch),
  inFlight: count.max(64).default(SENDING.inFlight),
  inFlightPerDestination: count.max(64).default(SENDING.inFlightPerDestination),
  leaseMs: count.default(SENDING.leaseMs),
  everyMs: count.default(SENDING.everyMs),
  firstRetryMs: count.default(SENDING.firstRetryMs),
  longestRetryMs: count.default(SENDING.longestRetryMs),
  breakerAfter: count.default(SENDING.breakerAfter),
  breakerFirstMs: count.default(SENDING.breakerFirstMs),
  breakerLongestMs: count.default(SENDING.breakerLongestMs),
  slowDownFirstMs: count.default(SENDING.slowDownFirstMs),
  slowDownLongestMs: count.default(SENDING.slowDownLongestMs),
} satisfies Record<keyof SendingSettings, z.ZodType>);

const senderSchema = z.object({
  TIKTOK_BASE_URL: z.url().default('https://business-api.tiktok.com/open_api/v1.3'),
  TIKTOK_APP_ID: text,
  TIKTOK_APP_SECRET: text,
  TIKTOK_ACCESS_TOKEN: text.optional(),
  TIKTOK_ACCESS_TOKEN_FILE: text.optional(),
  TIKTOK_RATE_LEVEL: z.union([z.enum(['off', 'basic', 'advanced', 'premium', 'ultimate']), z.coerce.number().positive()]).default('basic'),
  DATABASE_URL: postgresAddress,
  KOBI_EVENTS_DATABASE_URL: postgresAddress.optional(),
  /** Requests per second to one pixel, app or event set. */
  KOBI_EVENTS_RATE: z.union([z.literal('off'), z.coerce.number().positive()]).default(20),
  KOBI_EVENTS_KEEP_DAYS: z.coerce.number().int().min(3).max(3_650).default(90),
  KOBI_SENDING: json(sendingSchema).prefault('{}'),
  KOBI_SENDER_DEADLINE_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
  KOBI_GRACE_SECONDS: z.coerce.number().int().positive().default(30),
  KOBI_HOST: text.default('127.0.0.1'),
  KOBI_SENDER_HEALTH_PORT: port.default(8092),
  KOBI_SENDER_METRICS_PORT: port.default(9466),
  KOBI_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Everything that the environment says to the sender of events. */
export interface SenderConfig {
  readonly tiktok: {
    readonly baseUrl: string;
    readonly appId: string;
    readonly appSecret: string;
    /** The token itself, or a file that holds it and is read anew, so that a mended token counts without a restart. */
    readonly token: { readonly value: string } | { readonly file: string };
    readonly rateLevel: 'off' | 'basic' | 'advanced' | 'premium' | 'ultimate' | number;
    readonly deadlineMs: number;
  };
  /** The engine's database: the limiter is there. */
  readonly databaseUrl: string;
  /** Where the events are; the engine's database unless told. */
  readonly eventsDatabaseUrl: string;
  readonly perDestination: 'off' | number;
  readonly keepDays: number;
  readonly sending: SendingSettings;
  readonly graceMs: number;
  readonly host: string;
  readonly healthPort: number;
  readonly metricsPort: number;
  readonly logLevel: string;
}

/**
 * Reads the sender's settings (docs/operations.md, "Settings").
 * @throws ConfigInvalid with every fault at once, and no value
 */
export function readSenderConfig(env: NodeJS.ProcessEnv): SenderConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = senderSchema.safeParse(set);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${set[String(path[0])] === undefined ? 'is not set' : message}`);
  const { TIKTOK_ACCESS_TOKEN: value, TIKTOK_ACCESS_TOKEN_FILE: file } = set;
  if (value === undefined && file === undefined) faults.push('TIKTOK_ACCESS_TOKEN: is not set, and neither is TIKTOK_ACCESS_TOKEN_FILE');
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid(faults);
  const { data } = parsed;
  return {
    tiktok: {
      baseUrl: data.TIKTOK_BASE_URL,
      appId: data.TIKTOK_APP_ID,
      appSecret: data.TIKTOK_APP_SECRET,
      token:
        data.TIKTOK_ACCESS_TOKEN_FILE === undefined
          ? { value: data.TIKTOK_ACCESS_TOKEN ?? '' }
          : { file: resolve(data.TIKTOK_ACCESS_TOKEN_FILE) },
      rateLevel: data.TIKTOK_RATE_LEVEL,
      deadlineMs: data.KOBI_SENDER_DEADLINE_SECONDS * 1_000,
    },
    databaseUrl: data.DATABASE_URL,
    eventsDatabaseUrl: data.KOBI_EVENTS_DATABASE_URL ?? data.DATABASE_URL,
    perDestination: data.KOBI_EVENTS_RATE,
    keepDays: data.KOBI_EVENTS_KEEP_DAYS,
    sending: data.KOBI_SENDING,
    graceMs: data.KOBI_GRACE_SECONDS * 1_000,
    host: data.KOBI_HOST,
    healthPort: data.KOBI_SENDER_HEALTH_PORT,
    metricsPort: data.KOBI_SENDER_METRICS_PORT,
    logLevel: data.KOBI_LOG_LEVEL,
  };
}
