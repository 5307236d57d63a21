import { isIPv6 } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { senderOf } from '../process/sender-address.js';
import type { DeskDependencies } from './environment.js';

/** What some proxies write behind the address: the port, which is another one for every connection. */
const WITH_PORT = /^\[([^\]]*)\](?::\d{1,5})?$|^([^:]+):\d{1,5}$/;

/**
 * What counts as one caller: an IPv4 address, or the network of 64 bits that an IPv6 address is in, for whoever has one address of it has
 * all 2^64.
 */
export function callerOf(address: string): string {
  const parts = WITH_PORT.exec(address);
  const bare = (parts?.[1] ?? parts?.[2] ?? address).split('%', 1)[0] ?? '';
  if (!isIPv6(bare)) return bare;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = new URL(`http://[${bare}]/`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return `${[...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':')}::/64`;
}

/**
 * The address that a request comes from, by which guesses are counted. Behind `KOBI_TRUSTED_PROXIES` proxies it is the entry of
 * `X-Forwarded-For` that the outermost of them wrote; whatever stands left of it was written by whoever sent the request.
 */
export function callerAddress({ config }: Pick<DeskDependencies, 'config'>, c: Context): string {
  const peer = getConnInfo(c).remote.address ?? 'unknown';
  return callerOf(senderOf(peer, c.req.header('x-forwarded-for'), config.trustedProxies ?? 0));
}
