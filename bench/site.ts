import { createServer } from 'node:http';

/**
 * The landing pages of all measured schools, told apart by their path `/SLUG`; each carries the pixel code of its own.
 * @param pixelCodeOf asked at each request
 */
export async function serveBenchSite(
  pixelCodeOf: (slug: string) => Promise<string | null>,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const slug = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const answer = (status: number, text: string): void => void response.writeHead(status, { 'content-type': 'text/html' }).end(text);
    pixelCodeOf(slug).then(
      (code) =>
        answer(200, `<html><script async src="https://www.googletagmanager.com/gtag/js?id=G-EXAMPLE1"></script>${code ?? ''}</html>`),
      (error: unknown) => answer(503, String(error)),
    );
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the landing page got no port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((settle) => {
        server.close(() => settle());
        server.closeAllConnections();
      }),
  };
}
