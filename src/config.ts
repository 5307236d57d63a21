import { resolve } from 'node:path';
import { z } from 'zod';
import type { ApprovalSettings } from './approvals/root-key.js';
import { DEFAULT_WAITS, type OnboardingSettings, onboardingSettingsSchema } from './contract/settings.js';
import type { BusinessHours } from './domain/business-hours.js';
import {
  addressesByHost,
  amountsByCurrency,
  businessHours,
  codecKeyList,
  ed25519Half,
  idList,
  json,
  onOrOff,
  postgresAddress,
  secretsKeys,
} from './config/values.js';

const text = z.string().trim().min(1);
const port = z.coerce.number().int().min(0).max(65_535);
const { gates, poll, timeouts, clientReaskMs } = onboardingSettingsSchema().shape;
const waitsSchema = z
  .strictObject({
    gates: gates.partial(),
    poll: poll.partial(),
    timeouts: timeouts.partial(),
    clientReaskMs,
    reconcileSpreadMs: z.int().nonnegative(),
  })
  .partial();

const environmentSchema = z.object({
  TIKTOK_BASE_URL: z.url().default('https://business-api.tiktok.com/open_api/v1.3'),
  TIKTOK_APP_ID: text,
  TIKTOK_APP_SECRET: text,
  TIKTOK_ACCESS_TOKEN: text,
  TIKTOK_BC_ID: z.string().regex(/^\d{1,19}$/, 'is the id of a Business Center: up to 19 digits'),
  /** TikTok's level of the app (facts 1.4), or our own number of calls per second and endpoint. */
  TIKTOK_RATE_LEVEL: z.union([z.enum(['off', 'basic', 'advanced', 'premium', 'ultimate']), z.coerce.number().positive()]).default('basic'),
  DATABASE_URL: postgresAddress,
  /** A PostgreSQL of the events' own. */
  KOBI_EVENTS_DATABASE_URL: postgresAddress.optional(),
  SECRETS_KEY: secretsKeys,
  TEMPORAL_ADDRESS: text.optional(),
  TEMPORAL_NAMESPACE: text.optional(),
  KOBI_TASK_QUEUE: text.default('onboarding'),
  KOBI_CODEC_KEYS: codecKeyList.optional(),
  APPROVALS: z.enum(['signed', 'open']).default('signed'),
  KOBI_APPROVALS_ROOT: ed25519Half.optional(),
  KOBI_APPROVALS_ROOT_KEY: ed25519Half.optional(),
  KOBI_PEOPLE_FILE: text.default('people.yaml'),
  KOBI_OPERATOR_USER_IDS: idList,
  KOBI_BILLING_GROUP_ID: text,
  KOBI_FUNDING_THRESHOLDS: amountsByCurrency.default({}),
  KOBI_FUNDING_DAILY_LIMITS: amountsByCurrency.default({}),
  KOBI_WAITS: json(waitsSchema).default({}),
  KOBI_BUSINESS_HOURS: json(businessHours).optional(),
  KOBI_ALLOW_LOOPBACK: onOrOff.default(false),
  KOBI_DEV_HOSTS: addressesByHost.default({}),
  KOBI_HEALTH_PORT: port.default(8090),
  KOBI_METRICS_PORT: port.default(9464),
  KOBI_HOST: text.default('127.0.0.1'),
  KOBI_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  KOBI_MAX_CACHED_WORKFLOWS: z.coerce.number().int().positive().default(500),
  KOBI_WORKER_SLOTS: z.coerce.number().int().positive().default(100),
  KOBI_STICKY_MS: z.coerce.number().int().positive().default(10_000),
  KOBI_GRACE_SECONDS: z.coerce.number().int().positive().default(30),
  KOBI_WORKFLOW_BUNDLE: text.optional(),
});

/** Everything that the environment says, checked once. Money in minor units, times in milliseconds, paths absolute. */
export interface Config {
  readonly tiktok: {
    readonly baseUrl: string;
    readonly appId: string;
    readonly appSecret: string;
    readonly accessToken: string;
    readonly bcId: string;
    readonly rateLevel: 'off' | 'basic' | 'advanced' | 'premium' | 'ultimate' | number;
  };
  readonly databaseUrl: string;
  /** The same as `databaseUrl` unless events have a database of their own. */
  readonly eventsDatabaseUrl: string;
  readonly secretsKey: string;
  readonly temporal: { readonly address?: string; readonly namespace?: string; readonly taskQueue: string; readonly codecKeys?: string };
  readonly peopleFile: string;
  readonly approvals: ApprovalSettings;
  /** What a new onboarding is started with. */
  readonly onboarding: OnboardingSettings;
  readonly reconcileSpreadMs: number;
  /** Gates are due after so many milliseconds of these hours, instead of `gates.dueAfterMs`. */
  readonly businessHours?: { readonly calendar: BusinessHours; readonly dueAfterMs: number };
  /** Example tenants' hosts, served by `npm run dev`; empty in production. */
  readonly devHosts: Readonly<Record<string, string>>;
  readonly worker: {
    readonly host: string;
    readonly healthPort: number;
    readonly metricsPort: number;
    readonly maxCachedWorkflows: number;
    readonly slots: number;
    /** How long a workflow task waits for the worker that has the workflow in its cache before any other may take it. */
    readonly stickyMs: number;
    readonly graceSeconds: number;
    readonly bundle?: string;
  };
  readonly logLevel: string;
}

