import type { Context } from 'hono';
import { slugSchema } from '../contract/ids.js';
import { type OpenWriteKey, openWriteKey } from '../store/event-write-keys.js';
import type { GatewayDependencies } from './dependencies.js';
import { Refusal } from './refusal.js';

const SHAPE = /^[\x21-\x7E]{1,200}$/;

function basicUser(authorization: string): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,400})$/i.exec(authorization)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':')[0];
}

/**
 * The write key that a request shows: `Authorization: Bearer`, the user name of HTTP Basic (Segment), `x-write-key`, or the query parameter
 * of a protocol that knows no other place.
 */
function shownKey(c: Context, parameter: string | undefined): string | undefined {
  const authorization = c.req.header('authorization') ?? '';
  const shown =
    /^Bearer +(\S+)$/i.exec(authorization)?.[1] ??
    basicUser(authorization) ??
    c.req.header('x-write-key') ??
    (parameter === undefined ? undefined : c.req.query(parameter));
  return shown !== undefined && SHAPE.test(shown) ? shown : undefined;
}

/** One answer for every key that does not open, so that nobody learns which tenants and which keys there are. */
export function noKey(): Refusal {
  return new Refusal(
    401,
    'no_valid_key',
    'this write key opens nothing here: it is missing, wrong, expired, revoked, or of another tenant',
    'kobi events keys create SLUG makes one; send it as Authorization: Bearer KEY',
    { 'www-authenticate': 'Bearer' },
  );
}

/** @throws Refusal 401 */
export async function keyOf({ db, clock }: GatewayDependencies, c: Context, slug: string, parameter?: string): Promise<OpenWriteKey> {
  const shown = shownKey(c, parameter);
  const opened = shown === undefined || !slugSchema.safeParse(slug).success ? undefined : await openWriteKey(db, slug, shown, clock());
  if (!opened) throw noKey();
  return opened;
}
