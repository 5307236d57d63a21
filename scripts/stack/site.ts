import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

/** In the example pages: where the snippet belongs, and what stands for the nonce of their content security policy. */
const SNIPPET = /<!-- kobi events snippet [a-z0-9_]+ -->/;
export const NONCE = 'SITE_NONCE';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

export interface SiteOptions {
  /** Such as `examples/sites/shop`. */
  readonly folder: string;
  /** The HTML that is put into the pages' heads, once the site's own origin is known; its nonce is `NONCE`. */
  readonly snippet: (origin: string) => string | Promise<string>;
  /** Origins to which the pages may report. Scripts need the nonce, wherever they come from. */
  readonly connectSrc: readonly string[];
}

export interface Site {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

/** An example site on loopback, as a client's web team would have built it, under a strict content security policy with nonces. */
export async function serveSite({ folder, snippet, connectSrc }: SiteOptions): Promise<Site> {
  const files = new Set(readdirSync(folder));
  let inserted = '';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (!files.has(name)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such page\n');
      return;
    }
    const nonce = randomBytes(16).toString('base64url');
    const content = readFileSync(join(folder, name), 'utf8').replace(SNIPPET, () => inserted);
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'nonce-${nonce}'`,
        `connect-src ${connectSrc.join(' ')}`,
        "form-action 'self'",
        "base-uri 'none'",
      ].join('; '),
    });
    response.end(content.replaceAll(NONCE, nonce));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the example site got no port');
  const origin = `http://127.0.0.1:${address.port}`;
  inserted = await snippet(origin);
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
