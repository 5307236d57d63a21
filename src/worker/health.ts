import { createServer } from 'node:http';

export interface Health {
  /** What the worker is doing; STARTING until it exists. */
  readonly state: () => string;
  /** Whether the server sees the worker poll. */
  readonly polling: () => Promise<boolean>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answerTo(path: string, health: Health): Promise<Answer> {
  if (path === '/healthz') return { status: 200, body: { worker: health.state() } };
  if (path !== '/readyz') return { status: 404, body: { error: 'only /healthz and /readyz are here' } };
  const ready = await health.polling();
  return { status: ready ? 200 : 503, body: { ready, worker: health.state() } };
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
  health: Health;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const send = ({ status, body }: Answer): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(`${JSON.stringify(body)}\n`);
    };
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    answerTo(pathname, health).then(send, (error: unknown) => send({ status: 503, body: { ready: false, error: String(error) } }));
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
