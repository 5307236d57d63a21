import { createServer } from 'node:net';

/** Binds the port for a moment; the port that the system gave, or null when it is taken. */
async function tryPort(port: number): Promise<number | null> {
  const server = createServer();
  const bound = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!bound) return null;
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address === null || typeof address === 'string' ? null : address.port;
}

/**
 * A port on loopback that nobody listens on: the preferred one when it is free, otherwise any.
 * @throws Error when the system has no port left
 */
export async function freePort(preferred?: number): Promise<number> {
  const port = (preferred === undefined ? null : await tryPort(preferred)) ?? (await tryPort(0));
  if (port === null) throw new Error('the system gave no free port on 127.0.0.1; end some of the programs that listen and try again');
  return port;
}

/** So many different free ports. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
