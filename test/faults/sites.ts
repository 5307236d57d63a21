import { createServer } from 'node:http';

export interface Sites {
  /** The address of a tenant's page. */
  pageOf(slug: string): string;
  close(): Promise<void>;
}

/**
 * The tenants' websites on loopback, told apart by the first part of the path. A page carries the tenant's GA4 id and, as soon as
 * there is one, the pixel code that the onboarding handed out.
 */
export async function serveSites(ga4Id: string, pixelCodeOf: (slug: string) => Promise<string | null>): Promise<Sites> {
  const server = createServer((request, response) => {
    const slug = new URL(request.url ?? '/', 'http://localhost').pathname.split('/')[1] ?? '';
    pixelCodeOf(slug).then(
      (code) => {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        const pixel = code === null ? '' : `<script>ttq.load("${code}"); ttq.page();</script>`;
        response.end(
          `<!doctype html><title>${slug}</title><script src="https://www.googletagmanager.com/gtag/js?id=${ga4Id}"></script>${pixel}`,
        );
      },
      (error: unknown) => {
        response.writeHead(503, { 'content-type': 'text/plain' });
        response.end(`${String(error)}\n`);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error("the tenants' sites got no port");
  return {
    pageOf: (slug) => `http://127.0.0.1:${address.port}/${slug}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
