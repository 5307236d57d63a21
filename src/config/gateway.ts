import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigInvalid } from '../config.js';
import type { GatewayLimits } from '../gateway/dependencies.js';
import { postgresAddress } from './values.js';

/** Who sends a body byte by byte holds a place that others need. */
const BODY_MS = 20_000;

const text = z.string().trim().min(1);
const count = (max: number) => z.coerce.number().int().min(1).max(max);

const gatewaySchema = z.object({
  DATABASE_URL: postgresAddress,
  KOBI_EVENTS_DATABASE_URL: postgresAddress.optional(),
  KOBI_GATEWAY_HOST: text.default('127.0.0.1'),
  KOBI_GATEWAY_PORT: z.coerce.number().int().min(0).max(65_535).default(8095),
  KOBI_GATEWAY_EVENTS_PER_MINUTE: count(100_000_000).default(600_000),
  KOBI_GATEWAY_BROWSER_EVENTS_PER_MINUTE: count(1_000_000).default(600),
  KOBI_GATEWAY_BODY_MB: count(64).default(8),
  KOBI_GATEWAY_UPLOADS: text.default('.kobi/uploads'),
  KOBI_GATEWAY_UPLOAD_MB: count(100_000).default(2_000),
  KOBI_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  KOBI_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** Everything that the environment says to the event gateway. It needs no key and no token of TikTok. */
export interface GatewayConfig {
  /** The engine's database: event settings and write keys are there. */
  readonly databaseUrl: string;
  /** Where the events are; the engine's database unless told. */
  readonly eventsDatabaseUrl: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly logLevel: string;
  /** Proxies in front whose word about addresses counts. */
  readonly trustedProxies: number;
  readonly limits: GatewayLimits;
  /** Where the bytes of uploads wait, absolute. */
  readonly uploadFolder: string;
}

/**
 * Reads the gateway's settings (docs/operations.md, "Settings").
 * @throws ConfigInvalid with every fault at once, and no value
 */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = gatewaySchema.safeParse(set);
  if (!parsed.success)
    throw new ConfigInvalid(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${set[String(path[0])] === undefined ? 'is not set' : message}`),
    );
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    eventsDatabaseUrl: data.KOBI_EVENTS_DATABASE_URL ?? data.DATABASE_URL,
    host: data.KOBI_GATEWAY_HOST,
    port: data.KOBI_GATEWAY_PORT,
    logLevel: data.KOBI_LOG_LEVEL,
    trustedProxies: data.KOBI_TRUSTED_PROXIES,
    limits: {
      eventsPerMinute: data.KOBI_GATEWAY_EVENTS_PER_MINUTE,
      browserEventsPerMinute: data.KOBI_GATEWAY_BROWSER_EVENTS_PER_MINUTE,
      bodyMs: BODY_MS,
      bodyBytes: data.KOBI_GATEWAY_BODY_MB * 1_048_576,
      uploadBytes: data.KOBI_GATEWAY_UPLOAD_MB * 1_048_576,
    },
    uploadFolder: resolve(data.KOBI_GATEWAY_UPLOADS),
  };
}