/** The environment lacks something or holds something wrong; every fault is in the message, and no value that may be secret. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  constructor(readonly faults: readonly string[]) {
    super(
      `the configuration is not complete:\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
        'start `npm run dev` in another terminal, or set these variables (docs/operations.md, "Settings")',
    );
  }
}

/**
 * Reads the configuration from environment variables (docs/operations.md, "Settings").
 * @throws ConfigInvalid with every fault at once
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    throw new ConfigInvalid(
      parsed.error.issues.map(
        (issue) =>
          `${issue.path.join('.')}: ${issue.path[0] !== undefined && set[String(issue.path[0])] === undefined ? 'is not set' : issue.message}`,
      ),
    );
  }
  const { data } = parsed;
  const waits = data.KOBI_WAITS;
  return {
    tiktok: {
      baseUrl: data.TIKTOK_BASE_URL,
      appId: data.TIKTOK_APP_ID,
      appSecret: data.TIKTOK_APP_SECRET,
      accessToken: data.TIKTOK_ACCESS_TOKEN,
      bcId: data.TIKTOK_BC_ID,
      rateLevel: data.TIKTOK_RATE_LEVEL,
    },
    databaseUrl: data.DATABASE_URL,
    eventsDatabaseUrl: data.KOBI_EVENTS_DATABASE_URL ?? data.DATABASE_URL,
    secretsKey: data.SECRETS_KEY,
    temporal: {
      ...(data.TEMPORAL_ADDRESS === undefined ? {} : { address: data.TEMPORAL_ADDRESS }),
      ...(data.TEMPORAL_NAMESPACE === undefined ? {} : { namespace: data.TEMPORAL_NAMESPACE }),
      ...(data.KOBI_CODEC_KEYS === undefined ? {} : { codecKeys: data.KOBI_CODEC_KEYS }),
      taskQueue: data.KOBI_TASK_QUEUE,
    },
    peopleFile: resolve(data.KOBI_PEOPLE_FILE),
    approvals: {
      mode: data.APPROVALS,
      ...(data.KOBI_APPROVALS_ROOT === undefined ? {} : { rootPublicKey: data.KOBI_APPROVALS_ROOT }),
      ...(data.KOBI_APPROVALS_ROOT_KEY === undefined ? {} : { rootKey: data.KOBI_APPROVALS_ROOT_KEY }),
    },
    onboarding: onboardingSettingsSchema().parse({
      bcId: data.TIKTOK_BC_ID,
      operatorUserIds: data.KOBI_OPERATOR_USER_IDS,
      billingGroupId: data.KOBI_BILLING_GROUP_ID,
      fundingThresholdMinor: data.KOBI_FUNDING_THRESHOLDS,
      fundingDailyLimitMinor: data.KOBI_FUNDING_DAILY_LIMITS,
      gates: { ...DEFAULT_WAITS.gates, ...waits.gates },
      poll: { ...DEFAULT_WAITS.poll, ...waits.poll },
      timeouts: { ...DEFAULT_WAITS.timeouts, ...waits.timeouts },
      clientReaskMs: waits.clientReaskMs ?? DEFAULT_WAITS.clientReaskMs,
      allowLoopback: data.KOBI_ALLOW_LOOPBACK,
    }),
    reconcileSpreadMs: waits.reconcileSpreadMs ?? 90_000,
    ...(data.KOBI_BUSINESS_HOURS === undefined ? {} : { businessHours: data.KOBI_BUSINESS_HOURS }),
    devHosts: data.KOBI_DEV_HOSTS,
    worker: {
      host: data.KOBI_HOST,
      healthPort: data.KOBI_HEALTH_PORT,
      metricsPort: data.KOBI_METRICS_PORT,
      maxCachedWorkflows: data.KOBI_MAX_CACHED_WORKFLOWS,
      slots: data.KOBI_WORKER_SLOTS,
      stickyMs: data.KOBI_STICKY_MS,
      graceSeconds: data.KOBI_GRACE_SECONDS,
      ...(data.KOBI_WORKFLOW_BUNDLE === undefined ? {} : { bundle: data.KOBI_WORKFLOW_BUNDLE }),
    },
    logLevel: data.KOBI_LOG_LEVEL,
  };
}
