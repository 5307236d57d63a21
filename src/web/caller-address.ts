import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { countedAs, senderOf } from '../process/sender-address.js';
import type { DeskDependencies } from './environment.js';

/** What guesses of the sender of a request are counted by; behind `KOBI_TRUSTED_PROXIES` proxies they say who that is. */
export function callerAddress({ config }: Pick<DeskDependencies, 'config'>, c: Context): string {
  const peer = getConnInfo(c).remote.address ?? 'unknown';
  return countedAs(senderOf(peer, c.req.header('x-forwarded-for'), config.trustedProxies ?? 0));
}
