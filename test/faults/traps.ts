import { createServer, type RequestListener, type Server } from 'node:http';

/** The example host that the traps play, so that no real loopback needs to be allowed. */
export const HOST = 'school.example';

/** A site on the public internet, as far as the engine knows, and a server inside our own network that nobody may reach. */
export interface Traps {
  /** `host=address`, for KOBI_DEV_HOSTS. */
  readonly playedHost: string;
  /** Port of the inner server, on loopback. */
  readonly innerPort: number;
  /** Requests that reached the inner server. */
  innerRequests(): number;
  /** What every other address answers: an ordinary page of a tenant. */
  page: (path: string) => Promise<string>;
  close(): Promise<void>;
}

async function listen(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a trap got no port');
  return { server, port: address.port };
}

/** Addresses of the site: `/metadata` and `/inside` redirect to where nobody may go, `/pour` and `/drip` answer without end. */
export async function setTraps(): Promise<Traps> {
  let reached = 0;
  const inner = await listen((_, response) => {
    reached += 1;
    response.end('inside');
  });
  const traps = { page: (_path: string): Promise<string> => Promise.resolve('') };
  const site = await listen((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    switch (pathname) {
      case '/metadata':
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/iam/' }).end();
        return;
      case '/inside':
        response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end();
        return;
      case '/pour': {
        const pour = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', pour);
        pour();
        return;
      }
      case '/drip': {
        const drops = setInterval(() => response.write('x'), 100);
        response.on('close', () => clearInterval(drops));
        return;
      }
      default:
        traps.page(pathname).then(
          (text) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text),
          () => response.writeHead(503).end(),
        );
    }
  });
  return Object.assign(traps, {
    playedHost: `${HOST}=http://127.0.0.1:${site.port}`,
    innerPort: inner.port,
    innerRequests: () => reached,
    async close() {
      for (const { server } of [inner, site]) {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
      }
    },
  });
}
