import { isIPv6 } from 'node:net';

/** What some proxies write behind the address: the port, which is another one for every connection. */
const WITH_PORT = /^\[([^\]]*)\](?::\d{1,5})?$|^([^:]+):\d{1,5}$/;

function withoutPort(address: string): string {
  const parts = WITH_PORT.exec(address);
  return parts?.[1] ?? parts?.[2] ?? address;
}

/**
 * The address that a request comes from, without a port. Behind trusted proxies it is the entry of `X-Forwarded-For` that the outermost of
 * them wrote; whatever stands left of it was written by whoever sent the request.
 *
 * @param peer the other end of the connection
 * @param proxies how many proxies of ours stand in front; 0: the header counts for nothing
 */
export function senderOf(peer: string, forwardedFor: string | undefined, proxies: number): string {
  if (proxies === 0) return withoutPort(peer);
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  return withoutPort(hops.at(-proxies) || peer);
}

/**
 * What requests are counted by: an IPv4 address, or the network of 64 bits that an IPv6 address is in, for whoever has one address of it
 * has all 2^64.
 */
export function countedAs(address: string): string {
  const bare = withoutPort(address).split('%', 1)[0] ?? '';
  if (!isIPv6(bare)) return bare;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = new URL(`http://[${bare}]/`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return `${[...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':')}::/64`;
}
