/**
 * The address that a request comes from. Behind trusted proxies it is the entry of `X-Forwarded-For` that the outermost of them wrote;
 * whatever stands left of it was written by whoever sent the request.
 *
 * @param peer the other end of the connection
 * @param proxies how many proxies of ours stand in front; 0: the header counts for nothing
 */
export function senderOf(peer: string, forwardedFor: string | undefined, proxies: number): string {
  if (proxies === 0) return peer;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  return hops.at(-proxies) || peer;
}

/**
 * What requests are counted by: an IPv4 address, or the network of 64 bits in which one household or machine has all its IPv6 addresses.
 */
export function countedAs(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return bare;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
