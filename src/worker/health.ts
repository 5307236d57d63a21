import { createServer } from 'node:http';

export interface Health {
  /** Whether the worker polls for tasks. */
  readonly polling: boolean;
  readonly state: string;
}

/**
 * Answers `/healthz` (the process lives) and `/readyz` (200 while the worker polls, 503 otherwise) with JSON.
 * @throws Error when the port is taken
 */
export async function serveHealth({
  host,
  port,
  health,
}: {
  host: string;
  port: number;
  health: () => Health;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const now = health();
    const known = path === '/healthz' || path === '/readyz';
    const status = !known ? 404 : path === '/readyz' && !now.polling ? 503 : 200;
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(
      `${JSON.stringify(known ? { ready: now.polling, worker: now.state } : { error: 'only /healthz and /readyz are here' })}\n`,
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the health endpoint got no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
