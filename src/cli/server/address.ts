import { badInput } from '../exit.js';

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The origin of a desk as it was typed. Only this machine itself is spoken to without TLS, because a token would travel readably.
 * @throws CommandFault (bad input)
 */
export function serverOrigin(typed: string): string {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw badInput(`${JSON.stringify(typed)} is no address of a desk; write it like https://desk.example.org`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw badInput(`${JSON.stringify(typed)} names more than a desk; leave out what stands behind ${url.origin}`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw badInput(`${url.origin} would let everybody on the way read the token; use https://${url.host}`);
  return url.origin;
}
