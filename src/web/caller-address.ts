import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { DeskDependencies } from './environment.js';

/**
 * The address that a request comes from, by which guesses are counted. Behind `KOBI_TRUSTED_PROXIES` proxies it is the entry of
 * `X-Forwarded-For` that the outermost of them wrote; whatever stands left of it was written by whoever sent the request.
 */
export function callerAddress({ config }: Pick<DeskDependencies, 'config'>, c: Context): string {
  const peer = getConnInfo(c).remote.address ?? 'unknown';
  const proxies = config.trustedProxies ?? 0;
  if (proxies === 0) return peer;
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  return hops.at(-proxies) || peer;
}
