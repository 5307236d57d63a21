import { connect, createServer, type Socket } from 'node:net';

export interface Gateway {
  readonly address: string;
  /** Lets connections through from now on. */
  open(): Promise<void>;
  /** Breaks every connection and answers no new one. */
  cut(): Promise<void>;
}

/** A wire between a worker and the server, on a port of its own, that can be cut; it is cut to begin with. */
export function createGateway(port: number, target: string): Gateway {
  const [host = '', targetPort = ''] = target.split(':');
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(targetPort), host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  return {
    address: `127.0.0.1:${port}`,
    open: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
