import { z } from 'zod';
import { toMinorUnits } from '../domain/money.js';
import { isTimeZone } from '../domain/time-zones.js';

const text = z.string().trim().min(1);

/** `EUR=1000.00,USD=1200` in major units, as minor units by ISO 4217 currency. */
export const amountsByCurrency = text.transform((list, context) => {
  const amounts: Record<string, number> = {};
  for (const pair of list.split(',')) {
    const [currency = '', amount = ''] = pair.trim().split('=');
    try {
      amounts[currency] = toMinorUnits(amount, currency);
    } catch (error) {
      context.addIssue(`"${pair}": ${error instanceof Error ? error.message : String(error)}; write EUR=1000.00,USD=1200`);
    }
  }
  return amounts;
});

/** A list of ids with commas between. */
export const idList = text.transform((list) =>
  list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== ''),
);

/** `on` or `off`. */
export const onOrOff = z.enum(['on', 'off']).transform((value) => value === 'on');

/** `host=http://127.0.0.1:4000,other=…`: where development serves the example tenants' sites. */
export const addressesByHost = text.transform((list, context) => {
  const hosts: Record<string, string> = {};
  for (const pair of list.split(',')) {
    const cut = pair.indexOf('=');
    const [host, address] = [pair.slice(0, cut).trim(), pair.slice(cut + 1).trim()];
    if (cut < 1 || !URL.canParse(address)) context.addIssue(`"${pair}" is not host=address`);
    else hosts[host] = address;
  }
  return hosts;
});

/** An https address, or plain http on loopback; the message leaves it out, for it may be a secret. */
export const httpsAddress = text.refine((value) => {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}, 'is not an https address; plain http only on loopback');

/** A JSON text of the given shape. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return text
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** `postgres://user:password@host:port/name`; the message leaves the address out, for it holds the password. */
export const postgresAddress = text.refine(
  (value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value),
  'is not an address of the form postgres://user:password@host:port/name',
);

/** Keys of 32 bytes in hexadecimal, commas between. */
export const secretsKeys = text.refine(
  (value) => value.split(',').every((key) => /^[0-9a-f]{64}$/i.test(key.trim())),
  'is not 64 hexadecimal digits, or several of them with commas between: make one with `openssl rand -hex 32`',
);

/** One half of an Ed25519 key, in hexadecimal; the message leaves it out, for it may be the private one. */
export const ed25519Half = text
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits: kobi keys make-root prints both halves');

/** `id:base64` with 32 bytes each, commas between; the codec reads them (src/temporal/codec.ts). */
export const codecKeyList = text.refine(
  (value) => value.split(',').every((entry) => /^\s*[\w.-]{1,64}\s*:\s*[A-Za-z0-9+/]{43}=\s*$/.test(entry)),
  'is not id:base64 with 32 bytes, or several of them with commas between: make one with `openssl rand -base64 32`',
);

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not of the form 09:00')
  .transform((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));

/** When people work, and after how many of those hours a gate is due. */
export const businessHours = z
  .strictObject({
    days: z.array(z.enum(WEEKDAYS)).min(1).default(['Mon', 'Tue', 'Wed', 'Thu', 'Fri']),
    from: clock,
    to: clock,
    zone: z.string().refine(isTimeZone, 'is not an IANA time zone'),
    dueAfterHours: z.number().positive().max(1_000),
    holidays: z.array(z.iso.date()).default([]),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'is not later than from' })
  .transform(({ dueAfterHours, days, ...calendar }) => ({
    calendar: { ...calendar, days: days.map((day) => WEEKDAYS.indexOf(day) + 1) },
    dueAfterMs: dueAfterHours * 3_600_000,
  }));
