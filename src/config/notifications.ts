import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigInvalid } from '../config.js';
import { httpsAddress, json, postgresAddress } from './values.js';

const text = z.string().trim().min(1);
const QUIET = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** `20:00-07:00` as minutes after midnight, or `off`. */
const quietHours = text.transform((value, context) => {
  if (value === 'off') return undefined;
  const found = QUIET.exec(value);
  if (!found) {
    context.addIssue('is neither off nor of the form 20:00-07:00');
    return z.NEVER;
  }
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1).map(Number);
  return { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
});

/** The messages leave the address out, for it holds a password, or is itself the secret. */
const smtpAddress = text.refine(
  (value) => /^smtps?:\/\//.test(value) && URL.canParse(value),
  'is not an address of the form smtp://user:password@host:587 or smtps://…',
);

const endpointSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and -, at most 40'),
  url: httpsAddress,
  /** The newest first; each signs. */
  secrets: z
    .array(z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'is not whsec_ and at least 24 bytes in base64'))
    .min(1)
    .max(5),
  types: z.array(z.string().regex(/^[a-z]+(\.[a-z_]+)?$/)).exactOptional(),
});
const endpoints = z
  .array(endpointSchema)
  .refine((all) => new Set(all.map((each) => each.name)).size === all.length, 'two endpoints of one name');

const notifierSchema = z.object({
  DATABASE_URL: postgresAddress,
  KOBI_PEOPLE_FILE: text.default('people.yaml'),
  KOBI_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  KOBI_DESK_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  KOBI_SMTP_URL: smtpAddress.optional(),
  KOBI_MAIL_FROM: text.regex(/^[^\r\n]*@[^\s@]+$/, 'is not an address, or Name <address>').optional(),
  KOBI_SLACK_WEBHOOK_URL: httpsAddress.optional(),
  KOBI_WEBHOOKS: json(endpoints).default([]),
  KOBI_DIGEST_SECONDS: z.coerce.number().int().min(0).max(3_600).default(300),
  KOBI_QUIET_HOURS: quietHours.prefault('20:00-07:00'),
  KOBI_ALIVE_FILE: text.optional(),
});

/** Everything that the environment says to the notifier. It needs no key and no token of TikTok. */
export interface NotifierConfig {
  readonly databaseUrl: string;
  readonly peopleFile: string;
  readonly logLevel: string;
  /** The desk's address without a slash at the end, for links. */
  readonly deskOrigin?: string;
  readonly mail?: { readonly smtpUrl: string; readonly from: string };
  readonly slackUrl?: string;
  readonly webhooks: z.infer<typeof endpoints>;
  readonly digestMs: number;
  /** Minutes after midnight by the tenant's clock. */
  readonly quiet?: { readonly from: number; readonly to: number };
  /** Written after each look at the outbox that worked. */
  readonly aliveFile?: string;
}

/**
 * Reads the notifier's settings (docs/operations.md, "Notifications").
 * @throws ConfigInvalid with every fault at once, and no value
 */
export function readNotifierConfig(env: NodeJS.ProcessEnv): NotifierConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = notifierSchema.safeParse(set);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${set[String(path[0])] === undefined ? 'is not set' : message}`);
  if (set.KOBI_SMTP_URL !== undefined && set.KOBI_MAIL_FROM === undefined) faults.push('KOBI_MAIL_FROM: is needed beside KOBI_SMTP_URL');
  if (!parsed.success || faults.length > 0) throw new ConfigInvalid(faults);
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    peopleFile: resolve(data.KOBI_PEOPLE_FILE),
    logLevel: data.KOBI_LOG_LEVEL,
    webhooks: data.KOBI_WEBHOOKS,
    digestMs: data.KOBI_DIGEST_SECONDS * 1_000,
    ...(data.KOBI_DESK_ORIGIN === undefined ? {} : { deskOrigin: new URL(data.KOBI_DESK_ORIGIN).origin }),
    ...(data.KOBI_SMTP_URL === undefined || data.KOBI_MAIL_FROM === undefined
      ? {}
      : { mail: { smtpUrl: data.KOBI_SMTP_URL, from: data.KOBI_MAIL_FROM } }),
    ...(data.KOBI_SLACK_WEBHOOK_URL === undefined ? {} : { slackUrl: data.KOBI_SLACK_WEBHOOK_URL }),
    ...(data.KOBI_QUIET_HOURS === undefined ? {} : { quiet: data.KOBI_QUIET_HOURS }),
    ...(data.KOBI_ALIVE_FILE === undefined ? {} : { aliveFile: resolve(data.KOBI_ALIVE_FILE) }),
  };
}
