import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { senderOf } from '../process/sender-address.js';
import type { DeskDependencies } from './environment.js';

/**
 * The address that a request comes from, by which guesses are counted. Behind `KOBI_TRUSTED_PROXIES` proxies it is the entry of
 * `X-Forwarded-For` that the outermost of them wrote; whatever stands left of it was written by whoever sent the request.
 */
export function callerAddress({ config }: Pick<DeskDependencies, 'config'>, c: Context): string {
  const peer = getConnInfo(c).remote.address ?? 'unknown';
  return senderOf(peer, c.req.header('x-forwarded-for'), config.trustedProxies ?? 0);
}
