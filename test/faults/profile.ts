import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { SEED as TIKTOK } from '../../simulator/seed.js';

/** Start-to-close of every class of activity in a world on an idle machine, milliseconds. */
const TIMEOUT_MS = 6_000;
/** What the start of a process takes on an idle machine, and how many times as long a time-out becomes on one that is busy. */
const USUAL_START_MS = 1_000;
const MOST_PATIENT = 4;
/** How long an absence is read for. */
const SPREAD_MS = 600;
/** How long a case may take before the test gives it up; far more than it takes. */
export const LONG = { timeout: 400_000 } as const;

export interface WorldOptions {
  /** Begins every slug, so that the worlds of a run do not meet on the server: `^[a-z][a-z0-9]*$`. */
  readonly name: string;
  /** Worker processes at the start; 1 unless told. */
  readonly workers?: number;
  /** KOBI_WAITS laid over the world's own, whose time-outs grow with the load of the machine. */
  readonly waits?: { readonly timeoutMs?: number; readonly reconcileSpreadMs?: number; readonly gates?: Readonly<Record<string, number>> };
  /** Settings of workers and clients that replace the world's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of the simulator's process. */
  readonly simulator?: Readonly<Record<string, string>>;
  /** Temporal server of its own instead of the one that the test run shares; its search attributes are registered. */
  readonly temporalAddress?: string;
  /** Whether approvers and clients act by themselves; true unless told. */
  readonly people?: boolean;
}

/** What workers and clients of a world are told: short waits, TikTok's highest level, the seed's fake ids. */
export function environment(
  options: WorldOptions,
  addresses: { api: string; database: string; temporal: string; bundle: string; startedInMs: number },
): Record<string, string> {
  const slower = Math.min(Math.max(addresses.startedInMs / USUAL_START_MS, 1), MOST_PATIENT);
  const { timeoutMs = Math.round(TIMEOUT_MS * slower), reconcileSpreadMs = SPREAD_MS, gates } = options.waits ?? {};
  const waits = {
    poll: { firstMs: 250, lastMs: 1_000 },
    timeouts: { readMs: timeoutMs, writeMs: timeoutMs, irreversibleMs: timeoutMs, reconcileMs: timeoutMs },
    reconcileSpreadMs,
    ...(gates === undefined ? {} : { gates }),
  };
  return {
    TIKTOK_BASE_URL: addresses.api,
    TIKTOK_APP_ID: TIKTOK.appId,
    TIKTOK_APP_SECRET: TIKTOK.appSecret,
    TIKTOK_ACCESS_TOKEN: TIKTOK.token,
    TIKTOK_BC_ID: TIKTOK.bcId,
    TIKTOK_RATE_LEVEL: 'ultimate',
    DATABASE_URL: addresses.database,
    SECRETS_KEY: randomBytes(32).toString('hex'),
    TEMPORAL_ADDRESS: addresses.temporal,
    KOBI_TASK_QUEUE: `faults-${options.name}-${process.pid}`,
    KOBI_PEOPLE_FILE: resolve('examples', 'people.yaml'),
    KOBI_OPERATOR_USER_IDS: [TIKTOK.tokenUserId, TIKTOK.operatorOneUserId, TIKTOK.operatorTwoUserId].join(','),
    KOBI_BILLING_GROUP_ID: TIKTOK.billingGroupId,
    KOBI_FUNDING_THRESHOLDS: 'EUR=1000',
    KOBI_FUNDING_DAILY_LIMITS: 'EUR=10000',
    KOBI_ALLOW_LOOPBACK: 'on',
    KOBI_WAITS: JSON.stringify(waits),
    KOBI_STICKY_MS: '1000',
    KOBI_GRACE_SECONDS: '5',
    KOBI_WORKFLOW_BUNDLE: addresses.bundle,
    ...options.env,
  };
}
