import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigInvalid } from '../config.js';
import { type ProviderConfig, providerFaults, providerOf, providerSchema } from './provider.js';

const text = z.string().trim().min(1);

const deskSchema = z.object({
  KOBI_DESK_HOST: text.default('127.0.0.1'),
  KOBI_DESK_PORT: z.coerce.number().int().min(0).max(65_535).default(8236),
  /** What browsers see, such as `https://desk.example.org`; links and cookies follow it. */
  KOBI_DESK_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  /** Signs cookies; at least 32 characters. */
  KOBI_SESSION_KEY: z.string().min(32),
  /** The files that tenants handed in at the desk name (creatives, feeds) count from this folder. */
  KOBI_TENANT_FOLDER: text.default('.'),
  /** No file outside of this folder may be named; left out, the one above. */
  KOBI_TENANT_FILES_WITHIN: text.optional(),
  /** Where the Temporal UI is, for links; left out, pages name no link. */
  KOBI_TEMPORAL_UI: z.url({ protocol: /^https?$/ }).optional(),
  TEMPORAL_NAMESPACE: text.optional(),
  /** How many proxies of ours stand in front, each of which adds to `X-Forwarded-For`. */
  KOBI_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(5).default(0),
  ...providerSchema.shape,
});

/**
 * The address of the desk as browsers see it, without a slash at the end: for links that are made elsewhere than at the desk.
 * @throws ConfigInvalid when it is not set, or no address
 */
export function readDeskOrigin(env: NodeJS.ProcessEnv): string {
  const set = env['KOBI_DESK_ORIGIN']?.trim() ?? '';
  if (set === '') throw new ConfigInvalid(['KOBI_DESK_ORIGIN: is not set']);
  const origin = deskSchema.shape.KOBI_DESK_ORIGIN.safeParse(set).data;
  if (origin === undefined) throw new ConfigInvalid(['KOBI_DESK_ORIGIN: is no address such as https://desk.example.org']);
  return new URL(origin).origin;
}

type Settings = Readonly<Record<string, string>>;

function setIn(env: NodeJS.ProcessEnv): Settings {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [[name, value]])),
  );
}

function faultsOf(parsed: z.ZodSafeParseResult<unknown>, set: Settings): string[] {
  const issues = parsed.success ? [] : parsed.error.issues;
  const ill = issues.map(({ path, message }) => `${path.join('.')}: ${set[String(path[0])] === undefined ? 'is not set' : message}`);
  return [...ill, ...providerFaults(set)];
}

/**
 * The OpenID provider alone, for whoever looks at it without being the desk; undefined where none is set up.
 * @throws ConfigInvalid with every fault at once
 */
export function readProviderConfig(env: NodeJS.ProcessEnv): ProviderConfig | undefined {
  const set = setIn(env);
  const parsed = deskSchema.pick({ KOBI_DESK_ORIGIN: true }).extend(providerSchema.shape).safeParse(set);
  const faults = faultsOf(parsed, set);
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid(faults);
  const { KOBI_DESK_ORIGIN: address, ...data } = parsed.data;
  return providerOf(data, address === undefined ? undefined : new URL(address).origin);
}

/** Everything that the environment says about the desk, beside `Config`. */
export interface DeskConfig {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end; undefined means the address that the server listens on. */
  readonly origin?: string;
  readonly sessionKey: string;
  /** Absolute. */
  readonly tenantFolder: string;
  /** Absolute. */
  readonly tenantFilesWithin?: string;
  readonly temporalUi?: string;
  /** The namespace of the onboardings; `default` when left out. */
  readonly temporalNamespace?: string;
  /** Proxies in front whose word about addresses counts; none when left out. */
  readonly trustedProxies?: number;
  /** Undefined where people sign in with access tokens only. */
  readonly provider?: ProviderConfig;
}

/**
 * Reads the desk's settings (docs/operations.md, "Settings").
 * @throws ConfigInvalid with every fault at once
 */
export function readDeskConfig(env: NodeJS.ProcessEnv): DeskConfig {
  const set = setIn(env);
  const parsed = deskSchema.safeParse(set);
  const faults = faultsOf(parsed, set);
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid(faults);
  const { data } = parsed;
  const origin = data.KOBI_DESK_ORIGIN === undefined ? undefined : new URL(data.KOBI_DESK_ORIGIN).origin;
  const provider = providerOf(data, origin);
  return {
    host: data.KOBI_DESK_HOST,
    port: data.KOBI_DESK_PORT,
    sessionKey: data.KOBI_SESSION_KEY,
    tenantFolder: resolve(data.KOBI_TENANT_FOLDER),
    trustedProxies: data.KOBI_TRUSTED_PROXIES,
    ...(data.KOBI_TENANT_FILES_WITHIN === undefined ? {} : { tenantFilesWithin: resolve(data.KOBI_TENANT_FILES_WITHIN) }),
    ...(data.TEMPORAL_NAMESPACE === undefined ? {} : { temporalNamespace: data.TEMPORAL_NAMESPACE }),
    ...(origin === undefined ? {} : { origin }),
    ...(provider === undefined ? {} : { provider }),
    ...(data.KOBI_TEMPORAL_UI === undefined ? {} : { temporalUi: data.KOBI_TEMPORAL_UI.replace(/\/$/, '') }),
  };
}
