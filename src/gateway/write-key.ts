import type { Context } from 'hono';
import { slugSchema } from '../contract/ids.js';
import { type OpenWriteKey, openWriteKey } from '../store/event-write-keys.js';
import type { GatewayDependencies } from './dependencies.js';
import { Refusal } from './refusal.js';

const SHAPE = /^[\x21-\x7E]{1,200}$/;

/** The query parameter in which a protocol carries its key. */
export interface KeyParameter {
  readonly name: string;
  /** Only a key that everybody can read anyway: addresses stand in the logs of whatever is between. */
  readonly pagesOnly: boolean;
}

function basicUser(authorization: string): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,400})$/i.exec(authorization)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':')[0];
}

/**
 * The write key that a request shows: `Authorization: Bearer`, the user name of HTTP Basic (Segment), `x-write-key`, or the query parameter
 * of a protocol that knows no other place.
 */
function shownKey(c: Context, parameter: KeyParameter | undefined): { readonly key: string; readonly inAddress: boolean } | undefined {
  const authorization = c.req.header('authorization') ?? '';
  const header = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? basicUser(authorization) ?? c.req.header('x-write-key');
  const key = header ?? (parameter === undefined ? undefined : c.req.query(parameter.name));
  return key !== undefined && SHAPE.test(key) ? { key, inAddress: header === undefined } : undefined;
}

/** One answer for every key that does not open, so that nobody learns which tenants and which keys there are. */
export function noKey(): Refusal {
  return new Refusal(
    401,
    'no_valid_key',
    'this write key opens nothing here: it is missing, wrong, expired, revoked, or of another tenant',
    'kobi events keys create SLUG --name NAME --as PERSON makes one; send it as Authorization: Bearer KEY',
    { 'www-authenticate': 'Bearer' },
  );
}

/** @throws Refusal 401; 403 for a server's key in an address that is for pages */
export async function keyOf({ db, clock }: GatewayDependencies, c: Context, slug: string, parameter?: KeyParameter): Promise<OpenWriteKey> {
  const shown = shownKey(c, parameter);
  const opened = shown === undefined || !slugSchema.safeParse(slug).success ? undefined : await openWriteKey(db, slug, shown.key, clock());
  if (!opened) throw noKey();
  if (shown?.inAddress === true && parameter?.pagesOnly === true && opened.origins.length === 0)
    throw new Refusal(
      403,
      'key_in_address',
      'a write key for servers must not stand in the address, where logs keep it',
      'send it as Authorization: Bearer KEY, and make a new one for the one that was sent',
    );
  return opened;
}
