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
