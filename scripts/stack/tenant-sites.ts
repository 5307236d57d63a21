import { createServer } from 'node:http';

export interface TenantSite {
  readonly slug: string;
  readonly host: string;
  readonly ga4Id: string;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/**
 * The example tenants' websites on loopback, told apart by the Host header. Each page carries the tenant's GA4 id and, as soon as there is one, the
 * pixel code that the onboarding handed out: what a client's web team would have installed.
 *
 * @param pixelCodeOf reads the pixel code of a tenant, null before there is one
 */
export async function serveTenantSites(
  sites: readonly TenantSite[],
  pixelCodeOf: (slug: string) => Promise<string | null>,
): Promise<{ readonly hosts: string; close(): Promise<void> }> {
  const page = async (host: string): Promise<string | null> => {
    const site = sites.find((each) => each.host === host);
    if (!site) return null;
    const pixelCode = await pixelCodeOf(site.slug);
    const pixel = pixelCode === null ? '' : `<script>/* base code */ ttq.load("${escape(pixelCode)}"); ttq.page();</script>`;
    return `<!doctype html><html lang="en"><head><title>${escape(site.slug)}</title>
<script async src="https://www.googletagmanager.com/gtag/js?id=${escape(site.ga4Id)}"></script>${pixel}</head><body><h1>${escape(site.slug)}</h1></body></html>\n`;
  };
  const server = createServer((request, response) => {
    page(request.headers.host ?? '').then(
      (html) => {
        response.writeHead(html === null ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
        response.end(html ?? 'no such site\n');
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
    hosts: sites.map(({ host }) => `${host}=http://127.0.0.1:${address.port}`).join(','),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
