import type { Context, Handler } from 'hono';
import { slugSchema } from '../contract/ids.js';
import { isAllowedOrigin, type OpenWriteKey } from '../store/event-write-keys.js';
import type { GatewayDependencies } from './dependencies.js';
import { Refusal } from './refusal.js';

/** Seconds for which a browser remembers what a preflight said. */
const REMEMBERED_S = 600;

function foreign(origin: string): Refusal {
  return new Refusal(
    403,
    'origin_not_allowed',
    `no write key of this tenant names the origin ${origin.slice(0, 200)}`,
    'kobi events keys create SLUG --name NAME --origin ORIGIN --as PERSON makes a key for its pages',
  );
}

/** Answers a browser's preflight (CORS): only origins that a valid key of the tenant names may go on. */
export function preflight({ db, clock }: GatewayDependencies): Handler {
  return async (c) => {
    const origin = c.req.header('origin') ?? '';
    const slug = c.req.param('slug') ?? '';
    c.header('vary', 'Origin');
    if (!slugSchema.safeParse(slug).success || !(await isAllowedOrigin(db, slug, origin, clock()))) throw foreign(origin);
    c.header('access-control-allow-origin', origin);
    c.header('access-control-allow-methods', 'POST');
    c.header('access-control-allow-headers', 'authorization, content-type, x-write-key');
    c.header('access-control-max-age', String(REMEMBERED_S));
    return c.body(null, 204);
  };
}

/**
 * Lets a page read the answer when its origin may use the key.
 * @returns whether the request comes from a page
 * @throws Refusal 403 for a page of another origin, and for any page with a key that is for servers
 */
export function checkOrigin(c: Context, { origins }: OpenWriteKey): boolean {
  const origin = c.req.header('origin');
  c.header('vary', 'Origin');
  if (origin === undefined) return false;
  if (origins.length === 0)
    throw new Refusal(
      403,
      'server_key',
      'this write key is for servers, and whatever a page holds everybody can read',
      'revoke it where it stood in a page, and make one with --origin',
    );
  if (!origins.includes(origin)) throw foreign(origin);
  c.header('access-control-allow-origin', origin);
  c.header('access-control-expose-headers', 'retry-after');
  return true;
}
